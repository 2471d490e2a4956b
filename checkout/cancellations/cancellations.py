"""Cancellations of orders: asked for by a buyer, decided by the office, undone where possible."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.cancellations.models import Cancellation
from checkout.cancellations.money import ensure_billed, give_back
from checkout.cancellations.procedure import MEANWHILE, PROCEDURE, WAITING, is_held
from checkout.cancellations.rules import (
    AskedBefore,
    ConsumersWithdraw,
    NotReopened,
    ensure_cancellation_reason,
    units_to_cancel,
)
from checkout.credits.credit_notes import settle
from checkout.deliveries.deliveries import goods_of
from checkout.orders.cancellations import Cause, Ground, cancel_order, cancel_units, reopen_units
from checkout.orders.consumers import is_consumers
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE as ORDERS
from checkout.orders.procedure import Origin
from checkout.orders.progress import send_email
from shop.core.actors import Actor
from shop.core.errors import IllegalTransition, NotFound
from shop.core.workflow import Transition
from shop.storage.db import get_locked
from shop.storage.transitions import Subject, advance, begin


def ask_cancellation(
    session: Session, order: Order, *, reason: str, by: Actor, at: datetime
) -> Cancellation:
    """A buyer asks to cancel what is left of their organisation's order (locked).

    Raises NotAllowed, ConsumersWithdraw, CancellationReasonMissing, NothingToCancel, AskedBefore.
    """
    transition = PROCEDURE.ensure("ask_cancellation", None, by)
    if is_consumers(order):
        raise ConsumersWithdraw
    told = ensure_cancellation_reason(reason)
    units_to_cancel(goods_of(lines_of(session, order.id)), None)
    if find_waiting(session, order.id) is not None:
        raise AskedBefore
    row = _begin(session, order, transition, told, by=by, at=at)
    send_email(session, order, "cancellation_asked", at=at, reason=told)
    return row


def take_cancellation_back(
    session: Session, order: Order, *, by: Actor, at: datetime
) -> Cancellation:
    """The buyer takes their request back. Raises NotAllowed, NotFound, Changed."""
    row = _waiting_of(session, order)
    transition = _ready(row, "take_cancellation_back", by)
    advance(session, subject_of(row, order), transition, by=by, at=at)
    return row


def refuse_cancellation(
    session: Session, order: Order, *, reason: str, by: Actor, at: datetime
) -> Cancellation:
    """The office refuses: the order goes on. Raises NotAllowed, NotFound, Changed,
    CancellationReasonMissing.
    """
    row = _waiting_of(session, order)
    transition = _ready(row, "refuse_cancellation", by)
    row.answer = ensure_cancellation_reason(reason)
    send_email(session, order, "cancellation_refused", at=at, reason=row.answer)
    advance(session, subject_of(row, order), transition, by=by, at=at, reason=row.answer)
    return row


def accept_cancellation(session: Session, order: Order, *, by: Actor, at: datetime) -> Cancellation:
    """The office cancels what is left of an order, as its buyer asked. Raises NotAllowed,
    NotFound, Changed, NothingToCancel, and what `give_back()` raises.
    """
    row = _waiting_of(session, order)
    transition = _ready(row, "accept_cancellation", by)
    _cancel(session, row, order, None, by=by, at=at)
    advance(session, subject_of(row, order), transition, by=by, at=at, units=row.units)
    return row


def decide_cancellation(
    session: Session,
    order: Order,
    units: Mapping[int, int] | None = None,
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> Cancellation:
    """The office cancels units of an order (locked), by position, by itself: an order before its
    delivery, or a rest that will never be delivered. None: all that is left.

    Raises NotAllowed, CancellationReasonMissing, NothingToCancel, MoreThanLeft, NoUnitsToCancel,
    AskedBefore, and what `give_back()` raises.
    """
    transition = PROCEDURE.ensure("decide_cancellation", None, by)
    told = ensure_cancellation_reason(reason)
    if find_waiting(session, order.id) is not None:
        raise AskedBefore
    row = _begin(session, order, transition, told, by=by, at=at)
    _cancel(session, row, order, units, by=by, at=at)
    return row


def reopen_cancellation(
    session: Session, cancellation_id: int, order: Order, *, reason: str, by: Actor, at: datetime
) -> Cancellation:
    """What was closed short is to be delivered after all, as far as the stock allows.

    Raises NotAllowed, NotFound, Changed, CancellationReasonMissing, NotReopened, OutOfStock.
    """
    row = get_locked(session, Cancellation, cancellation_id)
    if row.order_id != order.id:
        raise NotFound
    transition = _ready(row, "reopen_cancellation", by)
    row.answer = ensure_cancellation_reason(reason)
    if not may_reopen(row, order):
        raise NotReopened
    units = units_of(row)
    reopen_units(session, order, units, reason=row.answer, by=by, at=at)
    told = _told(lines_of(session, order.id), units)
    send_email(session, order, "order_reopened", at=at, reason=row.answer, lines=told)
    advance(session, subject_of(row, order), transition, by=by, at=at, reason=row.answer)
    return row


def may_reopen(row: Cancellation, order: Order) -> bool:
    """Whether these units can be delivered after all: nothing was paid back for them, the order was
    not cancelled whole, and something of it is left to deliver or to invoice.
    """
    by_original = order.origin is Origin.QUOTE and row.credit_note is None
    return by_original and ORDERS.find("reopen_units", order.stage) is not None


def find_waiting(session: Session, order_id: int) -> Cancellation | None:
    """The request that the office has not decided, if any."""
    statement = select(Cancellation).where(
        Cancellation.order_id == order_id, Cancellation.state.in_(WAITING)
    )
    return session.scalar(statement)


def cancellations_of(session: Session, order_id: int) -> Sequence[Cancellation]:
    """The cancellations of an order, the oldest first."""
    statement = select(Cancellation).where(Cancellation.order_id == order_id)
    return session.scalars(statement.order_by(Cancellation.id)).all()


def held_of(session: Session, order: Order) -> list[Cancellation]:
    """The cancellations of an order that hold and can be undone."""
    rows = cancellations_of(session, order.id)
    return [row for row in rows if is_held(row.state) and may_reopen(row, order)]


def units_of(row: Cancellation) -> dict[int, int]:
    """The cancelled units by position of the order's lines."""
    return {int(position): units for position, units in row.units.items()}


