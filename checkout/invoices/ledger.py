"""The invoices of an organisation, as its accountants list and export them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import parties_of, references_of_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import LAST_DAY, by_payment
from checkout.invoices.rules import Settled, ensure_period, settled
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.core.money import Money
from shop.core.rights import EXPORT_INVOICES, ensure_may
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Sort, by_period
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One invoice, with its dossier; `left` is the amount still to pay, `paid` what was received,
    `credited` the sum of its credit notes. `siret` and `postal_code` are the buyer's, `engagement`
    the commitment number. `due_on` is None while the payment period does not run: the invoice is
    not sent yet, or the body interrupts it.

    Also a credit note: its amounts are negative, `credit_of` is the number of its invoice, and it
    has no state of payment.
    """

    id: int
    number: str
    dossier: str
    title: str
    order: str
    purchase_order: str
    engagement: str
    siret: str
    postal_code: str
    paper_id: int
    issued_on: date
    due_on: date | None
    is_interrupted: bool
    excluding: Money
    vat_total: Money
    rounding: Money
    including: Money
    paid: Money
    left: Money
    settled: Settled | None
    credited: Money = Money()  # noqa: RUF009 - frozen: one zero serves all
    credit_of: str = ""


def ledger(session: Session, *, by: Actor, today: date, place: Place = FIRST) -> Page[LedgerLine]:
    """The newest first, a page at a time. Raises NotAllowed."""
    ensure_may(by, EXPORT_INVOICES)
    rows = page_of(session, _listing(by, today), place)
    return rows.of(lambda row: ledger_line(row[0], row[1], row[2], today))


def _listing(by: Actor, today: date) -> Listing:
    return Listing(
        ledger_rows(by),
        (Invoice.id.desc(),),
        Invoice.number,
        (by_payment(today), by_period(Invoice.issued_on, today)),
        (
            Sort("number", N_("Invoice"), (Invoice.number,)),
            Sort("date", N_("Date"), (Invoice.issued_on,)),
            Sort("due", N_("Due on"), (LAST_DAY,)),
            Sort("file", N_("File"), (Dossier.number,)),
            Sort("total", N_("Total incl. VAT"), (Invoice.including,)),
        ),
        "-date",
    )


def ledger_of_period(
    session: Session, since: date, until: date, *, by: Actor, today: date
) -> list[LedgerLine]:
    """Invoices issued from one day to the other, both included, the oldest first; without those
    that were reversed, which the organisation never booked.

    Raises NotAllowed, PeriodTurned.
    """
    ensure_may(by, EXPORT_INVOICES)
    ensure_period(since, until)
    statement = (
        ledger_rows(by)
        .where(Invoice.issued_on.between(since, until), ~Invoice.is_reversed)
        .order_by(Invoice.id)
    )
    return _lines(session, statement, today)


def ledger_rows(by: Actor) -> Select[Invoice, Order, Dossier]:
    """The invoices of the organisation that this person may read, with order and dossier."""
    return (
        select(Invoice, Order, Dossier)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(readable_by(by), Dossier.organisation_id == by.organisation_id)
    )


def _lines(
    session: Session, statement: Select[Invoice, Order, Dossier], today: date
) -> list[LedgerLine]:
    return [
        ledger_line(invoice, order, dossier, today)
        for invoice, order, dossier in session.execute(statement)
    ]


def ledger_line(invoice: Invoice, order: Order, dossier: Dossier, today: date) -> LedgerLine:
    """An invoice with the references of its order."""
    parties, references = parties_of(invoice, order), references_of_invoice(invoice, order)
    return LedgerLine(
        id=invoice.id,
        number=invoice.number,
        dossier=dossier.number,
        title=dossier.title,
        order=order.number,
        purchase_order=references["purchase_order"] or "",
        engagement=references["engagement"] or "",
        siret=parties.siret,
        postal_code=parties.header.postal_code,
        paper_id=invoice.paper_id,
        issued_on=invoice.issued_on,
        due_on=invoice.payable_by,
        is_interrupted=invoice.is_interrupted,
        excluding=invoice.excluding,
        vat_total=invoice.vat_total,
        rounding=invoice.rounding,
        including=invoice.including,
        paid=invoice.paid,
        left=invoice.due,
        settled=settled(
            invoice.including,
            invoice.paid,
            invoice.credited,
            payable_by=invoice.payable_by,
            today=today,
        ),
        credited=invoice.credited,
    )
