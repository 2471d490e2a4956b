"""Requests of cancellation that the office decides, and orders of which something can be
cancelled.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from checkout.cancellations.models import Cancellation
from checkout.cancellations.procedure import HELD, WAITING, CancellationState
from checkout.orders.lists import BY_CUSTOMER, BY_WAY
from checkout.orders.models import Order, OrderLine
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """A request, or what was decided; `shipped` units of goods of its order have left."""

    id: int
    order: str
    customer: str
    begun_at: datetime
    begun_by: str
    reason: str
    state: CancellationState
    shipped: int


def _listing() -> Listing:
    shipped = (
        select(func.coalesce(func.sum(OrderLine.delivered), 0))
        .where(OrderLine.order_id == Order.id, ~OrderLine.is_shipping)
        .scalar_subquery()
    )
    state = Cancellation.state
    states = (
        Choice("asked", N_("To decide"), state.in_(WAITING)),
        Choice("done", N_("Cancelled"), state.in_(HELD)),
        Choice("over", N_("Refused or undone"), state.not_in((*WAITING, *HELD))),
    )
    return Listing(
        select(
            Cancellation.id,
            Order.number,
            Order.parties,
            Cancellation.begun_at,
            Cancellation.begun_by,
            Cancellation.reason,
            Cancellation.state,
            shipped,
        )
        .join(Order, Order.id == Cancellation.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id),
        (state.in_(WAITING).desc(), Cancellation.id.desc()),
        Cancellation.id,
        (Filter("state", N_("Status"), states), BY_WAY),
        (
            Sort("age", N_("Date"), (Cancellation.begun_at, Cancellation.id)),
            Sort("order", N_("Order"), (Order.number, Cancellation.id)),
            BY_CUSTOMER,
        ),
    )


def cancellations(session: Session, place: Place = FIRST) -> Page[CancellationRow]:
    """Requests to decide first, then what was decided, the newest first; a page at a time."""
    return page_of(session, _listing(), place).of(_row)


def count_waiting() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(_listing().where(Cancellation.state.in_(WAITING)))


def _row(row: Any) -> CancellationRow:
    number, order, parties, at, by, reason, state, shipped = row
    return CancellationRow(
        number, order, parties["header"]["name"], at, by, reason, state, int(shipped)
    )
