"""Orders that end by themselves: nothing is left to deliver, to invoice or to pay."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select

from checkout.credits.credit_notes import settle
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from shop.storage.db import Database, get_locked


def settle_orders(database: Database, *, at: datetime, stopping: Callable[[], bool]) -> int:
    """Settle the invoiced orders of which nothing is due any more; how many."""
    due = exists().where(Invoice.order_id == Order.id, Invoice.is_due)
    waiting = select(Order.id).where(Order.stage.in_(PROCEDURE.sources_of("settle_order")), ~due)
    with database.reading_session() as session:
        ids = session.scalars(waiting.order_by(Order.id)).all()
    settled = 0
    for order_id in ids:
        if stopping():
            break
        with database.transaction() as session:
            settled += settle(session, get_locked(session, Order, order_id), at=at)
    return settled
