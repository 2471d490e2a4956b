"""The documents of one invoice in a ZIP file: invoice, quote, copy of the purchase order, delivery
notes, with a list of their sha256.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checkout.deliveries.models import ContraryNote, DeliveryNote
from checkout.invoices.models import Invoice
from checkout.invoices.zip_files import Entry, zip_of
from checkout.orders.models import Order
from shop.core.errors import NotFound
from shop.core.media import JPEG, PDF, PNG, TIFF
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Paper, StoredFile
from shop.dossiers.papers import QUOTE

#: The ending of the copy of a purchase order in a ZIP file, by its type.
_ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", TIFF: "tiff"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The documents of the invoice `number`: the numbers of the issued ones, by id, in the order of
    the ZIP file; the stored copy of the purchase order, and its name in the ZIP file.
    """

    number: str
    papers: dict[int, str]
    copy_id: int | None
    copy_name: str

    @property
    def filename(self) -> str:
        return f"{self.number}-documents.zip"

    def name_of_copy(self, media_type: str) -> str:
        """The name in the ZIP file of the copy of the purchase order, in that type."""
        return f"{self.copy_name}.{_ENDINGS[media_type]}"


def get_bundle(session: Session, dossier_id: int, paper_id: int) -> Bundle:
    """The documents of the invoice that is that document of a dossier. Raises NotFound."""
    found = session.execute(
        select(Invoice, Order)
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.paper_id == paper_id, Order.dossier_id == dossier_id)
    ).one_or_none()
    if found is None:
        raise NotFound(number=str(paper_id))
    return bundle_of(session, *found)


def bundle_of(session: Session, invoice: Invoice, order: Order) -> Bundle:
    """The documents of an invoice."""
    quotes = session.execute(
        select(Paper.id, Paper.number).where(
            Paper.kind == QUOTE,
            Paper.dossier_id == order.dossier_id,
            Paper.number == order.quote_number,
        )
    )
    papers = {invoice.paper_id: invoice.number}
    papers |= {row.id: row.number for row in quotes}
    papers |= dict(notes_of_invoice(session, invoice))
    return Bundle(
        invoice.number, papers, order.purchase_order_file_id, f"{order.number}-bon-de-commande"
    )


def notes_of_invoice(session: Session, invoice: Invoice) -> list[tuple[int, str]]:
    """The ids of the documents, and the numbers, of the delivery notes that an invoice names, then
    of the contrary notes that correct them.
    """
    named = content_of(session, invoice.paper_id)["references"]["delivery_notes"]
    these = (DeliveryNote.order_id == invoice.order_id, DeliveryNote.number.in_(named))
    notes = select(DeliveryNote.paper_id, DeliveryNote.number).where(*these)
    contrary = (
        select(ContraryNote.paper_id, ContraryNote.number)
        .join(DeliveryNote, DeliveryNote.id == ContraryNote.delivery_note_id)
        .where(*these)
    )
    rows = [
        *session.execute(notes.order_by(DeliveryNote.id)),
        *session.execute(contrary.order_by(ContraryNote.id)),
    ]
    return [(row.paper_id, row.number) for row in rows]


def zipped(session: Session, bundle: Bundle) -> Iterator[bytes]:
    """The ZIP file, in parts; PDFs that are not made yet are named in it."""
    missing: list[str] = []
    return zip_of(_entries(session, bundle, missing), missing)


def _entries(session: Session, bundle: Bundle, missing: list[str]) -> Iterator[Entry]:
    wanted = or_(StoredFile.paper_id.in_(bundle.papers), StoredFile.id == bundle.copy_id)
    columns = (StoredFile.id, StoredFile.paper_id, StoredFile.media_type, StoredFile.sha256)
    left = dict(bundle.papers)
    for row in session.execute(
        select(*columns, StoredFile.data)
        .where(wanted)
        .order_by(StoredFile.id)
        .execution_options(yield_per=1)
    ):
        is_copy = row.id == bundle.copy_id
        name = bundle.name_of_copy(row.media_type) if is_copy else f"{left.pop(row.paper_id)}.pdf"
        yield Entry(name, row.sha256, row.data)
    missing += left.values()
