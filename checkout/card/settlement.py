"""Settling a card payment: once, in whatever order return, webhook and retry arrive.

The processor is asked for its state; one transaction, with the payment's row locked, applies it; a
refund is requested after the commit, with a key that makes it happen once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from checkout.card.gateway import CardProcessorError, PaymentGateway
from checkout.card.outcomes import judge
from checkout.card.procedure import Outcome
from checkout.card.put_off import put_off
from checkout.card.refunds import pay_back
from checkout.card.reversals import look_at_reversals
from checkout.orders.models import Order
from shop.storage.db import Database

log = logging.getLogger("comptoir.card")

#: The payment is over, and the shop has handled it.
FINAL = (Outcome.PAID, Outcome.REFUNDING, Outcome.REFUNDED)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of a payment. `order_number` when PAID; `failure` is the bank's sentence."""

    outcome: Outcome
    reference: str = ""
    order_number: str = ""
    guest_key: str = ""
    reason: str = ""
    failure: str = ""


def settle(
    database: Database, gateway: PaymentGateway, session_id: str, *, at: datetime
) -> Settlement:
    """Ask the processor, then place the order, or owe a refund, or wait.

    For the return page, the webhook and `reconcile()` alike. Raises CardProcessorError.
    """
    found = gateway.fetch(session_id)
    with database.transaction() as session:
        judged = judge(session, found, at=at)
    outcome, payment = judged.outcome, judged.payment
    if payment is None:
        log.warning("session %s belongs to no payment of this shop", session_id)
        return Settlement(outcome)
    if outcome is Outcome.REFUNDING and pay_back(database, gateway, payment.id, at=at):
        outcome = Outcome.REFUNDED
    if found.is_reversed and found.payment_intent is not None:
        # Refunded or disputed before it was settled: no other event may come.
        try:
            look_at_reversals(database, gateway, found.payment_intent, at=at)
        except CardProcessorError:
            log.exception("the refunds and disputes of %s cannot be read", found.payment_intent)
            put_off(database, found.payment_intent, at=at)
    return Settlement(
        outcome,
        reference=payment.reference,
        order_number=judged.order_number or _order_number(database, payment.order_id),
        guest_key=payment.guest_key,
        reason=payment.refund_reason or "",
        failure=found.failure or "",
    )


def _order_number(database: Database, order_id: int | None) -> str:
    if order_id is None:
        return ""
    with database.reading_session() as session:
        return session.scalar(select(Order.number).where(Order.id == order_id)) or ""
