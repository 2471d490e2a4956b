"""Orders to prepare, for logistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from checkout.orders.lists import BY_CUSTOMER, BY_WAY, UNDELIVERED
from checkout.orders.models import Order, OrderLine
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
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


def to_prepare(session: Session, today: date, place: Place = FIRST) -> Page[ToPrepare]:
    """Orders with goods left to deliver, oldest first, a page at a time."""
    return page_of(session, _listing(today), place).of(_row)


def numbers_to_prepare(session: Session, today: date, place: Place = FIRST) -> Sequence[str]:
    """The numbers of all orders to prepare under the filters of the place, oldest first."""
    there = _listing(today).at(place)
    keys = there.statement.with_only_columns(Order.number, maintain_column_froms=True)
    return session.scalars(keys.order_by(*there.order)).all()


def count_to_prepare() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(Listing(_orders(), (Order.id,), Order.number))


def count_late(today: date) -> ColumnElement[int]:
    """The orders whose promised day has passed."""
    late = Order.expected_on < today
    return count_of(Listing(_orders().where(late), (Order.id,), Order.number))


def next_to_prepare(session: Session, number: str, today: date, place: Place = FIRST) -> str | None:
    """The order after that one in the queue, as the place arranges it."""
    return following(session, _listing(today).at(place), number)


def _orders() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Order.number,
            Order.ordered_at,
            Order.parties,
            Order.purchase_order,
            func.sum(OrderLine.quantity - OrderLine.delivered - OrderLine.cancelled),
            func.sum(OrderLine.delivered),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(is_to_prepare(), ~OrderLine.is_shipping)
        .group_by(Order.id, Dossier.id)
    )


@lru_cache(maxsize=8)
def _listing(today: date) -> Listing:
    shipped = aliased(OrderLine)
    partly = exists().where(shipped.order_id == Order.id, shipped.delivered > 0)
    states = (
        Choice("late", N_("Promised day passed"), Order.expected_on < today),
        Choice("partly", N_("Partly delivered"), partly),
    )
    return Listing(
        _orders(),
        (Order.id,),
        Order.number,
        (Filter("state", N_("Status"), states), BY_WAY),
        (
            Sort("age", N_("Date of the order"), (Order.ordered_at,)),
            Sort("promised", N_("Promised day"), (Order.expected_on,)),
            BY_CUSTOMER,
        ),
        "age",
    )


def _row(row: Any) -> ToPrepare:
    number, at, parties, reference, left, sent = row
    return ToPrepare(number, at, parties["header"]["name"], reference, int(left), int(sent))


def is_to_prepare() -> ColumnElement[bool]:
    """Whether goods of an order may be shipped, for a statement on orders."""
    return and_(Order.stage.in_(UNDELIVERED), ~Order.is_reversed)
