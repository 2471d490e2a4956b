"""Applies the processor's state of a payment in one transaction: an order, a refund due, or nothing
yet.
"""

import secrets
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checkout.card.gateway import Payment
from checkout.card.models import CardPayment
from checkout.card.procedure import PROCEDURE, Outcome, is_decided, outcome_of
from checkout.card.rules import CURRENCY, OUT_OF_STOCK, PAID_TWICE, WRONG_AMOUNT
from checkout.drafts.drafts import close_draft, lock_draft
from checkout.orders.confirmation import confirmation_of
from checkout.orders.consumers import WITHDRAWAL_TOLD, is_consumers
from checkout.orders.orders import Proof, place_order
from checkout.orders.procedure import PROCEDURE as ORDERS
from checkout.orders.procedure import Origin
from checkout.orders.progress import subject_of
from checkout.payments.billing import bill_paid_order
from shop.catalogue import stock
from shop.catalogue.rules import OutOfStock
from shop.core.actors import THE_PROCESSOR
from shop.core.money import Money
from shop.core.parties import parties_from
from shop.core.sales import Sale, line_from, sale_of, wanted
from shop.dossiers.dossiers import open_dossier
from shop.storage import numbering
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.outbox import post
from shop.storage.transitions import begin


def judge(session: Session, found: Payment, *, at: datetime) -> tuple[Outcome, CardPayment | None]:
    """Apply the processor's state of a payment; applying it again changes nothing."""
    rows = _locked(session, found)
    if not rows:
        return Outcome.UNKNOWN, None
    for row in rows:
        if found.payment_intent is not None and row.payment_intent == found.payment_intent:
            return outcome_of(row.state), row
    payment = rows[0]
    if found.status != "succeeded" or found.payment_intent is None:
        return _not_paid(payment, found), payment
    if is_decided(payment.state):
        return Outcome.REFUNDING, _paid_twice(session, payment, found, at=at)
    if found.amount_received != payment.amount.cents or found.currency != CURRENCY:
        received = Money(found.amount_received)
        return _owe(session, payment, found, WRONG_AMOUNT, received, at=at), payment
    lines = [line_from(line) for line in payment.lines]
    try:
        # The order's number is taken last (lock order), so the stock movement names the payment.
        stock.reserve(session, wanted(lines), reference=f"CB-{payment.id}", at=at)
    except OutOfStock as refusal:
        missing = str(refusal.facts["name"])
        return _owe(session, payment, found, OUT_OF_STOCK, payment.amount, missing, at=at), payment
    _sell(session, payment, found, at=at)
    return Outcome.PAID, payment


def _locked(session: Session, found: Payment) -> list[CardPayment]:
    """The payment's row, and the one of this very intent if it was paid beside it; the checkout is
    locked first, as « Pay by card » does.
    """
    named = [CardPayment.session_id == found.session_id]
    if found.reference is not None:
        named.append(CardPayment.reference == found.reference)
    if found.payment_intent is not None:
        named.append(CardPayment.payment_intent == found.payment_intent)
    lock_draft(session, select(CardPayment.cart_id).where(or_(*named)))
    statement = select(CardPayment).where(or_(*named)).order_by(CardPayment.id)
    return list(session.scalars(locking(session, statement)))


def _not_paid(payment: CardPayment, found: Payment) -> Outcome:
    if is_decided(payment.state):
        return outcome_of(payment.state)
    if found.status == "expired" and payment.session_id == found.session_id:
        expire(payment)
    return Outcome(found.status)


def expire(payment: CardPayment) -> None:
    """The page closed without a payment; calling it again changes nothing."""
    transition = PROCEDURE.find("expire", payment.state)
    if transition is not None:
        payment.state = transition.onto(payment.state)


def _sell(session: Session, payment: CardPayment, found: Payment, *, at: datetime) -> None:
    """Place the order: number, dossier, lines, e-mail, an empty cart; then its invoice."""
    number = numbering.take_number(session, numbering.ORDER, at=at)
    sale = sale_of_payment(payment)
    dossier = open_dossier(session, number, sale, at=at, guest_key=payment.guest_key)
    proof = Proof(Origin.CARD, found.payment_intent or "", found.card_last4)
    order = place_order(session, number, dossier, sale, proof, at=at)
    post(
        session,
        "card_order_confirmed",
        to=payment.email,
        language=payment.language,
        at=at,
        dossier_id=dossier.id,
        number=number,
        name=_greeted(payment),
        amount=payment.amount.cents,
        card=found.card_last4 or "",
        guest_key="" if payment.user_id else payment.guest_key,
        **confirmation_of(order, sale),
    )
    payment.payment_intent, payment.order_id = found.payment_intent, order.id
    settled = PROCEDURE.ensure("settle", payment.state, THE_PROCESSOR)
    payment.state, payment.settled_at = settled.onto(payment.state), at
    if payment.cart_id is not None:
        close_draft(session, payment.cart_id, sale.lines, user_id=payment.user_id)
    begin(
        session,
        subject_of(order),
        ORDERS.ensure("place_order", None, THE_PROCESSOR),
        by=THE_PROCESSOR,
        at=at,
        number=number,
        amount=payment.amount.cents,
        card=found.card_last4,
        **({WITHDRAWAL_TOLD: True} if is_consumers(order) else {}),
    )
    bill_paid_order(session, order, at=at)


def sale_of_payment(payment: CardPayment) -> Sale:
    """The sale of a card payment, as it was frozen before the processor was called."""
    return sale_of(payment, map(line_from, payment.lines), title=payment.title)


def _greeted(payment: CardPayment) -> str:
    """A person who buys for themselves is greeted by name; an organisation's contact is not its
    buyer.
    """
    return "" if payment.organisation_id else parties_from(payment.parties).contact.name


def _owe(
    session: Session,
    payment: CardPayment,
    found: Payment,
    reason: str,
    amount: Money,
    missing: str = "",
    *,
    at: datetime,
) -> Outcome:
    """A refund is due, and the customer gets an e-mail in the same transaction. `missing` is the
    product that ran out.
    """
    transition = PROCEDURE.ensure("owe_refund", payment.state, THE_PROCESSOR)
    payment.payment_intent = found.payment_intent
    payment.state, payment.refund_reason = transition.onto(payment.state), reason
    post(
        session,
        "card_refunded",
        to=payment.email,
        language=payment.language,
        at=at,
        name=_greeted(payment),
        reason=reason,
        amount=amount.cents,
        missing=missing,
    )
    session.flush()
    record(
        session,
        f"card:{payment.id}",
        transition.name,
        by=THE_PROCESSOR,
        at=at,
        target=payment.state,
        reason=reason,
        amount=amount.cents,
    )
    return Outcome.REFUNDING


def _paid_twice(
    session: Session, payment: CardPayment, found: Payment, *, at: datetime
) -> CardPayment:
    """A second intent was paid for the same checkout: a row of its own, to be refunded."""
    second = CardPayment(
        reference=secrets.token_urlsafe(24),
        attempt=payment.attempt,
        state=PROCEDURE.first("start"),
        cart_id=None,
        user_id=payment.user_id,
        organisation_id=payment.organisation_id,
        email=payment.email,
        language=payment.language,
        guest_key=secrets.token_urlsafe(32),
        parties=payment.parties,
        lines=payment.lines,
        shipping=payment.shipping,
        title=payment.title,
        amount=Money(found.amount_received),
        created_at=at,
        expires_at=at,
    )
    session.add(second)
    _owe(session, second, found, PAID_TWICE, second.amount, at=at)
    return second
