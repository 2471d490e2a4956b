"""Reminders of overdue invoices: the clock gives them to the outbox, level by level, once each.

None is sent for an invoice that is paid, credited, not sent yet, whose period the body interrupts,
whose card payment is disputed or reversed, or for which the office switched reminders off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import correction_of, parties_of
from checkout.invoices.invoices import get_invoices
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.progress import send_email, subject_of
from checkout.receivables.interest import interest_of
from checkout.receivables.models import Reminder, ReminderSwitch
from checkout.receivables.reminder_lists import last_sent_on, may_be_reminded, sent_levels
from checkout.receivables.rules import (
    LateInterest,
    ReceivableRules,
    ReminderReasonMissing,
    next_level,
)
from checkout.receivables.settings import ensure_accounting, receivable_rules
from shop.core.actors import ACCOUNTING, THE_CLOCK, Actor
from shop.core.money import Money
from shop.core.text import one_line, paris_day
from shop.dossiers.models import Dossier
from shop.organisations.contacts import PAYER, contacts_of
from shop.storage.db import Database
from shop.storage.journal import record

#: The clock reads the settings as the accounting staff would.
_CLOCK = Actor(THE_CLOCK.name, THE_CLOCK.roles | {ACCOUNTING})


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives the reminders of an invoice."""

    email: str
    name: str


def send_reminders(database: Database, *, at: datetime, stopping: Callable[[], bool]) -> int:
    """Give the reminders that are due to the outbox, each in a transaction of its own; how many.
    Run twice, it sends nothing more.
    """
    today, count = paris_day(at), 0
    with database.reading_session() as session:
        rules = receivable_rules(session, today)
        due = _due(session, rules, today)
    for number in due:
        if stopping():
            break
        with database.transaction() as session:
            count += _send(session, number, rules, at=at)
    return count


def switch_reminders(
    session: Session,
    invoice: Invoice,
    order: Order,
    *,
    whole_client: bool,
    off: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Switch reminders off, or on again, for an invoice or for its whole client. Raises NotAllowed,
    ReminderReasonMissing.

    Many parameters because the switch says for what, which way and why. Long because of them.
    """
    ensure_accounting(by, "switch_reminders")
    told = one_line(reason)
    if not told:
        raise ReminderReasonMissing
    client = order.organisation_id if whole_client else None
    mine = None if client is not None else invoice.id
    session.add(
        ReminderSwitch(
            invoice_id=mine,
            organisation_id=client,
            off=off,
            reason=told,
            set_at=at,
            by_name=by.name,
        )
    )
    record(
        session,
        subject_of(order).name,
        "switch_reminders",
        by=by,
        at=at,
        dossier_id=order.dossier_id,
        number=invoice.number,
        off=off,
        whole_client=client is not None,
        reason=told,
    )


def recipient_of(session: Session, invoice: Invoice, order: Order) -> Recipient | None:
    """The organisation's contact for payments; else the paying service that the invoice names.
    None: the buyer of the order.
    """
    if order.organisation_id is not None:
        for contact in contacts_of(session, order.organisation_id):
            if contact.function == PAYER and contact.email:
                return Recipient(contact.email, contact.name)
    service = parties_of(invoice, order).paying_service
    if service is not None and service.email:
        return Recipient(service.email, service.name)
    return None


def reminder_facts(
    session: Session, invoice: Invoice, level: int, rules: ReceivableRules, *, today: date
) -> tuple[LateInterest, dict[str, Any]]:
    """The interest of that day, and the facts of the e-mail."""
    interest = interest_of(session, invoice, rules, today=today)
    text = rules.levels[min(level, len(rules.levels)) - 1]
    return interest, {
        "number": invoice.number,
        "level": level,
        "due": invoice.due.cents,
        "including": invoice.including.cents,
        "issued_on": invoice.issued_on.isoformat(),
        "payable_by": invoice.payable_by.isoformat() if invoice.payable_by else "",
        "late": (today - invoice.payable_by).days if invoice.payable_by else 0,
        "interest": interest.amount.cents,
        "indemnity": interest.indemnity.cents,
        "reason": {"fr": text.french, "en": text.english},
    }


def _due(session: Session, rules: ReceivableRules, today: date) -> list[str]:
    """The invoices of which a reminder is due, the oldest first."""
    rows = session.execute(
        select(Invoice.number, Invoice.payable_by, sent_levels(), last_sent_on())
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(*may_be_reminded(today))
        .order_by(Invoice.payable_by, Invoice.id)
    )
    found = []
    for number, payable_by, sent, sent_on in rows:
        following = next_level(rules.levels, sent, payable_by, sent_on)
        if following is not None and following[1] <= today:
            found.append(number)
    return found


def _send(session: Session, number: str, rules: ReceivableRules, *, at: datetime) -> int:
    """One reminder, looked at again under lock; 1 when it was given to the outbox."""
    today = paris_day(at)
    invoice, order = get_invoices(session, [number], by=_CLOCK)[number]
    ready = select(sent_levels()).select_from(Invoice).join(Order, Order.id == Invoice.order_id)
    sent = session.scalar(ready.where(Invoice.id == invoice.id, *may_be_reminded(today)))
    following = None if sent is None else next_level(rules.levels, sent, invoice.payable_by)
    if following is None or following[1] > today:
        return 0
    level = following[0]
    interest, facts = reminder_facts(session, invoice, level, rules, today=today)
    facts["reason"] = facts["reason"]["en" if order.language == "en" else "fr"]
    recipient = recipient_of(session, invoice, order)
    facts["contact"] = recipient.name if recipient else ""
    said = correction_of(invoice, order)
    facts |= {
        "customer": said.parties.header.name,
        "purchase_order": said.purchase_order,
        "engagement": said.engagement,
    }
    to = recipient.email if recipient else None
    papers = (invoice.paper_id,)
    email = send_email(session, order, "reminder", at=at, to=to, papers=papers, **facts)
    if email is None:
        return 0
    session.flush()
    write_reminder(session, invoice, level, email.to, email.id, interest.amount, today=today)
    record(
        session,
        subject_of(order).name,
        "send_reminder",
        by=THE_CLOCK,
        at=at,
        dossier_id=order.dossier_id,
        number=number,
        level=level,
        to=email.to,
        amount=invoice.due.cents,
    )
    return 1


def write_reminder(
    session: Session,
    invoice: Invoice,
    level: int,
    to: str,
    email_id: int,
    interest: Money,
    *,
    today: date,
) -> None:
    """The row of a reminder that the outbox has."""
    session.add(
        Reminder(
            invoice_id=invoice.id,
            level=level,
            sent_on=today,
            to=to,
            due=invoice.due,
            interest=interest,
            email_id=email_id,
        )
    )
