"""Returns: asked for by whoever reads the order, decided by the office, counted by logistics.

settlements.py credits or replaces what came back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from checkout.credits.remainders import shipped_of
from checkout.orders.consumers import is_consumers
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.progress import send_email
from checkout.returns.models import Return, ReturnFile, ReturnLine
from checkout.returns.procedure import HELD, MEANWHILE, PROCEDURE
from checkout.returns.rules import (
    Announced,
    Asked,
    ConsumersWithdraw,
    Counted,
    ReturnableLine,
    ensure_counted,
    ensure_return_reason,
    ensure_returnable,
)
from checkout.withdrawals.periods import last_day_of
from checkout.withdrawals.rules import is_within
from checkout.withdrawals.withdrawals import sum_units, withdrawals_of
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import CUSTOMER, Actor
from shop.core.errors import IllegalTransition, NotFound
from shop.core.sales import line_of, wanted
from shop.core.text import one_line, paris_day
from shop.core.workflow import Transition
from shop.letterheads.identity import identity_from
from shop.letterheads.letterheads import current_letterhead
from shop.settings import numbering
from shop.storage.transitions import Subject, advance, begin


def ask_return(
    session: Session,
    order: Order,
    asked: Asked,
    files: Sequence[int] = (),
    *,
    by: Actor,
    at: datetime,
) -> Return:
    """Ask for the return of delivered units of an order (locked), with photographs (ids of stored
    files).

    Raises NotAllowed, ConsumersWithdraw and the refusals of `ensure_returnable()`.
    """
    author = by if by.roles else replace(by, roles=frozenset({CUSTOMER}))
    transition = PROCEDURE.ensure("ask_return", None, author)
    if may_withdraw(session, order, at=at):
        raise ConsumersWithdraw
    units = ensure_returnable(returnable(session, order), asked)
    row = Return(
        number=numbering.take_number(session, series.RETURN, at=at),
        order_id=order.id,
        state=PROCEDURE.first("ask_return"),
        asked_at=at,
        asked_by=by.name,
        reason=asked.reason,
        words=one_line(asked.words),
    )
    session.add(row)
    session.flush()
    session.execute(insert(ReturnLine), [_new_line(row, *pair) for pair in units.items()])
    if files:
        session.execute(
            insert(ReturnFile), [{"return_id": row.id, "file_id": one} for one in files]
        )
    _send_about(session, row, order, "return_asked", at=at)
    begin(session, subject_of(row, order), transition, by=author, at=at, number=row.number)
    return row


def take_return_back(
    session: Session, row: Return, order: Order, *, by: Actor, at: datetime
) -> None:
    """The goods stay with the client. Raises NotAllowed, Changed."""
    author = by if by.roles else replace(by, roles=frozenset({CUSTOMER}))
    transition = ready(row, "take_return_back", author)
    advance(session, subject_of(row, order), transition, by=author, at=at, number=row.number)


def accept_return(
    session: Session, row: Return, order: Order, *, instructions: str, by: Actor, at: datetime
) -> None:
    """The goods may come back: the client receives the instructions. Raises NotAllowed, Changed."""
    transition = ready(row, "accept_return", by)
    row.answer = one_line(instructions)
    shop = identity_from(current_letterhead(session))
    place = [line for line in (shop.name, *shop.address) if line]
    _send_about(session, row, order, "return_accepted", at=at, instructions=row.answer, place=place)
    advance(session, subject_of(row, order), transition, by=by, at=at, number=row.number)


def refuse_return(
    session: Session, row: Return, order: Order, *, reason: str, by: Actor, at: datetime
) -> None:
    """The goods stay with the client, who reads why; or they never came. Raises NotAllowed,
    Changed, ReturnReasonMissing.
    """
    transition = ready(row, "refuse_return", by)
    row.answer = ensure_return_reason(reason)
    _send_about(session, row, order, "return_refused", at=at, reason=row.answer)
    facts: dict[str, Any] = {"number": row.number, "reason": row.answer}
    advance(session, subject_of(row, order), transition, by=by, at=at, **facts)


def receive_return(
    session: Session,
    row: Return,
    order: Order,
    counted: Mapping[int, Counted],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Count what came back, by position: into stock, to repair, lost; each is a movement of stock.

    Raises NotAllowed, Changed, MoreThanAnnounced, NothingReceived.
    """
    transition = ready(row, "receive_return", by)
    lines = lines_of(session, order.id)
    announced = announced_of(session, row, lines)
    ensure_counted(announced, counted)
    for line in return_lines(session, row.id):
        one = counted.get(line.position, Counted())
        line.restocked, line.repair, line.lost = one.restocked, one.repair, one.lost
    stock.lock(session, _of_products(lines, {n: one.units for n, one in counted.items()}))
    for kind in ("restocked", "repair", "lost"):
        units = {n: getattr(one, kind) for n, one in counted.items()}
        stock.take_back(
            session, _of_products(lines, units), kind=_MOVED[kind], reference=row.number, at=at
        )
    for sold in lines:
        sold.returned += counted.get(sold.position, Counted()).units
    session.flush()
    _send_about(session, row, order, "return_received", at=at)
    facts: dict[str, Any] = {"number": row.number, "units": told_units(lines, counted)}
    advance(session, subject_of(row, order), transition, by=by, at=at, **facts)


