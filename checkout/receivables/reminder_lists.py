"""Which invoices may be reminded, and what was sent of each; the reminders are in reminders.py."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from checkout.invoices.models import Invoice
from checkout.invoices.overdue import is_overdue
from checkout.orders.lists import BY_CUSTOMER
from checkout.orders.models import Order
from checkout.receivables.models import Reminder, ReminderSwitch
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import Listing


def sent_levels() -> ColumnElement[int]:
    """The level of the last reminder of an invoice, in a statement; 0 for none."""
    last = select(func.max(Reminder.level)).where(Reminder.invoice_id == Invoice.id)
    return func.coalesce(last.scalar_subquery(), 0)


def last_sent_on() -> ColumnElement[date]:
    """The day of the last reminder of an invoice, in a statement."""
    last = select(func.max(Reminder.sent_on)).where(Reminder.invoice_id == Invoice.id)
    return last.scalar_subquery()


def is_switched_off() -> ColumnElement[bool]:
    """Whether reminders of an invoice are switched off, for itself or for its client, in a
    statement that has its order.
    """
    return _off(ReminderSwitch.invoice_id, Invoice.id) | _off(
        ReminderSwitch.organisation_id, Order.organisation_id
    )


def may_be_reminded(today: date) -> tuple[Any, ...]:
    """The conditions of a reminder in a statement that has the order of the invoice."""
    return (is_overdue(today), Invoice.is_sent, ~Order.is_reversed, ~is_switched_off())


def reminders_of(session: Session, invoice: Invoice) -> Sequence[Reminder]:
    """The reminders of an invoice, the first one first."""
    rows = select(Reminder).where(Reminder.invoice_id == invoice.id).order_by(Reminder.level)
    return session.scalars(rows).all()


def switches_of(session: Session, invoice: Invoice, order: Order) -> tuple[bool, bool]:
    """Whether reminders are switched off for the invoice, and for its client."""
    of_client = order.organisation_id is not None
    mine = select(_off(ReminderSwitch.invoice_id, Invoice.id)).where(Invoice.id == invoice.id)
    theirs = select(_off(ReminderSwitch.organisation_id, Order.organisation_id)).where(
        Order.id == order.id
    )
    return bool(session.scalar(mine)), of_client and bool(session.scalar(theirs))


def overdue_invoices(today: date) -> Listing:
    """The invoices that are overdue, with what is sent of their reminders, the oldest first."""
    sent, off = sent_levels(), is_switched_off()
    levels = (
        Choice("none", N_("No reminder yet"), sent == 0),
        Choice("first", N_("One reminder"), sent == 1),
        Choice("more", N_("Several reminders"), sent > 1),
    )
    switches = (
        Choice("on", N_("Reminders go on"), ~off),
        Choice("off", N_("Switched off"), off),
    )
    return Listing(
        select(Invoice, Order, sent, off, last_sent_on())
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(is_overdue(today), Invoice.is_sent, ~Order.is_reversed),
        (Invoice.payable_by, Invoice.id),
        Invoice.number,
        (Filter("sent", N_("Sent"), levels), Filter("switch", N_("Reminders"), switches)),
        (
            BY_CUSTOMER,
            Sort("number", N_("Invoice"), (Invoice.number,)),
            Sort("due", N_("Due on"), (Invoice.payable_by,)),
        ),
        "due",
    )


def _off(column: Any, key: Any) -> ColumnElement[bool]:
    """Whether the latest switch of a subject is off."""
    later = aliased(ReminderSwitch)
    same = getattr(later, column.key) == column
    return exists().where(
        column == key,
        ReminderSwitch.off,
        ~exists().where(same, later.id > ReminderSwitch.id),
    )
