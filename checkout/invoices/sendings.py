"""When the file of an invoice was sent: the mail server accepted it, or the staff forwarded it.

The payment period of the paying service is counted from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from checkout.invoices.models import Invoice, InvoiceSending
from checkout.invoices.notices import Way, tell_of_leaving
from checkout.invoices.receipts import count_the_period
from checkout.invoices.rules import ensure_between
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import subject_of
from shop.core.actors import THE_CLOCK, Actor
from shop.core.days import end_of_day
from shop.core.text import paris_day
from shop.storage.db import Database, get_locked
from shop.storage.outbox import Email
from shop.storage.transitions import advance

#: Sendings that are noted in one turn of the worker.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Sending:
    """The last e-mail with the file of an invoice."""

    to: str
    is_refused: bool
    is_sent: bool

    @property
    def is_under_way(self) -> bool:
        """Whether the mail server has not answered yet."""
        return not self.is_sent and not self.is_refused


def last_sending(session: Session, invoice_id: int) -> Sending | None:
    """The last e-mail with the file of an invoice; None when there is none."""
    email = session.scalar(
        select(Email)
        .join(InvoiceSending, InvoiceSending.email_id == Email.id)
        .where(InvoiceSending.invoice_id == invoice_id)
        .order_by(Email.id.desc())
        .limit(1)
    )
    return None if email is None else Sending(email.to, email.is_refused, email.is_sent)


def is_under_way() -> ColumnElement[bool]:
    """Whether the mail server has not answered yet to an e-mail with the file of an invoice, for a
    statement on invoices.
    """
    return (
        exists()
        .where(InvoiceSending.invoice_id == Invoice.id, InvoiceSending.email_id == Email.id)
        .where(~Email.is_sent, ~Email.is_refused)
    )


def forward_invoice_file(
    session: Session,
    invoice: Invoice,
    order: Order,
    forwarded_on: date,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Record the day on which the staff forwarded the file themselves. Recorded again, the last
    day counts; the journal keeps each.

    Raises NotAllowed, IllegalTransition, DayTooEarly, DayInFuture.
    """
    transition = PROCEDURE.ensure("forward_invoice_file", order.stage, by)
    ensure_between(forwarded_on, since=invoice.issued_on, today=paris_day(at))
    if not invoice.is_sent:
        tell_of_leaving(session, invoice, order, Way.FORWARDED, at=at)
    invoice.sent_at, invoice.sent_to = min(at, _last_moment(forwarded_on)), None
    count_the_period(session, invoice, order)
    facts: dict[str, Any] = {"number": invoice.number, "forwarded_on": forwarded_on.isoformat()}
    advance(session, subject_of(order), transition, by=by, at=at, **facts)


def note_deposited(
    session: Session, invoice: Invoice, order: Order, deposited_on: date, *, at: datetime
) -> datetime:
    """The invoice was deposited on the portal of its public body that day: it is sent. The moment
    from which its payment period is counted, unless it was sent before.
    """
    moment = min(at, _last_moment(deposited_on))
    invoice = get_locked(session, Invoice, invoice.id)
    if not invoice.is_sent:
        invoice.sent_at, invoice.sent_to = moment, None
        count_the_period(session, invoice, order)
        tell_of_leaving(session, invoice, order, Way.CHORUS, at=at)
    return moment


def _last_moment(day: date) -> datetime:
    return end_of_day(day) - timedelta(seconds=1)


def note_sent_files(
    database: Database, *, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Note the files that the mail server has accepted, each in its own transaction; how many."""
    _adopt_repeated(database)
    with database.reading_session() as session:
        accepted = session.execute(
            select(InvoiceSending.email_id, Invoice.id, Invoice.order_id)
            .join(Email, Email.id == InvoiceSending.email_id)
            .join(Invoice, Invoice.id == InvoiceSending.invoice_id)
            .where(~InvoiceSending.is_noted, Email.is_sent)
            .order_by(Email.sent_at, Email.id)
            .limit(_AT_ONCE)
        ).all()
    done = 0
    for email_id, invoice_id, order_id in accepted:
        if stopping():
            break
        with database.transaction() as session:
            order = get_locked(session, Order, order_id)
            invoice = get_locked(session, Invoice, invoice_id)
            note_sent(session, invoice, order, email_id, at=at)
        done += 1
    return done


def _adopt_repeated(database: Database) -> None:
    """An e-mail that the office sends again, for one with the file of an invoice, has it too."""
    first, own = aliased(InvoiceSending), aliased(InvoiceSending)
    repeated = (
        select(Email.id, first.invoice_id)
        .join(first, first.email_id == Email.follows_id)
        .outerjoin(own, own.email_id == Email.id)
        .where(Email.follows_id.is_not(None), own.email_id.is_(None))
        .order_by(Email.id)
        .limit(_AT_ONCE)
    )
    with database.reading_session() as session:
        found = session.execute(repeated).all()
    for email_id, invoice_id in found:
        with database.transaction() as session:
            get_locked(session, Invoice, invoice_id)
            if session.get(InvoiceSending, email_id) is None:
                session.add(InvoiceSending(email_id=email_id, invoice_id=invoice_id))


def note_sent(
    session: Session, invoice: Invoice, order: Order, email_id: int, *, at: datetime
) -> None:
    """Note that the mail server has accepted one e-mail, once. The period runs from the first one
    to an address.
    """
    sending = session.get_one(InvoiceSending, email_id, populate_existing=True)
    email = session.get_one(Email, email_id)
    if sending.is_noted:
        return
    transition = PROCEDURE.ensure("note_sent_file", order.stage, THE_CLOCK)
    sending.noted_at = at
    if not invoice.is_sent or invoice.sent_to != email.to:
        invoice.sent_at, invoice.sent_to = email.sent_at, email.to
    count_the_period(session, invoice, order)
    facts: dict[str, Any] = {"number": invoice.number, "to": email.to}
    advance(session, subject_of(order), transition, by=THE_CLOCK, at=at, **facts)