def subject_of(row: Cancellation, order: Order) -> Subject:
    """A cancellation as the subject of its transitions."""
    return Subject(row, "state", f"cancellation:{row.id}", order.dossier_id)


def _begin(
    session: Session, order: Order, transition: Transition, reason: str, *, by: Actor, at: datetime
) -> Cancellation:
    row = Cancellation(
        order_id=order.id,
        state=transition.target,
        begun_at=at,
        begun_by=by.name,
        reason=reason,
        units={},
    )
    session.add(row)
    session.flush()
    begin(session, subject_of(row, order), transition, by=by, at=at, reason=reason)
    return row


def _waiting_of(session: Session, order: Order) -> Cancellation:
    """The request of an order (locked) that waits, else the last one, for its refusal. Raises
    NotFound.
    """
    found = find_waiting(session, order.id) or next(
        reversed(cancellations_of(session, order.id)), None
    )
    if found is None:
        raise NotFound
    return found


def _ready(row: Cancellation, act: str, by: Actor) -> Transition:
    """The transition. Raises NotAllowed and, where somebody did it first, a refusal that tells
    what: Changed.
    """
    try:
        return PROCEDURE.ensure(act, row.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[row.state] from late


def _cancel(
    session: Session,
    row: Cancellation,
    order: Order,
    asked: Mapping[int, int] | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Cancel the units: stock is freed, what was paid by card is credited and refunded, an order of
    which nothing is left ends, the buyer is told.
    """
    lines = lines_of(session, order.id)
    goods = goods_of(lines)
    units = units_to_cancel(goods, asked)
    ensure_billed(session, order, lines, at=at)
    cause = Cause(Ground.DECISION, row.reason)
    everything = all(units.get(line.position, 0) == line.remaining for line in goods)
    whole = everything and not any(line.delivered for line in lines)
    if whole:
        cancel_order(session, order, cause=cause, by=by, at=at)
    else:
        cancel_units(session, order, units, cause=cause, by=by, at=at)
    row.units = {str(position): count for position, count in units.items()}
    back = give_back(session, order, units, whole=whole, reason=row.reason, by=by, at=at)
    row.credit_note = back.number or None
    settle(session, order, at=at)
    facts: dict[str, Any] = {"whole": whole, "left": not everything, "reason": row.reason}
    told = _told(lines, units)
    send_email(
        session, order, "order_cancelled", at=at, lines=told, refund=back.refund.cents, **facts
    )


def _told(lines: Sequence[OrderLine], units: Mapping[int, int]) -> list[dict[str, Any]]:
    return [
        {"quantity": units[line.position], "name": line.name}
        for line in lines
        if line.position in units
    ]
