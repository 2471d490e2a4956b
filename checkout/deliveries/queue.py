"""Orders to prepare, for logistics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import PROCEDURE
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, following, page_of


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """An order with units left; `purchase_order` None for a card order. `sent` units were
    shipped.
    """

    number: str
    ordered_at: datetime
    customer: str
    purchase_order: str | None
    remaining: int
    sent: int


def to_prepare(session: Session, place: Place = FIRST) -> Page[ToPrepare]:
    """Orders with goods left to deliver, oldest first, a page at a time."""
    return page_of(session, _listing(), place).of(_row)


def count_to_prepare(session: Session) -> int:
    """The number on the tab."""
    return count_of(session, _listing())


def next_to_prepare(session: Session, number: str) -> str | None:
    """The order after that one in the queue."""
    return following(session, _listing(), number)


def _listing() -> Listing:
    rows = (
        select(
            Order.number,
            Order.ordered_at,
            Order.parties,
            Order.purchase_order,
            func.sum(OrderLine.quantity - OrderLine.delivered - OrderLine.cancelled),
            func.sum(OrderLine.delivered),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(_open(), OrderLine.product_id.is_not(None))
        .group_by(Order.id)
    )
    return Listing(rows, (Order.id,), Order.number)


def _row(row: Any) -> ToPrepare:
    number, at, parties, reference, left, sent = row
    return ToPrepare(number, at, parties["header"]["name"], reference, int(left), int(sent))


def _open() -> ColumnElement[bool]:
    stages = [
        s
        for transition in PROCEDURE.transitions
        if transition.name == "issue_delivery_note"
        for s in transition.sources
    ]
    return and_(Order.stage.in_(stages), ~Order.is_reversed)
