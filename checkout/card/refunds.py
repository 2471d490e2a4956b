"""Refunds: requested once, followed until they are complete, or made by hand.

A refund may be pending for days, and fail even after it was reported as successful: the account
behind the card is closed. Then the processor keeps the money, and the accounting staff pays by
transfer.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, select
from sqlalchemy.orm import Session

from checkout.card.gateway import (
    CardProcessorError,
    CardProcessorRefused,
    PaymentGateway,
    Refund,
    RefundReason,
)
from checkout.card.models import CardPayment
from checkout.card.procedure import (
    FOLLOWED,
    OWED_BY_HAND,
    PROCEDURE,
    is_given_back,
    is_owed_back,
    refund_transition,
)
from checkout.card.rules import (
    OUT_OF_STOCK,
    PAID_TWICE,
    WRONG_AMOUNT,
    RefundNotOwed,
    RefundReferenceMissing,
)
from shop.core.actors import THE_PROCESSOR, Actor
from shop.core.errors import N_, IllegalTransition
from shop.core.money import Money
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import Database, get_locked
from shop.storage.journal import JournalEntry, record
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of

log = logging.getLogger("comptoir.card")

_REFUNDED_ALREADY = "charge_already_refunded"


def pay_back(database: Database, gateway: PaymentGateway, payment_id: int, *, at: datetime) -> bool:
    """As `send_back()`; False also when the processor cannot be reached: `reconcile()` tries
    again.
    """
    try:
        return send_back(database, gateway, payment_id, at=at)
    except CardProcessorError:
        log.exception("payment %s is still to be paid back", payment_id)
        return False


def send_back(
    database: Database, gateway: PaymentGateway, payment_id: int, *, at: datetime
) -> bool:
    """Refund a REFUNDING payment, or check the refund in progress. True once it is complete. Raises
    CardProcessorError.
    """
    with database.reading_session() as session:
        payment = session.get_one(CardPayment, payment_id)
    intent = payment.payment_intent
    if intent is None or not is_owed_back(payment.state):
        return is_given_back(payment.state)
    twice = payment.refund_reason == PAID_TWICE
    reason: RefundReason = "duplicate" if twice else "requested_by_customer"
    try:
        refund = gateway.find_refund(intent, key=_key(intent)) or gateway.refund(
            intent, reason=reason, key=_key(intent)
        )
    except CardProcessorRefused as error:
        if error.code != _REFUNDED_ALREADY:
            raise
        refund = Refund("", 0, "succeeded")  # the staff refunded it on the processor's site
    return _follow(database, payment_id, refund, at=at)


def look_again(
    database: Database, gateway: PaymentGateway, payment_intent: str, *, at: datetime
) -> None:
    """The processor notified a refund: ask for its present status. Raises CardProcessorError."""
    with database.reading_session() as session:
        payment_id = session.scalar(
            select(CardPayment.id).where(
                CardPayment.payment_intent == payment_intent,
                CardPayment.state.in_(FOLLOWED),
            )
        )
    if payment_id is None:
        return
    refund = gateway.find_refund(payment_intent, key=_key(payment_intent))
    if refund is not None:
        _follow(database, payment_id, refund, at=at)


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """Money that the shop owes a customer: the amount received, which may differ from the sale."""

    payment_id: int
    email: str
    payment_intent: str
    amount: Money


_OWED = Listing(
    select(CardPayment, JournalEntry.facts)
    .join(
        JournalEntry,
        JournalEntry.subject == literal("card:").concat(cast(CardPayment.id, String)),
    )
    .where(CardPayment.state.in_(OWED_BY_HAND), JournalEntry.act == "owe_refund"),
    (CardPayment.id,),
    CardPayment.id,
    filters=(
        Filter(
            "reason",
            N_("Reason"),
            tuple(
                Choice(reason, label, CardPayment.refund_reason == reason)
                for reason, label in (
                    (OUT_OF_STOCK, N_("Sold out meanwhile")),
                    (WRONG_AMOUNT, N_("Another amount was paid")),
                    (PAID_TWICE, N_("Paid twice")),
                )
            ),
        ),
    ),
    sorts=(
        Sort("age", N_("Payment"), (CardPayment.id,)),
        Sort("customer", N_("Customer"), (CardPayment.email,)),
    ),
    sorted_by="age",
)


def failed_refunds(session: Session, place: Place = FIRST) -> Page[FailedRefund]:
    """Refunds to make by hand, the oldest first, a page at a time."""
    return page_of(session, _OWED, place).of(lambda row: _failed(*row))


def count_failed_refunds() -> ColumnElement[int]:
    return count_of(_OWED)


def _failed(payment: CardPayment, facts: Mapping[str, Any]) -> FailedRefund:
    amount = Money(facts["amount"])
    return FailedRefund(payment.id, payment.email, payment.payment_intent or "", amount)


def record_refund_by_hand(
    session: Session, payment_id: int, *, reference: str, by: Actor, at: datetime
) -> CardPayment:
    """Record a transfer that replaces a refund not accepted by the card.

    Raises NotAllowed, NotFound, RefundReferenceMissing, RefundNotOwed.
    """
    payment = get_locked(session, CardPayment, payment_id)
    source = payment.state
    try:
        transition = PROCEDURE.ensure("record_refund_by_hand", source, by)
    except IllegalTransition as late:
        raise RefundNotOwed from late
    reference = " ".join(reference.split())
    if not reference:
        raise RefundReferenceMissing
    payment.state, payment.settled_at = transition.onto(payment.state), at
    record(
        session,
        f"card:{payment.id}",
        transition.name,
        by=by,
        at=at,
        source=source,
        target=payment.state,
        reference=reference,
    )
    return payment


def _key(payment_intent: str) -> str:
    """One refund per payment, however often it is tried."""
    return f"refund-{payment_intent}"


def _follow(database: Database, payment_id: int, refund: Refund, *, at: datetime) -> bool:
    """Apply the processor's status of a refund; applying it again changes nothing."""
    with database.transaction() as session:
        payment = get_locked(session, CardPayment, payment_id)
        source = payment.state
        transition = refund_transition(source, refund.status)
        if transition is not None:
            payment.state, payment.settled_at = transition.onto(payment.state), at
            record(
                session,
                f"card:{payment.id}",
                transition.name,
                by=THE_PROCESSOR,
                at=at,
                source=source,
                target=payment.state,
                reason=payment.refund_reason,
                refund=refund.id,
            )
        return is_given_back(payment.state)
