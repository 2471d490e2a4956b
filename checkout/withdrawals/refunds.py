"""Refunds of withdrawals to the card: ordered by the accounting staff, requested by the worker,
followed until the processor has decided. One that fails is paid by transfer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from checkout.card.gateway import PaymentGateway
from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import COMPLETE, RETURNED, is_complete
from checkout.card.refund_requests import RefundRequest, key_of_row, request_refunds
from checkout.orders.models import Order
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import FAILED, FOLLOWED, ORDERED, PROCEDURE
from checkout.withdrawals.withdrawals import send_refunded, subject_of
from shop.core.actors import THE_PROCESSOR
from shop.core.errors import N_
from shop.core.money import Money
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import Database, locking
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of
from shop.storage.transitions import advance

_KEY = "withdrawal-"


def refund_withdrawals(
    database: Database,
    gateway: PaymentGateway,
    *,
    at: datetime,
    stopping: Callable[[], bool],
) -> int:
    """Request the refunds that were ordered, then follow all; how many were requested.

    One that the processor refuses goes to the staff and does not delay the others. Raises
    CardProcessorUnavailable.
    """

    def refuse(withdrawal_id: int, told: str) -> None:
        with database.transaction() as session:
            _decide(session, withdrawal_id, "fail_withdrawal_refund", told, at=at)

    due = _to_request(database)
    requested = request_refunds(database, gateway, due, refuse, at=at, stopping=stopping)
    follow_refunds(database, at=at)
    return requested


def follow_refunds(database: Database, *, at: datetime) -> None:
    """Apply what the processor has decided on the refunds; applying it again changes nothing."""
    with database.reading_session() as session:
        decided = _decided(session)
    for withdrawal_id, reversal in decided:
        complete = is_complete(reversal.state)
        act = "complete_withdrawal_refund" if complete else "fail_withdrawal_refund"
        with database.transaction() as session:
            _decide(session, withdrawal_id, act, reversal.id, at=at)


@dataclass(frozen=True, slots=True)
class FailedWithdrawal:
    """A refund that the card did not take, to be made by transfer."""

    id: int
    name: str
    order_number: str
    amount: Money


_BY_HAND = Listing(
    select(Withdrawal).where(Withdrawal.state.in_(FAILED)),
    (Withdrawal.id,),
    Withdrawal.id,
    filters=(
        Filter(
            "extent",
            N_("Goods"),
            (
                Choice("whole", N_("The whole order"), Withdrawal.whole),
                Choice("part", N_("A part of it"), ~Withdrawal.whole),
            ),
        ),
    ),
    sorts=(
        Sort("age", N_("Withdrawal"), (Withdrawal.id,)),
        Sort("name", N_("Name"), (Withdrawal.name_key,)),
        Sort("amount", N_("Amount"), (Withdrawal.refunded,)),
    ),
    sorted_by="age",
)


def failed_withdrawals(session: Session, place: Place = FIRST) -> Page[FailedWithdrawal]:
    """Refunds of withdrawals to make by hand, the oldest first, a page at a time."""
    return page_of(session, _BY_HAND, place).of(lambda row: _failed(row[0]))


def _failed(row: Withdrawal) -> FailedWithdrawal:
    return FailedWithdrawal(row.id, row.name, row.order_number, row.refunded or Money())


def count_failed_withdrawals() -> ColumnElement[int]:
    """How many refunds of withdrawals are to be made by hand."""
    return count_of(_BY_HAND)


def is_told(session: Session, row: Withdrawal, amount: Money) -> bool:
    """Whether the consumer was told of a refund of that amount, made at the card processor since
    they withdrew: it is the same money.
    """
    made = _told(row.order_id, amount, row.stated_at)
    return session.scalar(made.limit(1)) is not None


def told_refund() -> ColumnElement[bool]:
    """`is_told()` for a withdrawal that was refunded, in a statement."""
    return _told(Withdrawal.order_id, Withdrawal.refunded, Withdrawal.stated_at).exists()


def _told(order_id: Any, amount: Any, since: Any) -> Select[Any]:
    return (
        select(CardReversal.id)
        .join(CardPayment, CardPayment.id == CardReversal.payment_id)
        .where(
            CardPayment.order_id == order_id,
            CardReversal.amount == amount,
            CardReversal.told_at >= since,
        )
    )


def note_failed_refund(session: Session, row: Withdrawal, *, at: datetime) -> None:
    """The refund was made by hand: its failure at the processor is not reported again."""
    statement = select(CardReversal).where(CardReversal.key == f"{_KEY}{row.id}")
    for reversal in session.scalars(statement):
        reversal.noted_at = at


def _to_request(database: Database) -> list[RefundRequest]:
    """Refunds that were ordered and that the processor has not made yet."""
    made = select(CardReversal.id).where(CardReversal.key == _key_of_row()).exists()
    with database.reading_session() as session:
        rows = session.execute(
            select(Withdrawal.id, Withdrawal.refunded, Order.proof)
            .join(Order, Order.id == Withdrawal.order_id)
            .where(Withdrawal.state.in_(ORDERED), ~made)
            .order_by(Withdrawal.id)
        ).all()
    return [RefundRequest(row.id, row.proof, row.refunded or Money(), _KEY) for row in rows]


def _decided(session: Session) -> Sequence[tuple[int, CardReversal]]:
    """Withdrawals whose refund has come to something else than they say."""
    rows = session.execute(
        select(Withdrawal.id, CardReversal)
        .join(CardReversal, CardReversal.key == _key_of_row())
        .where(
            or_(
                and_(
                    CardReversal.state.in_(COMPLETE),
                    Withdrawal.state.in_(PROCEDURE.sources_of("complete_withdrawal_refund")),
                ),
                and_(
                    CardReversal.state.in_(RETURNED),
                    ~CardReversal.is_noted,
                    Withdrawal.state.in_(FOLLOWED),
                ),
            )
        )
        .order_by(Withdrawal.id)
    )
    return [(row[0], row[1]) for row in rows]


def _decide(session: Session, withdrawal_id: int, act: str, told: str, *, at: datetime) -> None:
    """Write what the processor decided; nothing when another thread did."""
    statement = select(Withdrawal).where(Withdrawal.id == withdrawal_id)
    row = session.scalars(locking(session, statement)).one()
    transition = PROCEDURE.find(act, row.state)
    if transition is None:
        return
    order = session.get_one(Order, row.order_id)
    if act == "complete_withdrawal_refund":
        send_refunded(session, row, order, at=at)
    advance(
        session,
        subject_of(row, order),
        transition,
        by=THE_PROCESSOR,
        at=at,
        amount=(row.refunded or Money()).cents,
        reference=told,
        order=order.number,
    )


def _key_of_row() -> ColumnElement[str]:
    """The key of a withdrawal's refund, in a statement."""
    return key_of_row(_KEY, Withdrawal.id)
