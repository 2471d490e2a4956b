"""Withdrawals: any statement is kept and acknowledged; one that matches is attached by itself."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.cancellations import Cause, Ground, cancel_units
from checkout.orders.consumers import is_consumers
from checkout.orders.lookup import is_address_of, order_number
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.periods import last_day_of
from checkout.withdrawals.procedure import COUNTED, PROCEDURE
from checkout.withdrawals.rules import (
    Finding,
    LineLeft,
    MoreThanOrdered,
    Statement,
    UnitsMissing,
    UnitsReleased,
    ensure_units,
    is_within,
    refund_by,
)
from shop.core.actors import CUSTOMER, THE_CLOCK, Actor
from shop.core.money import Money
from shop.core.text import paris_day
from shop.storage.db import locking
from shop.storage.outbox import post
from shop.storage.transitions import Subject, advance, begin


def declare_withdrawal(
    session: Session, statement: Statement, *, reads: bool = False, by: Actor, at: datetime
) -> tuple[Withdrawal, Finding]:
    """Keep a statement of withdrawal, acknowledge it by e-mail with its content and its moment, and
    attach it to the order where it matches one within the period.

    `reads`: the person may read the order that they name; anybody else gives the e-mail address of
    the order. No statement is refused (C. conso. L221-21).
    """
    author = by if by.is_staff else Actor(statement.name, frozenset({CUSTOMER}), by.user_id)
    transition = PROCEDURE.ensure("declare_withdrawal", None, author)
    row = Withdrawal(
        state=PROCEDURE.first("declare_withdrawal"),
        stated_at=at,
        name=statement.name,
        order_number=statement.order_number,
        email=statement.email,
        language=statement.language,
        whole=statement.whole,
        items=statement.items,
        units={},
    )
    session.add(row)
    session.flush()
    order = find_order(session, statement.order_number)
    finding = compare(session, order, statement.email, reads=reads, at=at)
    _acknowledge(session, row, finding, order if finding is Finding.MATCHED else None)
    begin(session, subject_of(row, None), transition, by=author, at=at)
    if order is not None and finding is Finding.MATCHED:
        attach(session, row, order, statement.units, by=THE_CLOCK, at=at)
    elif order is not None and finding is Finding.ORGANISATION:
        answered = PROCEDURE.ensure("answer_withdrawal", row.state, THE_CLOCK)
        advance(session, subject_of(row, order), answered, by=THE_CLOCK, at=at)
    return row, finding


def compare(
    session: Session, order: Order | None, email: str, *, reads: bool = False, at: datetime
) -> Finding:
    """What the shop finds when it compares a statement of that moment with the order it names."""
    if order is None or not (reads or is_address_of(order, email)):
        return Finding.UNKNOWN
    if not is_consumers(order):
        return Finding.ORGANISATION
    if not is_within(paris_day(at), last_day_of(session, order)):
        return Finding.LATE
    left = any(line.left for line in lines_left(session, order))
    return Finding.MATCHED if left else Finding.WITHDRAWN


def find_order(session: Session, typed: str) -> Order | None:
    """The order of that number, locked, whatever its origin."""
    statement = select(Order).where(Order.number == order_number(typed))
    return session.scalar(locking(session, statement))


def attach(
    session: Session,
    row: Withdrawal,
    order: Order,
    units: Mapping[int, int],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Attach a statement to its order: its dossier shows it, the refund is due, and what was not
    shipped is on sale again.

    Units that the order does not have leave the quantities to the staff: the statement counts.
    """
    transition = PROCEDURE.ensure("attach_withdrawal", row.state, by)
    left = lines_left(session, order)
    wanted = {line.position: line.left for line in left} if row.whole else units
    try:
        row.units = as_json(ensure_units(left, wanted))
    except (MoreThanOrdered, UnitsMissing):
        row.units = {}
    row.order_id = order.id
    advance(
        session,
        subject_of(row, order),
        transition,
        by=by,
        at=at,
        name=row.name,
        order=order.number,
    )
    release_units(session, row, order, by=by, at=at)


