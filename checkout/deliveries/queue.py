"""Orders to prepare, for logistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import PROCEDURE

QUEUE_LIMIT = 200


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


def to_prepare(session: Session) -> Sequence[ToPrepare]:
    """Orders with goods left to deliver, oldest first."""
    remaining = func.sum(OrderLine.quantity - OrderLine.delivered - OrderLine.cancelled)
    rows = session.execute(
        select(
            Order.number,
            Order.ordered_at,
            Order.parties,
            Order.purchase_order,
            remaining,
            func.sum(OrderLine.delivered),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(_open(), OrderLine.product_id.is_not(None))
        .group_by(Order.id)
        .order_by(Order.id)
        .limit(QUEUE_LIMIT)
    )
    return [
        ToPrepare(number, at, parties["header"]["name"], reference, int(left), int(sent))
        for number, at, parties, reference, left, sent in rows
    ]


def count_to_prepare(session: Session) -> int:
    """The number on the tab."""
    return session.scalar(select(func.count()).select_from(Order).where(_open())) or 0


def _open() -> ColumnElement[bool]:
    stages = [
        s
        for transition in PROCEDURE.transitions
        if transition.name == "issue_delivery_note"
        for s in transition.sources
    ]
    return and_(Order.stage.in_(stages), ~Order.is_reversed)
