"""Applies the processor's state of a payment in one transaction: an order, a refund due, or nothing
yet.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checkout.card.gateway import Payment
from checkout.card.models import CardPayment
from checkout.card.procedure import PROCEDURE, Outcome, is_decided, outcome_of
from checkout.card.rules import (
    CURRENCY,
    LINK_REVOKED,
    OUT_OF_STOCK,
    PAID_TWICE,
    WRONG_AMOUNT,
)
from checkout.drafts.drafts import close_draft, lock_draft
from checkout.orders.confirmation import confirmation_of
from checkout.orders.consumers import WITHDRAWAL_TOLD, is_consumers
from checkout.orders.models import Order
from checkout.orders.orders import Proof, write_order
from checkout.orders.procedure import PROCEDURE as ORDERS
from checkout.orders.procedure import Origin
from checkout.orders.progress import subject_of
from checkout.payment_links.links import lock_link, pay_link
from checkout.payments.billing import tell_bill, write_bill
from shop.catalogue import stock
from shop.catalogue.rules import OutOfStock
from shop.core.actors import THE_PROCESSOR
from shop.core.money import Money
from shop.core.parties import parties_from
from shop.core.sales import Sale, line_from, sale_of, wanted
from shop.dossiers.dossiers import open_dossier
from shop.letterheads.letterheads import NoLetterhead, letterhead_in_force
from shop.settings import numbering
from shop.storage.db import locking
from shop.storage.journal import JournalEntry, record
from shop.storage.outbox import Email, post
from shop.storage.together import write_together
from shop.storage.transitions import begin


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of a payment; `order_number` of the order that this made."""

    outcome: Outcome
    payment: CardPayment | None = None
    order_number: str = ""


def judge(session: Session, found: Payment, *, at: datetime) -> Judged:
    """Apply the processor's state of a payment; applying it again changes nothing."""
    rows, seller = _locked(session, found)
    if not rows:
        return Judged(Outcome.UNKNOWN)
    for row in rows:
        if found.payment_intent is not None and row.payment_intent == found.payment_intent:
            return Judged(outcome_of(row.state), row)
    payment = rows[0]
    if found.status != "succeeded" or found.payment_intent is None:
        return Judged(_not_paid(payment, found), payment)
    if is_decided(payment.state):
        return Judged(Outcome.REFUNDING, _paid_twice(session, payment, found, at=at))
    if found.amount_received != payment.amount.cents or found.currency != CURRENCY:
        received = Money(found.amount_received)
        return Judged(_owe(session, payment, found, WRONG_AMOUNT, received, at=at), payment)
    link = None
    if payment.payment_link_id is not None:
        link = lock_link(session, payment.payment_link_id)
        if link.is_revoked:
            owed = _owe(session, payment, found, LINK_REVOKED, payment.amount, at=at)
            return Judged(owed, payment)
    lines = [line_from(line) for line in payment.lines]
    try:
        # The order's number is taken last (lock order), so the stock movement names the payment.
        stock.reserve(session, wanted(lines), reference=f"CB-{payment.id}", at=at)
    except OutOfStock as refusal:
        missing = str(refusal.facts["name"])
        amount = payment.amount
        owed = _owe(session, payment, found, OUT_OF_STOCK, amount, missing, at=at)
        return Judged(owed, payment)
    if seller is None:
        raise NoLetterhead
    number = _sell(session, payment, found, seller, at=at)
    if link is not None:
        pay_link(session, link, number, at=at)
    return Judged(Outcome.PAID, payment, number)


def _locked(session: Session, found: Payment) -> tuple[list[CardPayment], dict[str, Any] | None]:
    """The payment's row, and the one of this very intent if it was paid beside it; the checkout is
    locked first, as « Pay by card » does. With them the letterhead in force.
    """
    named = [CardPayment.session_id == found.session_id]
    if found.reference is not None:
        named.append(CardPayment.reference == found.reference)
    if found.payment_intent is not None:
        named.append(CardPayment.payment_intent == found.payment_intent)
    lock_draft(session, select(CardPayment.cart_id).where(or_(*named)))
    statement = select(CardPayment, letterhead_in_force()).where(or_(*named))
    found_rows = session.execute(
        locking(session, statement.order_by(CardPayment.id), of=[CardPayment])
    ).all()
    return [row[0] for row in found_rows], found_rows[0][1] if found_rows else None


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


def _sell(
    session: Session, payment: CardPayment, found: Payment, seller: dict[str, Any], *, at: datetime
) -> str:
    """Place the order with its invoice: numbers, dossier, rows, an empty cart; then the e-mails and
    the journal, which are written together, and the state. Returns the order's number.
    """
    number, invoice_number = numbering.take_order_and_invoice(session, at=at)
    sale = sale_of_payment(payment)
    dossier = open_dossier(session, number, sale, at=at, guest_key=payment.guest_key)
    proof = Proof(Origin.CARD, found.payment_intent or "", found.card_last4)
    order, lines = write_order(session, number, dossier, sale, proof, at=at)
    bill, received = write_bill(session, order, lines, invoice_number, seller, at=at)
    if payment.cart_id is not None:
        close_draft(session, payment.cart_id, sale.lines, user_id=payment.user_id)
    with session.no_autoflush:
        _confirm(session, payment, found, order, sale, seller, at=at)
        tell_bill(session, order, bill, received, at=at)
    write_together(session, Email, JournalEntry)
    settled = PROCEDURE.ensure("settle", payment.state, THE_PROCESSOR)
    payment.payment_intent, payment.order_id = found.payment_intent, order.id
    payment.state, payment.settled_at = settled.onto(payment.state), at
    return number


def _confirm(
    session: Session,
    payment: CardPayment,
    found: Payment,
    order: Order,
    sale: Sale,
    seller: dict[str, Any],
    *,
    at: datetime,
) -> None:
    """The e-mail that confirms the order, and the journal entry."""
    post(
        session,
        "card_order_confirmed",
        to=payment.email,
        language=payment.language,
        at=at,
        dossier_id=order.dossier_id,
        number=order.number,
        name=_greeted(payment),
        amount=payment.amount.cents,
        card=found.card_last4 or "",
        guest_key="" if payment.organisation_id else payment.guest_key,
        **confirmation_of(order, sale, seller),
    )
    begin(
        session,
        subject_of(order),
        ORDERS.ensure("place_order", None, THE_PROCESSOR),
        by=THE_PROCESSOR,
        at=at,
        number=order.number,
        amount=payment.amount.cents,
        card=found.card_last4,
        **({WITHDRAWAL_TOLD: True} if is_consumers(order) else {}),
    )


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
