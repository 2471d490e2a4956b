"""Settling a card payment: once, whatever the order of browser return, webhook and retry.

The processor is asked what it has; one transaction with the payment's row locked draws the
consequence; money that is owed back leaves after the commit, under a key that pays it back once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.card.gateway import (
    CardProcessorError,
    CardProcessorRefused,
    PaymentGateway,
    RefundReason,
)
from checkout.card.models import CardPayment, PaymentState
from checkout.card.rules import PAID_TWICE
from checkout.card.verdicts import Outcome, judge
from checkout.orders.models import Order
from shop.ground.actors import THE_PROCESSOR
from shop.ground.db import Database, locking
from shop.ground.journal import record

log = logging.getLogger("comptoir.card")

#: The payment is over, and the shop has drawn its consequence.
FINAL = (Outcome.PAID, Outcome.REFUNDING, Outcome.REFUNDED)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a payment. `order_number` when PAID; `failure` is the bank's sentence."""

    outcome: Outcome
    reference: str = ""
    order_number: str = ""
    guest_key: str = ""
    reason: str = ""
    failure: str = ""


def settle(
    database: Database, gateway: PaymentGateway, session_id: str, *, at: datetime
) -> Settlement:
    """Ask the processor, then make the order, or owe the money back, or wait.

    For the return page, the webhook and `reconcile()` alike. Raises CardProcessorError.
    """
    found = gateway.fetch(session_id)
    with database.transaction() as session:
        outcome, payment = judge(session, found, at=at)
    if payment is None:
        log.warning("session %s belongs to no payment of this shop", session_id)
        return Settlement(outcome)
    if outcome is Outcome.REFUNDING and pay_back(database, gateway, payment.id, at=at):
        outcome = Outcome.REFUNDED
    return Settlement(
        outcome,
        reference=payment.reference,
        order_number=_order_number(database, payment.order_id),
        guest_key=payment.guest_key,
        reason=payment.refund_reason or "",
        failure=found.failure or "",
    )


def pay_back(database: Database, gateway: PaymentGateway, payment_id: int, *, at: datetime) -> bool:
    """Pay a REFUNDING payment back; False when the processor cannot now, `reconcile()` will."""
    with database.reading_session() as session:
        payment = session.get_one(CardPayment, payment_id)
    intent = payment.payment_intent
    if payment.state is not PaymentState.REFUNDING or intent is None:
        return payment.state is PaymentState.REFUNDED
    twice = payment.refund_reason == PAID_TWICE
    reason: RefundReason = "duplicate" if twice else "requested_by_customer"
    try:
        gateway.refund(intent, reason=reason, key=f"refund-{intent}")
    except CardProcessorError as error:
        if not (isinstance(error, CardProcessorRefused) and error.code == _REFUNDED_ALREADY):
            log.exception("payment %s is still to be paid back", payment_id)
            return False
    with database.transaction() as session:
        _close_refund(session, payment_id, at=at)
    return True


_REFUNDED_ALREADY = "charge_already_refunded"


def _close_refund(session: Session, payment_id: int, *, at: datetime) -> None:
    payment = session.scalars(
        locking(session, select(CardPayment).where(CardPayment.id == payment_id))
    ).one()
    if payment.state is PaymentState.REFUNDING:
        payment.state = PaymentState.REFUNDED
        payment.settled_at = at
        record(
            session,
            f"card:{payment.id}",
            "refund_card",
            by=THE_PROCESSOR,
            at=at,
            source=PaymentState.REFUNDING,
            target=PaymentState.REFUNDED,
            reason=payment.refund_reason,
        )


def _order_number(database: Database, order_id: int | None) -> str:
    if order_id is None:
        return ""
    with database.reading_session() as session:
        return session.scalar(select(Order.number).where(Order.id == order_id)) or ""
