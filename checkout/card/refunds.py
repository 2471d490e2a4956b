"""Money on its way back: asked for once, followed until it has arrived, or left to a person.

A refund may stay pending for days, and fail even after it was said to have succeeded: the account
behind the card is closed. Then the processor keeps the money, and accounts pay by transfer.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from checkout.card.gateway import (
    CardProcessorError,
    CardProcessorRefused,
    PaymentGateway,
    Refund,
    RefundReason,
)
from checkout.card.models import CardPayment, PaymentState
from checkout.card.rules import PAID_TWICE, RefundReferenceMissing
from shop.core.actors import ACCOUNTS, ADMIN, THE_PROCESSOR, Actor
from shop.core.errors import Changed, NotAllowed, NotFound
from shop.core.money import Money
from shop.storage.db import Database, locking
from shop.storage.journal import JournalEntry, record

log = logging.getLogger("comptoir.card")

_REFUNDED_ALREADY = "charge_already_refunded"
#: What the processor's word means here; any other, such as "pending", leaves the payment as it is.
_ENDS = {
    "succeeded": PaymentState.REFUNDED,
    "failed": PaymentState.REFUND_FAILED,
    "canceled": PaymentState.REFUND_FAILED,
}
_ACTS = {
    PaymentState.REFUNDED: "refund_card",
    PaymentState.REFUND_FAILED: "refund_failed",
}


def pay_back(database: Database, gateway: PaymentGateway, payment_id: int, *, at: datetime) -> bool:
    """As `send_back()`; False also when the processor cannot now: `reconcile()` comes again."""
    try:
        return send_back(database, gateway, payment_id, at=at)
    except CardProcessorError:
        log.exception("payment %s is still to be paid back", payment_id)
        return False


def send_back(
    database: Database, gateway: PaymentGateway, payment_id: int, *, at: datetime
) -> bool:
    """Pay a REFUNDING payment back, or look at the refund on its way. True once it has arrived.
    Raises CardProcessorError."""
    with database.reading_session() as session:
        payment = session.get_one(CardPayment, payment_id)
    intent = payment.payment_intent
    if payment.state is not PaymentState.REFUNDING or intent is None:
        return payment.state is PaymentState.REFUNDED
    twice = payment.refund_reason == PAID_TWICE
    reason: RefundReason = "duplicate" if twice else "requested_by_customer"
    try:
        refund = gateway.find_refund(intent, key=_key(intent)) or gateway.refund(
            intent, reason=reason, key=_key(intent)
        )
    except CardProcessorRefused as error:
        if error.code != _REFUNDED_ALREADY:
            raise
        refund = Refund("", 0, "succeeded")  # somebody of the shop has paid back at the processor's
    return _follow(database, payment_id, refund, at=at)


def look_again(
    database: Database, gateway: PaymentGateway, payment_intent: str, *, at: datetime
) -> None:
    """The processor speaks of a refund: it is asked how ours stands. Raises CardProcessorError."""
    with database.reading_session() as session:
        payment_id = session.scalar(
            select(CardPayment.id).where(
                CardPayment.payment_intent == payment_intent,
                CardPayment.state.in_((PaymentState.REFUNDING, PaymentState.REFUNDED)),
            )
        )
    if payment_id is None:
        return
    refund = gateway.find_refund(payment_intent, key=_key(payment_intent))
    if refund is not None:
        _follow(database, payment_id, refund, at=at)


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """Money that accounts owe a customer: as much as came in, which may differ from the sale."""

    payment_id: int
    email: str
    payment_intent: str
    amount: Money


def failed_refunds(session: Session) -> Sequence[FailedRefund]:
    """Refunds to make by hand, the oldest first."""
    subject = literal("card:").concat(cast(CardPayment.id, String))
    rows = session.execute(
        select(CardPayment, JournalEntry.facts)
        .join(JournalEntry, JournalEntry.subject == subject)
        .where(CardPayment.state == PaymentState.REFUND_FAILED, JournalEntry.act == "owe_refund")
        .order_by(CardPayment.id)
    )
    return [
        FailedRefund(
            payment.id, payment.email, payment.payment_intent or "", Money(facts["amount"])
        )
        for payment, facts in rows
    ]


def count_failed_refunds(session: Session) -> int:
    statement = select(func.count()).where(CardPayment.state == PaymentState.REFUND_FAILED)
    return session.scalar(statement) or 0


def record_refund_by_hand(
    session: Session, payment_id: int, *, reference: str, by: Actor, at: datetime
) -> CardPayment:
    """Accounts have paid by transfer what the card did not take back.

    Raises NotAllowed, NotFound, RefundReferenceMissing, Changed (a colleague was faster).
    """
    if not by.has(ACCOUNTS, ADMIN):
        raise NotAllowed(act="record_refund_by_hand")
    payment = _locked(session, payment_id)
    if payment is None:
        raise NotFound
    if payment.state is not PaymentState.REFUND_FAILED:
        raise Changed
    reference = " ".join(reference.split())
    if not reference:
        raise RefundReferenceMissing
    payment.state, payment.settled_at = PaymentState.REFUNDED, at
    record(
        session,
        f"card:{payment.id}",
        "record_refund_by_hand",
        by=by,
        at=at,
        source=PaymentState.REFUND_FAILED,
        target=PaymentState.REFUNDED,
        reference=reference,
    )
    return payment


def _key(payment_intent: str) -> str:
    """One refund a payment, whatever is tried again."""
    return f"refund-{payment_intent}"


def _locked(session: Session, payment_id: int) -> CardPayment | None:
    return session.scalar(locking(session, select(CardPayment).where(CardPayment.id == payment_id)))


def _follow(database: Database, payment_id: int, refund: Refund, *, at: datetime) -> bool:
    """Draw the consequence of a refund as the processor has it; again, it changes nothing."""
    target = _ENDS.get(refund.status)
    with database.transaction() as session:
        payment = _locked(session, payment_id)
        assert payment is not None
        source = payment.state
        moves = source in (PaymentState.REFUNDING, PaymentState.REFUNDED) and target != source
        if target is not None and moves:
            payment.state, payment.settled_at = target, at
            record(
                session,
                f"card:{payment.id}",
                _ACTS[target],
                by=THE_PROCESSOR,
                at=at,
                source=source,
                target=target,
                reason=payment.refund_reason,
                refund=refund.id,
            )
        return payment.state is PaymentState.REFUNDED
