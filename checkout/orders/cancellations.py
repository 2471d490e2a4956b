"""Units of an order that are not delivered any more: their stock is free again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of, progress_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import close_if_complete, subject_of
from checkout.orders.rules import ensure_undelivered
from shop.catalogue import stock
from shop.core.actors import Actor
from shop.core.sales import SaleLine, line_of, wanted
from shop.storage.transitions import advance


class Ground(StrEnum):
    """On what ground units are cancelled: a consumer's withdrawal, the payment that was given back,
    a credit note, the decision of the office.
    """

    WITHDRAWAL = "withdrawal"
    REFUND = "refund"
    CREDIT = "credit"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why units are cancelled: `reference` is the day of the consumer's statement, names the
    refund, or is the reason of the credit note or of the decision.
    """

    ground: Ground
    reference: str


def cancel_units(
    session: Session,
    order: Order,
    units: Mapping[int, int],
    *,
    cause: Cause,
    by: Actor,
    at: datetime,
) -> dict[int, int]:
    """Cancel units by position of the lines of an order (locked), as far as they were not shipped;
    returns those that were cancelled.

    The shipping is cancelled when no goods were shipped and none remain. Raises NotAllowed.
    """
    lines = lines_of(session, order.id)
    if PROCEDURE.find("cancel_units", order.stage) is None:
        return {}
    left = {line.position: line.remaining for line in progress_of(lines)}
    gone = {position: min(asked, left.get(position, 0)) for position, asked in units.items()}
    gone = {position: count for position, count in sorted(gone.items()) if count}
    if not gone:
        return {}
    transition = PROCEDURE.ensure("cancel_units", order.stage, by)
    taken = _take(session, order, lines, gone, at=at)
    served = all(line.remaining == 0 for line in progress_of(lines))
    facts = _facts(taken, cause)
    advance(session, subject_of(order), transition, complete=served, by=by, at=at, **facts)
    close_if_complete(session, order, lines, at=at)
    return gone


def cancel_order(
    session: Session, order: Order, *, cause: Cause, by: Actor, at: datetime
) -> dict[int, int]:
    """Cancel an order (locked) of which nothing was delivered; the units of goods by position.

    Raises NotAllowed, IllegalTransition, DeliveredInPart.
    """
    transition = PROCEDURE.ensure("cancel_order", order.stage, by)
    lines = lines_of(session, order.id)
    ensure_undelivered(sum(line.delivered for line in lines))
    gone = {
        line.position: line.quantity - line.cancelled
        for line in lines
        if not line.is_shipping and line.quantity > line.cancelled
    }
    taken = _take(session, order, lines, gone, at=at)
    advance(session, subject_of(order), transition, by=by, at=at, **_facts(taken, cause))
    return gone


def reopen_units(
    session: Session,
    order: Order,
    units: Mapping[int, int],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Cancelled units of an order (locked), by position, are to be delivered after all.

    Raises NotAllowed, IllegalTransition, OutOfStock.
    """
    transition = PROCEDURE.ensure("reopen_units", order.stage, by)
    lines = lines_of(session, order.id)
    back = [
        line_of(line, quantity=units[line.position]) for line in lines if line.position in units
    ]
    stock.reserve(session, wanted(back), reference=order.number, at=at)
    for line in lines:
        line.cancelled -= units.get(line.position, 0)
    session.flush()
    told = _told(back)
    advance(session, subject_of(order), transition, by=by, at=at, units=told, reason=reason)


def _take(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    gone: Mapping[int, int],
    *,
    at: datetime,
) -> list[SaleLine]:
    """Free the stock of units that are not delivered any more, and count them; as sold lines."""
    taken = [line_of(line, quantity=gone[line.position]) for line in lines if line.position in gone]
    stock.release(session, wanted(taken), reference=order.number, at=at)
    for line in lines:
        line.cancelled += gone.get(line.position, 0)
    _cancel_shipping(lines)
    session.flush()
    return taken


def _facts(taken: Sequence[SaleLine], cause: Cause) -> dict[str, Any]:
    return {
        "units": _told(taken),
        "reference": cause.reference,
        "ground": cause.ground.value,
    }


def _told(lines: Sequence[SaleLine]) -> str:
    return ", ".join(f"{line.quantity} × {line.name}" for line in lines)


def cancel_the_rest(
    session: Session, order: Order, *, cause: Cause, by: Actor, at: datetime
) -> dict[int, int]:
    """Cancel everything that was not shipped."""
    units = {
        line.position: line.quantity for line in lines_of(session, order.id) if not line.is_shipping
    }
    return cancel_units(session, order, units, cause=cause, by=by, at=at)


def _cancel_shipping(lines: Sequence[OrderLine]) -> None:
    goods = [line for line in lines if not line.is_shipping]
    if any(line.delivered or line.cancelled < line.quantity for line in goods):
        return
    for line in lines:
        if line.is_shipping:
            line.cancelled = line.quantity - line.delivered