def release_units(
    session: Session, row: Withdrawal, order: Order, *, by: Actor, at: datetime
) -> None:
    """Cancel the withdrawn units that were not shipped: they are not prepared any more, and their
    stock is free again. What was not shipped is cancelled first, then shipped goods come back.
    """
    others = [other for other in withdrawals_of(session, order) if other.id != row.id]
    gone = sum_units([*others, row])
    more = {
        line.position: max(0, gone[line.position] - line.cancelled)
        for line in lines_of(session, order.id)
        if line.product_id is not None
    }
    cancel_units(session, order, more, cause=_cause(row), by=by, at=at)


def ensure_not_released(
    session: Session, row: Withdrawal, order: Order, units: Mapping[int, int]
) -> None:
    """A statement keeps the units that were cancelled for it. Raises UnitsReleased."""
    before = units_of(row)
    others = sum_units(other for other in withdrawals_of(session, order) if other.id != row.id)
    for line in lines_of(session, order.id):
        asked = units.get(line.position, 0)
        if asked < before.get(line.position, 0) and line.cancelled > others[line.position] + asked:
            raise UnitsReleased(name=line.name, units=line.cancelled - others[line.position])


def _cause(row: Withdrawal) -> Cause:
    return Cause(Ground.WITHDRAWAL, f"{paris_day(row.stated_at):%d/%m/%Y}")


def send_refunded(
    session: Session, row: Withdrawal, order: Order, *, told: bool = False, at: datetime
) -> None:
    """Write to the consumer that the money is refunded; `told`: an e-mail about a refund made at
    the card processor told it before.
    """
    post(
        session,
        "withdrawal_refunded",
        to=row.email,
        language=row.language,
        at=at,
        dossier_id=order.dossier_id,
        name=row.name,
        order=order.number,
        amount=(row.refunded or Money()).cents,
        told=told,
    )


def lines_left(session: Session, order: Order, but: Withdrawal | None = None) -> list[LineLeft]:
    """The goods of an order with the units that no statement, except `but`, withdraws, and that no
    credit note took before.
    """
    rows = withdrawals_of(session, order)
    gone = sum_units(row for row in rows if but is None or row.id != but.id)
    return [
        LineLeft(
            line.position,
            line.name,
            line.quantity,
            left=max(0, line.quantity - line.credited - gone[line.position]),
        )
        for line in lines_of(session, order.id)
        if line.product_id is not None
    ]


def withdrawals_of(session: Session, order: Order) -> list[Withdrawal]:
    """The statements that are attached to an order, oldest first."""
    statement = (
        select(Withdrawal)
        .where(Withdrawal.order_id == order.id, Withdrawal.state.in_(COUNTED))
        .order_by(Withdrawal.id)
    )
    return list(session.scalars(statement))


def is_withdrawn(session: Session, order: Order) -> bool:
    """Whether the consumer has withdrawn from the order, or from part of it."""
    return bool(withdrawals_of(session, order))


def units_of(row: Withdrawal) -> dict[int, int]:
    """The units that a statement withdraws, by position of the order's lines."""
    return {int(position): units for position, units in row.units.items()}


def sum_units(rows: Iterable[Withdrawal]) -> Counter[int]:
    """The units that several statements withdraw together; zero for the other positions."""
    gone: Counter[int] = Counter()
    for row in rows:
        gone.update(units_of(row))
    return gone


def as_json(units: Mapping[int, int]) -> dict[str, int]:
    return {str(position): count for position, count in units.items()}


def subject_of(row: Withdrawal, order: Order | None) -> Subject:
    """A statement as the subject of its transitions, in the dossier of its order."""
    dossier_id = order.dossier_id if order is not None else None
    return Subject(row, "state", f"withdrawal:{row.id}", dossier_id)


def _acknowledge(session: Session, row: Withdrawal, finding: Finding, order: Order | None) -> None:
    """The acknowledgement on a durable medium: content, date and time (C. conso. L221-21)."""
    post(
        session,
        "withdrawal_acknowledged",
        to=row.email,
        language=row.language,
        at=row.stated_at,
        dossier_id=order.dossier_id if order is not None else None,
        name=row.name,
        order=row.order_number,
        email=row.email,
        whole=row.whole,
        items=row.items.splitlines(),
        stated_at=row.stated_at.isoformat(),
        finding=finding.value,
        until=refund_by(paris_day(row.stated_at)).isoformat(),
    )
