"""Withdrawals at the desk: statements to attach or to answer, refunds that are due."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.consumers import is_consumers
from checkout.orders.lookup import order_number
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import (
    MEANWHILE,
    PROCEDURE,
)
from checkout.withdrawals.refunds import is_told, note_failed_refund
from checkout.withdrawals.rules import (
    AnswerMissing,
    Finding,
    NotAConsumersOrder,
    NothingLeft,
    OrderNotFound,
    RefundedElsewhere,
    RefundReferenceNeeded,
    UnitsMissing,
    ensure_units,
    refund_of,
)
from checkout.withdrawals.withdrawals import (
    as_json,
    attach,
    compare,
    ensure_not_released,
    find_order,
    lines_left,
    release_units,
    send_refunded,
    subject_of,
    sum_units,
    units_of,
    withdrawals_of,
)
from shop.core.actors import Actor
from shop.core.errors import IllegalTransition, NotFound
from shop.core.money import Money
from shop.core.sales import line_of
from shop.core.workflow import Transition
from shop.storage.db import get_locked, locking
from shop.storage.outbox import post
from shop.storage.transitions import advance


def refund_due(session: Session, row: Withdrawal, order: Order) -> Money | None:
    """The amount to refund, after what was refunded or credited; None while the quantities are
    unknown.
    """
    if not row.units:
        return None
    rows = lines_of(session, order.id)
    lines = {line.position: line_of(line) for line in rows}
    others = (other for other in withdrawals_of(session, order) if other.id != row.id)
    earlier = sum_units(other for other in others if other.refunded is not None)
    earlier.update({line.position: line.credited for line in rows if line.credited})
    return refund_of(lines, order.including, units_of(row), earlier)


def attach_withdrawal(
    session: Session, withdrawal_id: int, *, number: str, by: Actor, at: datetime
) -> Order:
    """Attach a statement to the consumer's order that it means, whatever its day.

    Raises NotAllowed, NotFound, Changed, OrderNotFound, NotAConsumersOrder, NothingLeft.
    """
    row, _transition = _ready(session, withdrawal_id, "attach_withdrawal", by)
    order = find_order(session, number)
    if order is None:
        raise OrderNotFound(number=number)
    if not is_consumers(order):
        raise NotAConsumersOrder(number=order.number)
    if not any(line.left for line in lines_left(session, order)):
        raise NothingLeft
    attach(session, row, order, {}, by=by, at=at)
    return order


def answer_withdrawal(
    session: Session, withdrawal_id: int, *, answer: str, by: Actor, at: datetime
) -> None:
    """Answer a statement that concerns no order. Raises NotAllowed, NotFound, Changed,
    AnswerMissing.
    """
    row, transition = _ready(session, withdrawal_id, "answer_withdrawal", by)
    if not answer.strip():
        raise AnswerMissing
    post(
        session,
        "withdrawal_answered",
        to=row.email,
        language=row.language,
        at=at,
        name=row.name,
        order=row.order_number,
        stated_at=row.stated_at.isoformat(),
        reason=answer.strip(),
    )
    advance(session, subject_of(row, None), transition, by=by, at=at, answer=answer.strip())


def specify_withdrawal(
    session: Session, withdrawal_id: int, *, units: Mapping[int, int], by: Actor, at: datetime
) -> None:
    """Write down which units the words of a statement mean.

    Raises NotAllowed, NotFound, Changed, MoreThanOrdered, UnitsMissing, UnitsReleased.
    """
    row, transition = _ready(session, withdrawal_id, "specify_withdrawal", by)
    order = _lock_order(session, row)
    wanted = ensure_units(lines_left(session, order, row), units)
    ensure_not_released(session, row, order, wanted)
    row.units = as_json(wanted)
    advance(session, subject_of(row, order), transition, by=by, at=at, units=row.units)
    release_units(session, row, order, by=by, at=at)


def order_refund(session: Session, withdrawal_id: int, *, by: Actor, at: datetime) -> Money:
    """Order the refund of a withdrawal to the card that paid: the worker requests it.

    Raises NotAllowed, NotFound, Changed, UnitsMissing, RefundedElsewhere.
    """
    row, transition = _ready(session, withdrawal_id, "order_withdrawal_refund", by)
    order = _lock_order(session, row)
    row.refunded = amount = _amount_of(session, row, order)
    left = order.including - order.refunded - order.disputed
    if amount > left:
        raise RefundedElsewhere(left=left)
    advance(
        session,
        subject_of(row, order),
        transition,
        by=by,
        at=at,
        amount=amount.cents,
        order=order.number,
    )
    return amount


def refund_withdrawal(
    session: Session, withdrawal_id: int, *, reference: str, by: Actor, at: datetime
) -> Money:
    """Record a refund that was made on the processor's site, or by transfer.

    Raises NotAllowed, NotFound, Changed, UnitsMissing, RefundReferenceNeeded.
    """
    row, transition = _ready(session, withdrawal_id, "refund_withdrawal", by)
    order = _lock_order(session, row)
    amount = _amount_of(session, row, order)
    reference = " ".join(reference.split())
    if not reference:
        raise RefundReferenceNeeded
    row.refunded = amount
    note_failed_refund(session, row, at=at)
    send_refunded(session, row, order, told=is_told(session, row, amount), at=at)
    advance(
        session,
        subject_of(row, order),
        transition,
        by=by,
        at=at,
        amount=amount.cents,
        reference=reference,
        order=order.number,
    )
    return amount


def _amount_of(session: Session, row: Withdrawal, order: Order) -> Money:
    """The amount of a refund: the one that was ordered, else the one that is due. Raises
    UnitsMissing.
    """
    amount = row.refunded if row.refunded is not None else refund_due(session, row, order)
    if amount is None:
        raise UnitsMissing
    return amount


def _ready(
    session: Session, withdrawal_id: int, act: str, by: Actor
) -> tuple[Withdrawal, Transition]:
    """The statement, locked, and the transition. Raises NotAllowed, NotFound and, where a
    colleague did it first, a refusal that tells what: Changed.
    """
    row = get_locked(session, Withdrawal, withdrawal_id)
    try:
        return row, PROCEDURE.ensure(act, row.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[row.state] from late


def _lock_order(session: Session, row: Withdrawal) -> Order:
    """The order of a statement, locked: another one of its statements waits."""
    return session.scalars(locking(session, select(Order).where(Order.id == row.order_id))).one()


def find_withdrawal(session: Session, withdrawal_id: int) -> tuple[Withdrawal, Order | None]:
    """A statement with its order; while it has none, the order whose number it names, if any.
    Raises NotFound.
    """
    row = session.get(Withdrawal, withdrawal_id)
    if row is None:
        raise NotFound
    named = Order.number == order_number(row.order_number)
    known = Order.id == row.order_id if row.order_id is not None else named
    return row, session.scalar(select(Order).where(known))


def finding_of(session: Session, row: Withdrawal, order: Order | None) -> Finding:
    """Why a statement was not attached by itself, as of its day."""
    return compare(session, order, row.email, at=row.stated_at)
