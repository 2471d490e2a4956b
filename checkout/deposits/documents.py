"""The invoice or credit note that is deposited, and what is checked before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.credits.credit_notes import get_credit_note
from checkout.deposits.rules import NoElectronicForm, NotForChorus, SentFile, wrong_files
from checkout.invoices.corrections import parties_of
from checkout.invoices.electronic import demands_on
from checkout.invoices.invoice_files import build_invoice_file
from checkout.invoices.invoices import invoice_with_order
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from shop.core.errors import NotFound
from shop.documents.layout import sentences
from shop.documents.validation import validate
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import pdf_of
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.fault_rules import UnsoundInvoice
from shop.einvoicing.form_rules import differences
from shop.einvoicing.frozen import KEY, channel_in
from shop.einvoicing.public_rules import demanded
from shop.einvoicing.rules import faults_of
from shop.storage.db import Database


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or credit note with its order; `invoice` is the one that it is or credits."""

    number: str
    paper_id: int
    issued_on: date
    order: Order
    invoice: Invoice
    is_credit: bool


def get_document(session: Session, number: str) -> Document:
    """The document of that number, to be read. Raises NotFound."""
    try:
        invoice, order = invoice_with_order(session, number)
    except NotFound:
        note, invoice, order = get_credit_note(session, number)
        return Document(number, note.paper_id, note.issued_on, order, invoice, True)
    return Document(number, invoice.paper_id, invoice.issued_on, order, invoice, False)


def is_for_chorus(session: Session, document: Document) -> bool:
    """Whether it was written in the dialect of the direct deposit."""
    content = content_of(session, document.paper_id)
    return content.get(KEY) is not None and channel_in(content) is Channel.CHORUS


def faults_before(session: Session, document: Document) -> list[UnsoundInvoice]:
    """The rules that a document breaks before it is deposited: those of its content, and what the
    body demands now. Raises NotForChorus.
    """
    if not is_for_chorus(session, document):
        raise NotForChorus(number=document.number)
    content = content_of(session, document.paper_id)
    order = document.order
    now = demanded(demands_on(session, order, parties_of(document.invoice, order)), content)
    found = [*faults_of(content, sentences(content["language"])), *now]
    found += wrong_files([SentFile(filename_of(document.number), 0)])
    return list({fault.rule: fault for fault in found}.values())


def filename_of(number: str) -> str:
    """The name under which a document is deposited."""
    return f"{number}.pdf"


def file_of(database: Database, document: Document, *, at: datetime) -> bytes:
    """The PDF that is deposited: the invoice with the copy of the purchase order and the delivery
    notes, as the paying service receives it; the document alone where that file would be no PDF/A-3
    (the portal refuses it), and for a credit note. Raises PurchaseOrderUnreadable, PdfUnavailable.
    """
    if not document.is_credit:
        whole = build_invoice_file(database, document.number, at=at)
        if validate(whole).conforms:
            return whole
    return pdf_of(database, document.paper_id, at=at).data


def faults_of_file(data: bytes, names: Sequence[str]) -> list[UnsoundInvoice]:
    """What the portal does not accept of the file that is sent under a name."""
    from shop.documents.attached import attached_xml

    found = wrong_files([SentFile(name, len(data)) for name in names])
    return found if attached_xml(data) is not None else [*found, NoElectronicForm()]


def faults_of_form(data: bytes, content: Mapping[str, Any]) -> list[UnsoundInvoice]:
    """What the electronic form in a file says otherwise than the document that was issued; none of
    a file without one.
    """
    from shop.documents.attached import attached_xml

    xml = attached_xml(data)
    found = differences(xml, content, sentences(content["language"])) if xml is not None else []
    return found[:1]
