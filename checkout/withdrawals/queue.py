"""The open statements of withdrawal at the desk, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import (
    OPEN,
    ORDERED,
    PROCEDURE,
    has_failed,
    is_ordered,
    is_unmatched,
)
from checkout.withdrawals.rules import overdue_since, refund_by
from shop.core.errors import N_
from shop.core.text import paris_day
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, following, page_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open statement: `unmatched`, or with a refund that is due, `ordered` or `failed`; `until`
    is the refund's last day.
    """

    id: int
    name: str
    order_number: str
    stated_at: datetime
    until: date
    unmatched: bool
    ordered: bool
    failed: bool


_OPEN = select(Withdrawal).where(Withdrawal.state.in_(OPEN))


def _listing(today: date) -> Listing:
    owed = Withdrawal.state.in_(PROCEDURE.sources_of("refund_withdrawal"))
    overdue = Withdrawal.stated_at < overdue_since(today)
    states = (
        Choice(
            "unmatched",
            N_("To attach or answer"),
            Withdrawal.state.in_(PROCEDURE.sources_of("attach_withdrawal")),
        ),
        Choice("due", N_("To refund"), owed),
        Choice("ordered", N_("Refund under way"), Withdrawal.state.in_(ORDERED)),
        Choice("overdue", N_("Refund overdue"), owed & overdue),
    )
    return Listing(
        _OPEN,
        (Withdrawal.id,),
        Withdrawal.id,
        (Filter("state", N_("Status"), states),),
        (
            Sort("until", N_("Refund by"), (Withdrawal.stated_at,)),
            Sort("name", N_("Name"), (Withdrawal.name_key,)),
            Sort("amount", N_("Refund"), (Withdrawal.refunded,)),
        ),
        "until",
    )


def open_withdrawals(session: Session, today: date, place: Place = FIRST) -> Page[Waiting]:
    """The statements that wait for the staff, the oldest first, a page at a time."""
    return page_of(session, _listing(today), place).of(lambda found: _waiting(found[0]))


def count_open() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(Listing(_OPEN, (Withdrawal.id,), Withdrawal.id))


def next_open(
    session: Session, withdrawal_id: int, today: date, place: Place = FIRST
) -> int | None:
    """The statement after that one in the queue, as the place arranges it."""
    return following(session, _listing(today).at(place), withdrawal_id)


def _waiting(row: Withdrawal) -> Waiting:
    return Waiting(
        row.id,
        row.name,
        row.order_number,
        row.stated_at,
        refund_by(paris_day(row.stated_at)),
        is_unmatched(row.state),
        is_ordered(row.state),
        has_failed(row.state),
    )