#: The movement of stock of each count.
_MOVED = {"restocked": "returned", "repair": "repair", "lost": "scrapped"}


def told_units(lines: Sequence[OrderLine], counted: Mapping[int, Counted]) -> str:
    """The units that came back, for the journal."""
    parts = [
        f"{counted[line.position].units} × {line.name}"
        for line in lines
        if line.position in counted and counted[line.position].units
    ]
    return ", ".join(parts)


def _of_products(lines: Sequence[OrderLine], units: Mapping[int, int]) -> dict[int, int]:
    """Units by product of units by position."""
    moved = [
        line_of(line, quantity=units[line.position]) for line in lines if units.get(line.position)
    ]
    return wanted(moved)


def may_withdraw(session: Session, order: Order, *, at: datetime) -> bool:
    """Whether the order is a consumer's within the period of withdrawal: they withdraw, with no
    reason, and that is the one way.
    """
    return is_consumers(order) and is_within(paris_day(at), last_day_of(session, order))


def returnable(session: Session, order: Order) -> list[ReturnableLine]:
    """The goods of an order with the units that may be asked to come back: delivered, not back yet,
    in no open request, and not withdrawn.
    """
    held: Mapping[int, int] = {
        found.position: int(found.units)
        for found in session.execute(
            select(ReturnLine.position, func.sum(ReturnLine.quantity).label("units"))
            .join(Return, Return.id == ReturnLine.return_id)
            .where(Return.order_id == order.id, Return.state.in_(HELD))
            .group_by(ReturnLine.position)
        )
    }
    shipped, withdrawn = shipped_of(session, order), sum_units(withdrawals_of(session, order))
    return [
        ReturnableLine(
            line.position,
            line.name,
            line.sku,
            max(
                0,
                shipped[line.position]
                - held.get(line.position, 0)
                - max(0, withdrawn[line.position] - line.cancelled),
            ),
        )
        for line in lines_of(session, order.id)
        if line.product_id is not None
    ]


def announced_of(session: Session, row: Return, lines: Sequence[OrderLine]) -> list[Announced]:
    """The lines of a return, with what was counted of each."""
    names = {line.position: line.name for line in lines}
    return [
        Announced(
            one.position,
            names[one.position],
            one.quantity,
            Counted(one.restocked, one.repair, one.lost),
        )
        for one in return_lines(session, row.id)
    ]


def return_lines(session: Session, return_id: int) -> Sequence[ReturnLine]:
    statement = select(ReturnLine).where(ReturnLine.return_id == return_id)
    return session.scalars(statement.order_by(ReturnLine.position)).all()


def returns_of(session: Session, order_id: int) -> Sequence[Return]:
    """The returns of an order, the oldest first."""
    statement = select(Return).where(Return.order_id == order_id).order_by(Return.id)
    return session.scalars(statement).all()


def find_return(session: Session, number: str) -> tuple[Return, Order]:
    """The return of that number with its order, to be read. Raises NotFound."""
    statement = (
        select(Return, Order)
        .join(Order, Order.id == Return.order_id)
        .where(Return.number == number)
    )
    found = session.execute(statement).first()
    if found is None:
        raise NotFound(number=number)
    return found[0], found[1]


def subject_of(row: Return, order: Order) -> Subject:
    """A return as the subject of its transitions."""
    return Subject(row, "state", f"return:{row.id}", order.dossier_id)


def ready(row: Return, act: str, by: Actor) -> Transition:
    """The transition. Raises NotAllowed and, where somebody did it first, a refusal that tells
    what: Changed.
    """
    try:
        return PROCEDURE.ensure(act, row.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[row.state] from late


def _send_about(
    session: Session, row: Return, order: Order, template: str, *, at: datetime, **facts: Any
) -> None:
    names = {line.position: line.name for line in lines_of(session, order.id)}
    lines = [
        {
            "quantity": line.quantity,
            "name": names[line.position],
            "received": line.received,
        }
        for line in return_lines(session, row.id)
    ]
    send_email(session, order, template, at=at, number=row.number, lines=lines, **facts)


def _new_line(row: Return, position: int, units: int) -> dict[str, int]:
    return {
        "return_id": row.id,
        "position": position,
        "quantity": units,
        "restocked": 0,
        "repair": 0,
        "lost": 0,
    }
