"""Units of an order that came back and are delivered again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import subject_of
from shop.catalogue import stock
from shop.core.actors import Actor
from shop.core.sales import line_of, wanted
from shop.storage.transitions import advance


def deliver_again(
    session: Session, order: Order, units: Mapping[int, int], *, by: Actor, at: datetime
) -> None:
    """Returned units of an order (locked), by position, are to be delivered again: their stock is
    reserved. Raises NotAllowed, IllegalTransition, OutOfStock.
    """
    transition = PROCEDURE.ensure("deliver_again", order.stage, by)
    lines = lines_of(session, order.id)
    again = [line_of(one, quantity=units[one.position]) for one in lines if one.position in units]
    stock.reserve(session, wanted(again), reference=order.number, at=at)
    for line in lines:
        back = units.get(line.position, 0)
        line.returned -= back
        line.delivered -= back
    session.flush()
    told = ", ".join(f"{line.quantity} × {line.name}" for line in again)
    advance(session, subject_of(order), transition, by=by, at=at, units=told)
