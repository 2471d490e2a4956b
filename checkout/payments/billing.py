"""Billing an order: its invoice, and what was paid by card already."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.invoices.invoices import PaidInvoice, issue_invoice, write_paid_invoice
from checkout.invoices.models import Invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import Origin
from checkout.payments.models import Payment
from checkout.payments.receipts import add_card_payment, conclude, receive_card
from shop.core.actors import THE_PROCESSOR, Actor


def write_bill(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    number: str,
    seller: dict[str, Any],
    *,
    at: datetime,
) -> tuple[PaidInvoice, Payment]:
    """The rows of the one invoice of an order that has just been paid by card: of everything, and
    paid; `tell_bill()` ends the service.

    What is not delivered in the end is credited, never invoiced less.
    """
    bill = write_paid_invoice(session, order, lines, number, seller, by=THE_PROCESSOR, at=at)
    return bill, add_card_payment(session, order, bill.invoice, at=at)


def tell_bill(
    session: Session, order: Order, bill: PaidInvoice, payment: Payment, *, at: datetime
) -> None:
    """The e-mail of the invoice, and the journal entries of the invoice and of its payment."""
    bill.tell(session, order, by=THE_PROCESSOR, at=at)
    conclude(session, order, bill.invoice, payment, lines=bill.lines, by=THE_PROCESSOR, at=at)


def bill_order(session: Session, order: Order, *, by: Actor, at: datetime) -> Invoice:
    """Issue the invoice of what is delivered. A card order is invoiced when it is paid, unless it
    was placed by an earlier version: then each invoice is paid as it is issued.

    Raises NotAllowed, IllegalTransition, NothingToInvoice.
    """
    invoice = issue_invoice(session, order, by=by, at=at)
    if order.origin is Origin.CARD:
        return _paid_by_card(session, order, invoice, at=at)
    return invoice


def _paid_by_card(session: Session, order: Order, invoice: Invoice, *, at: datetime) -> Invoice:
    payment = receive_card(session, order, invoice, at=at)
    if payment is not None:
        conclude(session, order, invoice, payment, by=THE_PROCESSOR, at=at)
    return invoice
