"""What follows goods that came back: they are credited, or not invoiced any more; or delivered
again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.credits.by_units import credit_units
from checkout.credits.credit_notes import settle
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import Origin
from checkout.orders.progress import close_if_complete, send_email
from checkout.orders.redeliveries import deliver_again
from checkout.returns.models import Return
from checkout.returns.returns import ready, return_lines, subject_of
from shop.core.actors import Actor
from shop.storage.transitions import advance


def settle_return(
    session: Session, row: Return, order: Order, *, by: Actor, at: datetime
) -> list[str]:
    """Credit the units that came back, in one act: those that were invoiced by a credit note of
    each invoice, the newest first; the others are not invoiced any more. The numbers of the credit
    notes. What was received moved the stock already: a credit note does not move it again.

    Raises NotAllowed, Changed and what `issue_credit_note()` raises.
    """
    transition = ready(row, "settle_return", by)
    lines = lines_of(session, order.id)
    back = {one.position: one.received for one in return_lines(session, row.id) if one.received}
    unbilled = _take_off(order, lines, back)
    session.flush()
    left = {
        n: units - unbilled.get(n, 0) for n, units in back.items() if units > unbilled.get(n, 0)
    }
    reason = f"{row.number}: {row.words}"
    numbers = credit_units(session, order, left, reason=reason, by=by, at=at)
    row.credit_notes = ", ".join(numbers)
    close_if_complete(session, order, lines, at=at)
    settle(session, order, at=at)
    facts: dict[str, Any] = {"number": row.number, "credit_notes": row.credit_notes}
    send_email(session, order, "return_ended", at=at, again=False, **facts)
    advance(session, subject_of(row, order), transition, by=by, at=at, **facts)
    return numbers


def replace_return(session: Session, row: Return, order: Order, *, by: Actor, at: datetime) -> None:
    """The units that came back are delivered again, as far as the stock allows. Raises NotAllowed,
    Changed, OutOfStock.
    """
    transition = ready(row, "replace_return", by)
    back = {one.position: one.received for one in return_lines(session, row.id) if one.received}
    deliver_again(session, order, back, by=by, at=at)
    facts: dict[str, Any] = {"number": row.number, "credit_notes": ""}
    send_email(session, order, "return_ended", at=at, again=True, **facts)
    advance(session, subject_of(row, order), transition, by=by, at=at, number=row.number)


def _take_off(
    order: Order, lines: list[OrderLine] | Any, back: Mapping[int, int]
) -> dict[int, int]:
    """Units that came back before they were invoiced: they count as cancelled, not as delivered."""
    taken: dict[int, int] = {}
    if order.origin is Origin.CARD:
        return taken
    for line in lines:
        units = min(back.get(line.position, 0), max(0, line.delivered - line.invoiced))
        if units:
            taken[line.position] = units
            line.returned -= units
            line.delivered -= units
            line.cancelled += units
    return taken
