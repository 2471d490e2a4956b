"""Payments received for an invoice: recorded once, with the state of the order that they
complete.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from checkout.invoices.models import Invoice
from checkout.invoices.rules import is_billed
from checkout.invoices.statuses import follow_payments
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of, progress_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import subject_of
from checkout.payments.models import Payment
from shop.core.actors import THE_PROCESSOR, Actor
from shop.core.money import Money
from shop.core.text import paris_day
from shop.storage.transitions import advance

TRANSFER, CARD = "transfer", "card"


def receive(
    session: Session,
    invoice: Invoice,
    *,
    method: str,
    amount: Money,
    received_on: date,
    reference: str,
    by: Actor,
    at: datetime,
) -> Payment:
    """Record a payment received for an invoice (locked with its order); `conclude()` ends the
    service.
    """
    payment = Payment(
        invoice_id=invoice.id,
        method=method,
        amount=amount,
        received_on=received_on,
        reference=reference,
        recorded_at=at,
        by_name=by.name,
    )
    session.add(payment)
    invoice.paid = invoice.paid + amount
    return payment


def receive_card(
    session: Session, order: Order, invoice: Invoice, *, at: datetime
) -> Payment | None:
    """The card paid the order before its invoice was issued; None for an invoice of nothing.

    The recorded amount is the invoice's total: the charge, or its part of an earlier version's
    order that is invoiced in parts.
    """
    if not invoice.including:
        return None
    invoice.paid = invoice.including
    return add_card_payment(session, order, invoice, at=at)


def add_card_payment(session: Session, order: Order, invoice: Invoice, *, at: datetime) -> Payment:
    """The row of a card payment, for an invoice that is issued as paid."""
    payment = Payment(
        invoice_id=invoice.id,
        method=CARD,
        amount=invoice.including,
        received_on=paris_day(order.ordered_at),
        reference=order.proof.partition(":")[2],
        recorded_at=at,
        by_name=THE_PROCESSOR.name,
    )
    session.add(payment)
    return payment


def conclude(
    session: Session,
    order: Order,
    invoice: Invoice,
    payment: Payment,
    *,
    lines: Sequence[OrderLine] | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """The end of the service: the journal entry, and the state when all invoices of a fully
    invoiced order are paid. `lines` of the order, where the caller has them. Raises NotAllowed,
    IllegalTransition.
    """
    transition = PROCEDURE.ensure("record_payment", order.stage, by)
    known = lines_of(session, order.id) if lines is None else lines
    settled = is_billed(progress_of(known)) and not _something_due(session, order)
    advance(
        session,
        subject_of(order),
        transition,
        complete=settled,
        by=by,
        at=at,
        number=invoice.number,
        amount=payment.amount.cents,
        reference=payment.reference,
    )
    follow_payments(session, invoice, order, by=by, at=at)


def correct_payment(
    session: Session,
    order: Order,
    invoice: Invoice,
    payment: Payment,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> Payment:
    """Take a payment off an invoice (locked with its order) by a row of the opposite amount. An
    order that it paid is to be paid again. Raises NotAllowed, IllegalTransition.
    """
    transition = PROCEDURE.ensure("correct_payment", order.stage, by)
    correction = Payment(
        invoice_id=invoice.id,
        method=payment.method,
        amount=-payment.amount,
        received_on=payment.received_on,
        reference=payment.reference,
        recorded_at=at,
        by_name=by.name,
        corrects_id=payment.id,
    )
    session.add(correction)
    invoice.paid = invoice.paid - payment.amount
    session.flush()
    facts: dict[str, Any] = {
        "number": invoice.number,
        "amount": payment.amount.cents,
        "reference": payment.reference,
        "reason": reason,
    }
    reopened = invoice.is_due
    subject = subject_of(order)
    advance(session, subject, transition, complete=reopened, by=by, at=at, **facts)
    follow_payments(session, invoice, order, by=by, at=at)
    return correction


def is_corrected() -> ColumnElement[bool]:
    """Whether another row took a payment back, in a statement."""
    correction = aliased(Payment)
    return select(correction.id).where(correction.corrects_id == Payment.id).exists()


def payments_of(session: Session, invoice_id: int) -> Sequence[Payment]:
    """The payments received for an invoice, oldest first."""
    return session.scalars(
        select(Payment).where(Payment.invoice_id == invoice_id).order_by(Payment.id)
    ).all()


def standing_payments(session: Session, invoice_id: int) -> Sequence[Payment]:
    """The payments of an invoice that were not taken off it again, oldest first."""
    return session.scalars(
        select(Payment)
        .where(Payment.invoice_id == invoice_id, Payment.corrects_id.is_(None), ~is_corrected())
        .order_by(Payment.id)
    ).all()


def _something_due(session: Session, order: Order) -> bool:
    statement = select(Invoice.id).where(Invoice.order_id == order.id, Invoice.is_due)
    return bool(session.scalar(select(exists(statement))))
