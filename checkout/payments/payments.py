"""Payments received: bank transfers on invoices, and the card payment that an order began with."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import move, tell
from checkout.payments.models import Payment
from checkout.payments.rules import PaymentRecordedBefore, ensure_payable
from shop.ground.actors import THE_PROCESSOR, Actor
from shop.ground.money import Money
from shop.ground.text import paris_day
from shop.ground.workflow import Step

TRANSFER, CARD = "transfer", "card"


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
    """Note a bank transfer on an invoice (locked with its order). Part of it will do.

    The stage moves when all invoices of a fully invoiced order are paid. Raises NotAllowed,
    IllegalStep, NoAmount, MoreThanDue, NoReference, PaidInFuture, PaymentRecordedBefore.
    """
    order = session.get_one(Order, invoice.order_id)
    step = PROCEDURE.ensure("record_payment", order.stage, by)
    reference = " ".join(reference.split())
    _ensure_new(session, invoice, reference, received_on)
    ensure_payable(
        invoice.number,
        amount=amount,
        due=invoice.including - invoice.paid,
        received_on=received_on,
        reference=reference,
        today=paris_day(at),
    )
    payment = _receive(
        session, order, invoice, step, TRANSFER, amount, received_on, reference, by=by, at=at
    )
    tell(
        session,
        order,
        "payment_received",
        at=at,
        number=invoice.number,
        amount=amount.cents,
        received_on=received_on.isoformat(),
        reference=reference,
        including=invoice.including.cents,
        due=(invoice.including - invoice.paid).cents,
    )
    return payment


def take_card_payment(
    session: Session, order: Order, invoice: Invoice, *, at: datetime
) -> Payment | None:
    """The card paid the order before its invoice was issued: the invoice is paid at once."""
    step = PROCEDURE.ensure("record_payment", order.stage, THE_PROCESSOR)
    if not invoice.including:
        return None
    intent = order.proof.partition(":")[2]
    day = paris_day(order.ordered_at)
    return _receive(
        session,
        order,
        invoice,
        step,
        CARD,
        invoice.including,
        day,
        intent,
        by=THE_PROCESSOR,
        at=at,
    )


def payments_of(session: Session, invoice_id: int) -> Sequence[Payment]:
    """What came in for an invoice, oldest first."""
    return session.scalars(
        select(Payment).where(Payment.invoice_id == invoice_id).order_by(Payment.id)
    ).all()


def _receive(
    session: Session,
    order: Order,
    invoice: Invoice,
    step: Step,
    method: str,
    amount: Money,
    received_on: date,
    reference: str,
    *,
    by: Actor,
    at: datetime,
) -> Payment:
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
    session.flush()
    settled = _all_invoiced(session, order) and not _something_due(session, order)
    facts = {"number": invoice.number, "amount": amount.cents, "reference": reference}
    move(session, order, step.act, step.target if settled else None, by=by, at=at, **facts)
    return payment


def _all_invoiced(session: Session, order: Order) -> bool:
    return all(line.invoiced == line.quantity for line in lines_of(session, order.id))


def _something_due(session: Session, order: Order) -> bool:
    statement = select(Invoice.id).where(
        Invoice.order_id == order.id, Invoice.paid < Invoice.including
    )
    return bool(session.scalar(select(exists(statement))))


def _ensure_new(session: Session, invoice: Invoice, reference: str, received_on: date) -> None:
    found = session.scalar(
        select(Payment.id).where(
            Payment.invoice_id == invoice.id,
            Payment.reference == reference,
            Payment.received_on == received_on,
        )
    )
    if found is not None:
        raise PaymentRecordedBefore(reference=reference, number=invoice.number)
