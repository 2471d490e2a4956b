"""The work of the accounting staff: orders to invoice, files to send, invoices that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.rules import days_late
from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import Origin
from shop.core.money import Money

QUEUE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class ToInvoice:
    """An order with units delivered and not invoiced; `last` when it is the last invoice."""

    number: str
    customer: str
    purchase_order: str | None
    units: int
    last: bool


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """An invoice with its customer; `due` is the amount left to pay, `late` the days after the last
    day to pay.
    """

    number: str
    order: str
    customer: str
    issued_on: date
    due_on: date
    including: Money
    due: Money
    late: int


def to_invoice(session: Session) -> Sequence[ToInvoice]:
    """Orders with something delivered and not invoiced, oldest first."""
    waiting = func.sum(OrderLine.delivered - OrderLine.invoiced)
    left = func.sum(OrderLine.quantity - OrderLine.delivered - OrderLine.cancelled)
    rows = session.execute(
        select(Order.number, Order.parties, Order.purchase_order, waiting, left)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(~Order.is_reversed)
        .group_by(Order.id)
        .having(waiting > 0)
        .order_by(Order.id)
        .limit(QUEUE_LIMIT)
    )
    return [
        ToInvoice(number, parties["header"]["name"], reference, int(units), not left_)
        for number, parties, reference, units, left_ in rows
    ]


def to_send(session: Session, today: date) -> Sequence[IssuedInvoice]:
    """Invoices of quote orders whose file was not sent to the paying service."""
    return _issued(session, today, ~Invoice.is_sent, Order.origin == Origin.QUOTE)


def unpaid(session: Session, today: date) -> Sequence[IssuedInvoice]:
    """Invoices with an amount left to pay, the oldest due day first."""
    return _issued(session, today, Invoice.paid < Invoice.including)


def count_to_do(session: Session) -> int:
    """The number on the tab: orders to invoice and files to send."""
    behind = exists().where(
        OrderLine.order_id == Order.id, OrderLine.delivered > OrderLine.invoiced
    )
    waiting = select(func.count()).select_from(Order).where(behind, ~Order.is_reversed)
    orders = session.scalar(waiting) or 0
    unsent = (
        select(func.count())
        .select_from(Invoice)
        .join(Order, Order.id == Invoice.order_id)
        .where(~Invoice.is_sent, Order.origin == Origin.QUOTE)
    )
    return orders + (session.scalar(unsent) or 0)


def count_unpaid(session: Session) -> int:
    """The number on the tab of payments."""
    statement = select(func.count()).select_from(Invoice).where(Invoice.paid < Invoice.including)
    return session.scalar(statement) or 0


def _issued(session: Session, today: date, *conditions: object) -> Sequence[IssuedInvoice]:
    rows = session.execute(
        select(Invoice, Order.number, Order.parties)
        .join(Order, Order.id == Invoice.order_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(func.coalesce(Invoice.payable_by, Invoice.due_on), Invoice.id)
        .limit(QUEUE_LIMIT)
    )
    return [
        IssuedInvoice(
            number=invoice.number,
            order=number,
            customer=parties["header"]["name"],
            issued_on=invoice.issued_on,
            due_on=invoice.last_day,
            including=invoice.including,
            due=invoice.including - invoice.paid,
            late=days_late(
                invoice.including, invoice.paid, payable_by=invoice.payable_by, today=today
            ),
        )
        for invoice, number, parties in rows
    ]
