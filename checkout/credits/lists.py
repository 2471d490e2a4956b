"""Lists of credit notes and of the money to give back, and the credit notes of an export."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import AWAITING, DUE, FAILED, TO_DO, has_failed, is_awaiting
from checkout.invoices.corrections import customer_of
from checkout.invoices.models import Invoice
from checkout.orders.lists import BY_CUSTOMER, BY_WAY
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from shop.core.errors import N_
from shop.core.money import Money
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class IssuedCredit:
    """A credit note with its customer and its invoice."""

    number: str
    invoice: str
    customer: str
    issued_on: date
    including: Money


@dataclass(frozen=True, slots=True)
class RefundToMake:
    """Money to give back for a credit note; `has_failed`: the card did not take it; `is_awaiting`:
    a transfer was ordered by `ordered_by`, and another person is to confirm it.
    """

    number: str
    customer: str
    amount: Money
    by_card: bool
    has_failed: bool
    is_awaiting: bool
    ordered_by: str


def issued_credits(session: Session, today: date, place: Place = FIRST) -> Page[IssuedCredit]:
    """The credit notes, the newest first, a page at a time."""
    return page_of(session, _issued(today), place).of(_credit)


def refunds_to_make(session: Session, place: Place = FIRST) -> Page[RefundToMake]:
    """The refunds that the staff have something to do about, the oldest first."""
    return page_of(session, _TO_MAKE, place).of(_refund)


def count_refunds_to_make() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(_TO_MAKE)


def refunds_of(session: Session, order: Order) -> list[tuple[str, Money]]:
    """What the credit notes of an order give back: the number of each, and the amount."""
    rows = session.execute(
        select(CreditNote.number, CreditRefund.amount)
        .join(CreditRefund, CreditRefund.credit_note_id == CreditNote.id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Invoice.order_id == order.id)
        .order_by(CreditNote.id)
    )
    return [(row.number, row.amount) for row in rows]


def _issued(today: date) -> Listing:
    rows = (
        select(CreditNote, Invoice.number, Order.parties, Invoice.corrected)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
    )
    return Listing(
        rows,
        (CreditNote.id.desc(),),
        CreditNote.number,
        (BY_WAY, by_period(CreditNote.issued_on, today)),
        (
            BY_CUSTOMER,
            Sort("number", N_("Credit note"), (CreditNote.number,)),
            Sort("invoice", N_("Invoice"), (Invoice.number,)),
            Sort("issued", N_("Issued on"), (CreditNote.issued_on,)),
            Sort("total", N_("Amount incl. VAT"), (CreditNote.including,)),
        ),
        "-number",
    )


def _credit(row: Any) -> IssuedCredit:
    note, invoice, parties, corrected = row
    return IssuedCredit(
        note.number, invoice, customer_of(corrected, parties), note.issued_on, note.including
    )


_TO_MAKE = Listing(
    select(CreditRefund, CreditNote.number, Order.parties, Order.origin, Invoice.corrected)
    .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
    .join(Invoice, Invoice.id == CreditNote.invoice_id)
    .join(Order, Order.id == Invoice.order_id)
    .join(Dossier, Dossier.id == Order.dossier_id)
    .where(CreditRefund.state.in_(TO_DO)),
    (CreditRefund.id,),
    CreditNote.number,
    (
        Filter(
            "state",
            N_("Status"),
            (
                Choice("due", N_("To be refunded"), CreditRefund.state.in_(DUE)),
                Choice("failed", N_("Refused by the card"), CreditRefund.state.in_(FAILED)),
                Choice("ordered", N_("Transfer to confirm"), CreditRefund.state.in_(AWAITING)),
            ),
        ),
        BY_WAY,
    ),
    (
        BY_CUSTOMER,
        Sort("age", N_("Credit note"), (CreditRefund.id,)),
        Sort("amount", N_("Amount"), (CreditRefund.amount,)),
    ),
    "age",
)


def _refund(row: Any) -> RefundToMake:
    refund, number, parties, origin, corrected = row
    return RefundToMake(
        number=number,
        customer=customer_of(corrected, parties),
        amount=refund.amount,
        by_card=origin is Origin.CARD,
        has_failed=has_failed(refund.state),
        is_awaiting=is_awaiting(refund.state),
        ordered_by=refund.ordered_by,
    )
