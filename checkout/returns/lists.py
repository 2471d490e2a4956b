"""The returns at the desk, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from checkout.orders.lists import BY_CUSTOMER, BY_WAY
from checkout.orders.models import Order
from checkout.returns.models import Return, ReturnLine
from checkout.returns.procedure import ASKED, AWAITED, COUNTED, OPEN, ReturnState
from checkout.returns.rules import Reason
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return in the list; `units` were asked to come back."""

    number: str
    order: str
    customer: str
    asked_at: datetime
    reason: Reason
    state: ReturnState
    units: int


def _listing() -> Listing:
    state = Return.state
    units = (
        select(func.sum(ReturnLine.quantity))
        .where(ReturnLine.return_id == Return.id)
        .scalar_subquery()
    )
    states = (
        Choice("asked", N_("To decide"), state.in_(ASKED)),
        Choice("awaited", N_("Goods awaited"), state.in_(AWAITED)),
        Choice("counted", N_("To credit or to replace"), state.in_(COUNTED)),
        Choice("over", N_("Ended"), state.not_in(OPEN)),
    )
    return Listing(
        select(
            Return.number,
            Order.number.label("order_number"),
            Order.parties,
            Return.asked_at,
            Return.reason,
            Return.state,
            units,
        )
        .join(Order, Order.id == Return.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id),
        (state.in_(OPEN).desc(), Return.id),
        Return.number,
        (Filter("state", N_("Status"), states), BY_WAY),
        (
            Sort("age", N_("Age"), (Return.asked_at, Return.id)),
            Sort("number", N_("Return"), (Return.number,)),
            BY_CUSTOMER,
        ),
    )


def returns(session: Session, place: Place = FIRST) -> Page[ReturnRow]:
    """The open returns first, the oldest of them first; a page at a time."""
    return page_of(session, _listing(), place).of(_row)


def count_open() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(_listing().where(Return.state.in_(OPEN)))


def _row(row: Any) -> ReturnRow:
    number, order, parties, at, reason, state, units = row
    return ReturnRow(number, order, parties["header"]["name"], at, reason, state, int(units))
