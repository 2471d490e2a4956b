"""The desk of transfers: what is held, what is to be given back, what pays which invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import customer_of
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import (
    AWAITING,
    BOOKED,
    COUNTED,
    HELD,
    RETURNED,
    TO_DO,
    PartState,
)
from checkout.transfers.allotments import client_of
from shop.core.errors import N_, NotFound
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a transfer: the client whose money it is, empty while this is unknown, and the
    invoice that it pays, if any.
    """

    part: TransferPart
    transfer: Transfer
    client: str
    invoice: str

    @property
    def is_credit(self) -> bool:
        """Whether the client is known."""
        return bool(self.client)


def parts(session: Session, today: date, place: Place = FIRST) -> Page[PartRow]:
    """The parts of which the transfers are the sum; the latest first."""
    return page_of(session, _parts(today), place).of(_row)


def count_to_do() -> ColumnElement[int]:
    """The number on the tab: money that is held, or to be given back."""
    rows = select(TransferPart).where(TransferPart.state.in_(TO_DO))
    return count_of(Listing(rows, (TransferPart.id,), TransferPart.id))


def get_part(session: Session, part_id: int) -> PartRow:
    """A part, to be read. Raises NotFound."""
    found = session.execute(_ROWS.where(TransferPart.id == part_id)).first()
    if found is None:
        raise NotFound
    return _row(found)


def parts_of_transfer(session: Session, transfer: Transfer) -> list[PartRow]:
    """Every part of a transfer, those that were moved too, in their order."""
    rows = _ROWS.where(TransferPart.transfer_id == transfer.id).order_by(TransferPart.id)
    return [_row(row) for row in session.execute(rows)]


def credits_of(session: Session, order: Order) -> Sequence[PartRow]:
    """The money that the shop holds for the client of an order, the oldest first."""
    mine = (
        Order.organisation_id == order.organisation_id
        if order.organisation_id is not None
        else Order.organisation_id.is_(None)
    )
    rows = session.execute(
        _ROWS.where(TransferPart.state.in_(HELD), mine).add_columns(Order).order_by(TransferPart.id)
    )
    return [_row(row) for row in rows if client_of(row[-1]) == client_of(order)]


def parts_on(session: Session, invoice: Invoice) -> dict[int, int]:
    """The part of each payment of an invoice that a transfer can be moved by, by payment."""
    rows = session.execute(
        select(TransferPart.payment_id, TransferPart.id)
        .join(Payment, Payment.id == TransferPart.payment_id)
        .where(Payment.invoice_id == invoice.id, TransferPart.state.in_(BOOKED))
    )
    return {payment: part for payment, part in rows if payment is not None}


_ROWS = (
    select(TransferPart, Transfer, Order.parties, Invoice.number, Invoice.corrected)
    .join(Transfer, Transfer.id == TransferPart.transfer_id)
    .outerjoin(Order, Order.id == TransferPart.order_id)
    .outerjoin(Payment, Payment.id == TransferPart.payment_id)
    .outerjoin(Invoice, Invoice.id == Payment.invoice_id)
)


def _row(row: Any) -> PartRow:
    part, transfer, parties, number, corrected = row[:5]
    client = customer_of(corrected, parties) if parties else ""
    return PartRow(part, transfer, client, number or "")


def _parts(today: date) -> Listing:
    held, known = TransferPart.state.in_(HELD), TransferPart.order_id.is_not(None)
    states = (
        Choice("unidentified", N_("Unidentified"), held & ~known),
        Choice("credit", N_("Credits of clients"), held & known),
        Choice("ordered", N_("Return to confirm"), TransferPart.state.in_(AWAITING)),
        Choice("booked", N_("On an invoice"), TransferPart.state.in_(BOOKED)),
        Choice("returned", N_("Given back"), TransferPart.state.in_(RETURNED)),
    )
    return Listing(
        _ROWS.where(TransferPart.state.in_(COUNTED)),
        (TransferPart.id.desc(),),
        TransferPart.id,
        (Filter("state", N_("Status"), states), by_period(Transfer.received_on, today)),
        (
            Sort("received", N_("Date received"), (Transfer.received_on,)),
            Sort("amount", N_("Amount"), (TransferPart.amount,)),
            Sort("invoice", N_("Invoice"), (Invoice.number,)),
        ),
        "",
    )


#: The kind and the words of each state.
STATES: dict[PartState, tuple[str, str]] = {
    PartState.BOOKED: ("good", N_("on an invoice")),
    PartState.HELD: ("you", N_("held")),
    PartState.ORDERED: ("you", N_("return ordered, to be confirmed")),
    PartState.RETURNED: ("plain", N_("given back")),
    PartState.MOVED: ("plain", N_("allotted otherwise")),
}
