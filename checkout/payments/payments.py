"""Payments received: bank transfers on invoices."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import send_email
from checkout.payments.models import Payment
from checkout.payments.receipts import is_corrected
from checkout.payments.rules import PaymentRecordedBefore, ensure_payable, ensure_received
from checkout.payments.transfers import Incoming, book_part, write_transfer
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.text import paris_day


def record_payment(
    session: Session,
    invoice: Invoice,
    *,
    amount: Money,
    received_on: date,
    reference: str,
    by: Actor,
    at: datetime,
) -> Payment:
    """Record a bank transfer on an invoice (locked with its order), of all or part of it.

    The state changes when all invoices of a fully invoiced order are paid. Raises NotAllowed,
    IllegalTransition, NoAmount, MoreThanDue, NoReference, PaidBeforeOrder, PaidInFuture,
    PaymentRecordedBefore.
    """
    order = session.get_one(Order, invoice.order_id)
    PROCEDURE.ensure("record_payment", order.stage, by)
    reference = " ".join(reference.split())
    _ensure_new(session, invoice, reference, received_on)
    ensure_payable(
        invoice.number,
        amount=amount,
        due=invoice.due,
        reference=reference,
    )
    ensure_received(received_on, ordered_on=paris_day(order.ordered_at), today=paris_day(at))
    transfer = write_transfer(session, Incoming(amount, received_on, reference), by=by, at=at)
    payment = book_part(session, transfer, invoice, order, amount, by=by, at=at)
    acknowledge(session, order, invoice, payment, at=at)
    return payment


def acknowledge(
    session: Session, order: Order, invoice: Invoice, payment: Payment, *, at: datetime
) -> None:
    """The e-mail that says what was received and what is still due."""
    send_email(
        session,
        order,
        "payment_received",
        at=at,
        number=invoice.number,
        amount=payment.amount.cents,
        received_on=payment.received_on.isoformat(),
        reference=payment.reference,
        including=invoice.including.cents,
        due=invoice.due.cents,
    )


def _ensure_new(session: Session, invoice: Invoice, reference: str, received_on: date) -> None:
    found = session.scalar(
        select(Payment.id).where(
            Payment.invoice_id == invoice.id,
            Payment.reference == reference,
            Payment.received_on == received_on,
            Payment.amount > Money(),
            ~is_corrected(),
        )
    )
    if found is not None:
        raise PaymentRecordedBefore(reference=reference, number=invoice.number)
