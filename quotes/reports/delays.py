"""How long each step of a quote takes, from its issue to its payment.

A median is exact: the database counts how often each number of days occurs, and the middle of the
counted values is taken from these counts, of which there are as many as there are different numbers
of days, whatever the number of quotes. Between two moments a day is 24 hours, rounded down; between
the day of an invoice and that of its payment, a day of the calendar.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from checkout.deliveries.models import DeliveryNote
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import BILLED, SETTLED, SHIPPED
from checkout.payments.models import Payment
from quotes.purchase_orders.models import PurchaseOrder, PurchaseOrderScan
from quotes.quotes.models import Quote
from quotes.reports.buckets import elapsed_days, is_within
from quotes.reports.rules import Label, Period, Table, Value, drawn, median_of, quantile_of
from shop.core.errors import N_

#: What « most » means.
_MOST = Fraction(9, 10)
#: A step: its name, where it begins and ends, and a condition on its order.
_Step = tuple[str, Any, Any, ColumnElement[bool]]


def delays(session: Session, period: Period) -> tuple[Table, ...]:
    """The steps of the quotes issued in the period. A step counts once it is over: a delivery when
    nothing of the order is left to deliver, an invoice and a payment likewise. One statement for
    each step.
    """
    joined, steps = _steps()
    rows: list[tuple[tuple[Value, ...], int]] = []
    for name, since, until, condition in steps:
        days = elapsed_days(session, since, until).label("days")
        over = joined.with_only_columns(days, maintain_column_froms=True).where(
            is_within(Quote.issued_at, period), until >= since, condition
        )
        rows.append(_row(name, _counted(session, over)))
    if not any(cells[1] for cells, _figure in rows):
        return ()
    columns = (N_("Step"), N_("Files"), N_("Median, in days"), N_("Nine of ten within, in days"))
    return (Table(N_("Days that each step takes"), columns, drawn(rows)),)


def _counted(session: Session, over: Select[Any]) -> list[tuple[int, int]]:
    """How often each number of days occurs, in ascending order."""
    found = over.subquery()
    statement = select(found.c.days, func.count()).group_by(found.c.days).order_by(found.c.days)
    return [(days, count) for days, count in session.execute(statement)]


def _row(name: str, counts: list[tuple[int, int]]) -> tuple[tuple[Value, ...], int]:
    if not counts:
        return (Label(name), 0, None, None), 0
    middle, number = median_of(counts), sum(count for _days, count in counts)
    return (Label(name), number, middle, quantile_of(counts, _MOST)), middle.value


def _steps() -> tuple[Select[Any], Sequence[_Step]]:
    """The quotes with what followed each, and the steps between."""
    copy = _first_copy()
    note, bill, paid = _last_note(), _last_invoice(), _last_payment()
    joined = (
        select(Quote.id)
        .outerjoin(copy, copy.c.quote_id == Quote.id)
        .outerjoin(PurchaseOrder, PurchaseOrder.quote_id == Quote.id)
        .outerjoin(Order, Order.dossier_id == Quote.dossier_id)
        .outerjoin(note, note.c.order_id == Order.id)
        .outerjoin(bill, bill.c.order_id == Order.id)
        .outerjoin(paid, paid.c.order_id == Order.id)
    )
    original = PurchaseOrder.recorded_at
    steps: Sequence[_Step] = (
        (N_("From the quote to the copy"), Quote.issued_at, copy.c.at, true()),
        (N_("From the copy to the original"), copy.c.at, original, true()),
        (N_("From the quote to the original"), Quote.issued_at, original, true()),
        (N_("From the original to the delivery"), original, note.c.at, Order.stage.in_(SHIPPED)),
        (N_("From the delivery to the invoice"), note.c.at, bill.c.at, Order.stage.in_(BILLED)),
        (N_("From the invoice to the payment"), bill.c.day, paid.c.day, Order.stage.in_(SETTLED)),
    )
    return joined, steps


def _first_copy() -> Any:
    at = func.min(PurchaseOrderScan.received_at).label("at")
    return (
        select(PurchaseOrderScan.quote_id, at).group_by(PurchaseOrderScan.quote_id).subquery("copy")
    )


def _last_note() -> Any:
    at = func.max(DeliveryNote.issued_at).label("at")
    return select(DeliveryNote.order_id, at).group_by(DeliveryNote.order_id).subquery("note")


def _last_invoice() -> Any:
    last = (func.max(Invoice.issued_at).label("at"), func.max(Invoice.issued_on).label("day"))
    return select(Invoice.order_id, *last).group_by(Invoice.order_id).subquery("bill")


def _last_payment() -> Any:
    day = func.max(Payment.received_on).label("day")
    return (
        select(Invoice.order_id, day)
        .join(Payment, Payment.invoice_id == Invoice.id)
        .group_by(Invoice.order_id)
        .subquery("paid")
    )
