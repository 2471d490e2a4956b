"""Invoices that are overdue, for the pages of the orders that they belong to."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice


def is_overdue(today: date) -> ColumnElement[bool]:
    """Not paid in full after the last day to pay; `rules.settled()` for a row that was read."""
    return and_(Invoice.paid < Invoice.including, Invoice.payable_by < today)


def overdue_of(session: Session, order_ids: Iterable[int], *, today: date) -> dict[int, Invoice]:
    """The invoice of each of these orders that is overdue for longest, by order."""
    rows = session.scalars(
        select(Invoice)
        .where(Invoice.order_id.in_(list(order_ids)), is_overdue(today))
        .order_by(Invoice.payable_by.desc(), Invoice.id.desc())
    )
    return {invoice.order_id: invoice for invoice in rows}
