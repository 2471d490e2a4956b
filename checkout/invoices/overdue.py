"""Invoices that are overdue, for the pages of the orders that they belong to and for lists."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.rules import days_late
from shop.core.errors import N_
from shop.storage.arrangements import Choice, Filter

#: `Invoice.last_day` of a row that was not read.
LAST_DAY = func.coalesce(Invoice.payable_by, Invoice.due_on)


def is_overdue(today: date) -> ColumnElement[bool]:
    """Not settled in full after the last day to pay, and not for the shop to answer;
    `rules.settled()` with `Invoice.late_after` for a row that was read.
    """
    return and_(Invoice.is_due, Invoice.payable_by < today, ~Invoice.is_to_cure)


def late_of(invoice: Invoice, *, today: date) -> int:
    """The days by which an invoice is overdue, 0 for one that is not."""
    return days_late(
        invoice.including,
        invoice.paid,
        invoice.credited,
        payable_by=invoice.late_after,
        today=today,
    )


def overdue_of(session: Session, order_ids: Iterable[int], *, today: date) -> dict[int, Invoice]:
    """The invoice of each of these orders that is overdue for longest, by order."""
    rows = session.scalars(
        select(Invoice)
        .where(Invoice.order_id.in_(list(order_ids)), is_overdue(today))
        .order_by(Invoice.payable_by.desc(), Invoice.id.desc())
    )
    return {invoice.order_id: invoice for invoice in rows}


def credited_orders(session: Session, order_ids: Iterable[int]) -> set[int]:
    """Those of these orders whose invoices were all credited in full."""
    rows = session.scalars(
        select(Invoice.order_id)
        .where(Invoice.order_id.in_(list(order_ids)))
        .group_by(Invoice.order_id)
        .having(func.min(case((Invoice.is_credited, 1), else_=0)) == 1)
    )
    return set(rows)


def by_payment(today: date) -> Filter:
    """Invoices by their payment: overdue, unpaid and not overdue, paid, credited in full."""
    late = is_overdue(today)
    runs = Invoice.payable_by.is_(None) | (Invoice.payable_by >= today) | Invoice.is_to_cure
    return Filter(
        "state",
        N_("Status"),
        (
            Choice("overdue", N_("overdue"), late),
            Choice("unpaid", N_("unpaid, not overdue"), Invoice.is_due & runs),
            Choice("paid", N_("paid"), ~Invoice.is_due & ~Invoice.is_credited),
            Choice("credited", N_("credited"), Invoice.is_credited),
        ),
    )
