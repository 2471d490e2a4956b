"""The file for the paying service: invoice with the IBAN, purchase order, delivery notes; one PDF,
or a ZIP of the documents with the quote, as the organisation wishes.

Put together outside any transaction (`build_invoice_file`), then kept in one, and sent
(`send_invoice_file`) or forwarded by the staff (`prepare_invoice_file`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.bundles import bundle_of, notes_of_invoice
from checkout.invoices.invoices import invoice_with_order
from checkout.invoices.models import Invoice, InvoiceSending
from checkout.invoices.notices import Way, send_copies
from checkout.invoices.rules import PurchaseOrderUnreadable
from checkout.invoices.zip_files import MEDIA_TYPE as ZIP
from checkout.invoices.zip_files import Entry, zip_of
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import send_email, subject_of
from shop.core.actors import Actor
from shop.documents.copies import CopyNotMade, travelling_copy
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import INVOICE_FILE, PDF, get_file, keep_file, pdf_of
from shop.organisations.invoicing import invoicing_of
from shop.organisations.rules import FileForm
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.storage.transitions import advance

#: Bytes of a file that paying services and their mail servers accept.
LARGEST = 4_000_000
#: Bytes that joining the parts adds: bookmarks, metadata, the colour profile.
_JOINING = 100_000


@dataclass(frozen=True, slots=True)
class _Sources:
    """The parts of one file: ids of documents, and the copy of the purchase order."""

    number: str
    language: str
    issued_on: date
    invoice_paper: int
    purchase_order: str | None
    scan: StoredFile | None
    notes: list[tuple[str, int]]

    @property
    def label(self) -> str:
        """The name of the purchase order."""
        return self.purchase_order or (self.scan.filename if self.scan else "")


def build_invoice_file(database: Database, number: str, *, at: datetime) -> bytes:
    """One PDF of at most `LARGEST`: the invoice, the buyer's purchase order (a reduced copy where
    it is too large), the delivery notes it refers to; with the electronic form of the invoice.

    Makes the PDFs of these documents if nobody has yet. Raises NotFound, PurchaseOrderUnreadable.
    """
    from shop.documents.attached import attached_xml
    from shop.documents.pdf import merge

    with database.reading_session() as session:
        sources = _sources(session, number)
    ids = [sources.invoice_paper, *(paper_id for _label, paper_id in sources.notes)]
    parts = [pdf_of(database, paper_id, at=at).data for paper_id in ids]
    xml = attached_xml(parts[0])
    labels = [sources.number, *(label for label, _paper_id in sources.notes)]
    if sources.scan is not None:
        parts.insert(1, _copy_of(sources.scan, sources, taken=sum(map(len, parts))))
        labels.insert(1, sources.label)
    return merge(
        parts,
        title=sources.number,
        on=sources.issued_on,
        language=sources.language,
        labels=labels,
        xml=xml,
    )


def build_invoice_zip(database: Database, number: str, *, at: datetime) -> bytes:
    """The documents of an invoice as they were issued, with the quote and the list of their sha256,
    in one ZIP file; a reduced copy of the purchase order where it is too large.

    Makes the PDFs of these documents if nobody has yet. Raises NotFound, PurchaseOrderUnreadable.
    """
    with database.reading_session() as session:
        sources = _sources(session, number)
        bundle = bundle_of(session, *invoice_with_order(session, number))
    files = {
        f"{name}.pdf": pdf_of(database, paper_id, at=at).data
        for paper_id, name in bundle.papers.items()
    }
    scan, taken = sources.scan, sum(map(len, files.values()))
    if scan is not None and scan.size <= max(LARGEST // 2, LARGEST - taken):
        files[bundle.name_of_copy(scan.media_type)] = scan.data
    elif scan is not None:
        files[bundle.name_of_copy(PDF)] = _copy_of(scan, sources, taken=taken)
    entries = [Entry(name, sha256(data).hexdigest(), data) for name, data in files.items()]
    return b"".join(zip_of(entries))


def build_file(database: Database, number: str, form: FileForm, *, at: datetime) -> bytes:
    """The file for the paying service in that form. Raises as the two others."""
    build = build_invoice_zip if form is FileForm.ZIP else build_invoice_file
    return build(database, number, at=at)


def form_for(session: Session, order: Order) -> FileForm:
    """The form of the file that the organisation of an order wishes."""
    return invoicing_of(session, order.organisation_id).form


def _copy_of(scan: StoredFile, sources: _Sources, *, taken: int) -> bytes:
    """The purchase order as PDF, small enough beside `taken` bytes. Raises
    PurchaseOrderUnreadable.
    """
    most = max(LARGEST // 2, LARGEST - taken - _JOINING)
    facts: dict[str, Any] = {
        "title": sources.label,
        "on": sources.issued_on,
        "language": sources.language,
    }
    try:
        return travelling_copy(scan.data, scan.media_type, most=most, **facts)
    except CopyNotMade as reason:
        raise PurchaseOrderUnreadable(reference=sources.label) from reason


def send_invoice_file(
    session: Session,
    invoice: Invoice,
    order: Order,
    data: bytes,
    *,
    to: str,
    form: FileForm = FileForm.PDF,
    by: Actor,
    at: datetime,
) -> StoredFile:
    """Keep the file and send it to the paying service by e-mail: the invoice is sent when the mail
    server has accepted it (sendings.py).

    Sent again, it is the file that was kept the first time. Raises NotAllowed, IllegalTransition.
    """
    PROCEDURE.ensure("send_invoice_file", order.stage, by)
    stored = _kept(session, invoice, order, data, form, by=by, at=at)
    send_kept_file(session, invoice, order, stored, to=to, by=by, at=at)
    return stored


def send_kept_file(
    session: Session,
    invoice: Invoice,
    order: Order,
    stored: StoredFile,
    *,
    to: str,
    by: Actor,
    at: datetime,
) -> None:
    """Send a file that was kept of an invoice to the paying service by e-mail. Raises NotAllowed,
    IllegalTransition.
    """
    transition = PROCEDURE.ensure("send_invoice_file", order.stage, by)
    email = _send(session, invoice, order, stored, to=to, at=at)
    session.add(InvoiceSending(email_id=email.id, invoice_id=invoice.id))
    facts: dict[str, Any] = {"number": invoice.number, "to": to}
    advance(session, subject_of(order), transition, by=by, at=at, **facts)


def prepare_invoice_file(
    session: Session, invoice: Invoice, order: Order, data: bytes, *, by: Actor, at: datetime
) -> StoredFile:
    """Keep the file, which the staff forward themselves. Raises NotAllowed, IllegalTransition."""
    transition = PROCEDURE.ensure("prepare_invoice_file", order.stage, by)
    stored = _kept(session, invoice, order, data, FileForm.PDF, by=by, at=at)
    facts: dict[str, Any] = {"number": invoice.number}
    advance(session, subject_of(order), transition, by=by, at=at, **facts)
    return stored


def _kept(
    session: Session,
    invoice: Invoice,
    order: Order,
    data: bytes,
    form: FileForm,
    *,
    by: Actor,
    at: datetime,
) -> StoredFile:
    """The file that was kept the first time in that form, else a new one."""
    stored = find_invoice_file(session, invoice, order, form)
    return stored or keep_file(
        session,
        data,
        kind=INVOICE_FILE,
        filename=filename_of(invoice.number, form),
        media_type=ZIP if form is FileForm.ZIP else PDF,
        by=by,
        at=at,
        dossier_id=order.dossier_id,
    )


def _send(
    session: Session, invoice: Invoice, order: Order, stored: StoredFile, *, to: str, at: datetime
) -> Email:
    """The e-mail to the paying service, with the file."""
    email = send_email(
        session,
        order,
        "invoice_sent_to_service",
        to=to,
        at=at,
        files=(stored.id,),
        number=invoice.number,
        including=invoice.including.cents,
        issued_on=invoice.issued_on.isoformat(),
        payment_delay_days=order.payment_delay_days,
        delivery_notes=[name for _paper_id, name in notes_of_invoice(session, invoice)],
        form=str(form_of(stored)),
    )
    assert email is not None, "the paying service is named"
    session.flush()
    send_copies(session, invoice, order, Way.EMAIL, to=to, files=(stored.id,), at=at)
    return email


def form_of(stored: StoredFile) -> FileForm:
    """The form of a file that was kept."""
    return FileForm.ZIP if stored.media_type == ZIP else FileForm.PDF


def find_invoice_file(
    session: Session, invoice: Invoice, order: Order, form: FileForm = FileForm.PDF
) -> StoredFile | None:
    """The file that was kept for an invoice in that form, without its bytes."""
    return session.scalar(
        select(StoredFile).where(
            StoredFile.dossier_id == order.dossier_id,
            StoredFile.kind == INVOICE_FILE,
            StoredFile.filename == filename_of(invoice.number, form),
        )
    )


def filename_of(number: str, form: FileForm) -> str:
    return f"{number}-dossier.{form.value}"


def _sources(session: Session, number: str) -> _Sources:
    invoice, order = invoice_with_order(session, number)
    scan_id = order.purchase_order_file_id
    return _Sources(
        number=invoice.number,
        language=order.language,
        issued_on=invoice.issued_on,
        invoice_paper=invoice.paper_id,
        purchase_order=order.purchase_order,
        scan=get_file(session, scan_id) if scan_id is not None else None,
        notes=[(name, paper_id) for paper_id, name in notes_of_invoice(session, invoice)],
    )
