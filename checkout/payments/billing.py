"""Billing an order: its invoice, and what was paid by card already."""

from datetime import datetime

from sqlalchemy.orm import Session

from checkout.invoices.invoices import issue_invoice
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from checkout.payments.receipts import conclude, receive_card
from shop.core.actors import THE_PROCESSOR, Actor


def bill_paid_order(session: Session, order: Order, *, at: datetime) -> Invoice:
    """The one invoice of an order that has just been paid by card: of everything, and paid.

    What is not delivered in the end is credited, never invoiced less.
    """
    invoice = issue_invoice(session, order, whole=True, by=THE_PROCESSOR, at=at)
    return _paid_by_card(session, order, invoice, at=at)


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
