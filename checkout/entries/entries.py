"""The entries of a period, read from the issued documents and the payments, in order of their day.

Rows are read as they are written to the file: the memory does not grow with the period.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import REFUNDED
from checkout.entries.rules import (
    BANK,
    CARD,
    SALES,
    Entry,
    Words,
    client_of,
    money_in,
    postings_of,
)
from checkout.invoices.models import Invoice
from checkout.invoices.rules import ensure_period
from checkout.payments.models import Payment
from shop.core.days import end_of_day
from shop.core.errors import N_
from shop.core.money import Money
from shop.core.text import paris_day
from shop.dossiers.models import Paper
from shop.storage.journal import JournalEntry

#: Rows that are read from the database at a time.
BATCH = 200
#: The acts of the journal by which money was given back, by what it was given back with.
BACK = {
    "complete_card_refund": CARD,
    "note_refund_elsewhere": CARD,
    "confirm_transfer": "bank",
    "fail_card_refund": CARD,
}
#: The act by which money that was given back came back.
FAILED = "fail_card_refund"


def entries_of_period(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    """The entries from one day to the other, both included, the oldest first; on a day, invoices
    before credit notes before payments before refunds. Raises PeriodTurned.
    """
    ensure_period(since, until)
    sources = (
        _invoices(session, since, until, words),
        _credit_notes(session, since, until, words),
        _payments(session, since, until, words),
        _corrections(session, since, until, words),
        _refunds(session, since, until, words),
    )
    return merge(*sources, key=lambda entry: entry.day)


def count_rows(session: Session, since: date, until: date) -> int:
    """How many entries the period has. Raises PeriodTurned."""
    ensure_period(since, until)
    counts = [
        select(func.count()).select_from(one(since, until).order_by(None).subquery())
        for one in _SOURCES
    ]
    row = session.execute(select(*(one.scalar_subquery() for one in counts))).one()
    return sum(row)


def _invoice_rows(since: date, until: date) -> Select[Any]:
    """Invoices; one of nothing has no entry."""
    return (
        select(Invoice.number, Invoice.issued_on, Paper.content)
        .join(Paper, Paper.id == Invoice.paper_id)
        .where(Invoice.issued_on.between(since, until), Invoice.including != Money())
        .order_by(Invoice.issued_on, Invoice.id)
    )


def _credit_rows(since: date, until: date) -> Select[Any]:
    return (
        select(CreditNote.number, CreditNote.issued_on, Paper.content, CreditNote.is_internal)
        .join(Paper, Paper.id == CreditNote.paper_id)
        .where(CreditNote.issued_on.between(since, until), CreditNote.including != Money())
        .order_by(CreditNote.issued_on, CreditNote.id)
    )


def payment_rows(since: date, until: date) -> Select[Any]:
    """Payments on the day on which they were received."""
    return (
        _payment_columns(Payment.received_on)
        .where(Payment.corrects_id.is_(None), Payment.received_on.between(since, until))
        .order_by(Payment.received_on, Payment.id)
    )


def correction_rows(since: date, until: date) -> Select[Any]:
    """Payments taken off an invoice, on the day of this: a former period stays as it was."""
    return (
        _payment_columns(Payment.recorded_at)
        .where(Payment.corrects_id.is_not(None), _within(Payment.recorded_at, since, until))
        .order_by(Payment.recorded_at, Payment.id)
    )


def _payment_columns(day: Any) -> Select[Any]:
    return (
        select(
            Payment.method,
            Payment.amount,
            day.label("day"),
            Invoice.number,
            Invoice.issued_on,
            Paper.content["customer"].label("customer"),
        )
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(Paper, Paper.id == Invoice.paper_id)
    )


def _within(moment: Any, since: date, until: date) -> ColumnElement[bool]:
    """Whether a moment is one of the days, in Paris."""
    return and_(moment >= end_of_day(since - timedelta(days=1)), moment < end_of_day(until))


def refund_rows(since: date, until: date) -> Select[Any]:
    """Money given back, and refunds that came back, at the moment of the journal."""
    subject = "credit_refund:" + cast(CreditRefund.id, String)
    given = JournalEntry.act.in_([act for act in BACK if act != FAILED])
    came_back = (JournalEntry.act == FAILED) & (JournalEntry.source.in_(REFUNDED))
    return (
        select(
            JournalEntry.act,
            JournalEntry.at,
            CreditRefund.amount,
            CreditNote.number,
            CreditNote.issued_on,
            Paper.content["customer"].label("customer"),
        )
        .join(CreditRefund, JournalEntry.subject == subject)
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Paper, Paper.id == CreditNote.paper_id)
        .where(
            or_(given, came_back),
            _within(JournalEntry.at, since, until),
        )
        .order_by(JournalEntry.at, JournalEntry.id)
    )


_SOURCES = (_invoice_rows, _credit_rows, payment_rows, correction_rows, refund_rows)


def _read(session: Session, statement: Select[Any]) -> Any:
    return session.execute(statement.execution_options(yield_per=BATCH))


def _invoices(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    for number, day, content in _read(session, _invoice_rows(since, until)):
        yield Entry(
            SALES,
            day,
            number,
            day,
            words(N_("Invoice")) + f" {number}",
            client_of(content["customer"], words),
            postings_of(content, sign=1),
        )


def _credit_notes(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    for number, day, content, is_internal in _read(session, _credit_rows(since, until)):
        name = words(N_("Internal reversal")) if is_internal else words(N_("Credit note"))
        yield Entry(
            SALES,
            day,
            number,
            day,
            f"{name} {number}",
            client_of(content["customer"], words),
            postings_of(content, sign=-1),
        )


def _payments(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    name = words(N_("Payment"))
    for row in _read(session, payment_rows(since, until)):
        yield _payment(row, row.day, name, words)


def _corrections(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    name = words(N_("Payment corrected"))
    for row in _read(session, correction_rows(since, until)):
        yield _payment(row, paris_day(row.day), name, words)


def _payment(row: Any, day: date, name: str, words: Words) -> Entry:
    return Entry(
        BANK,
        day,
        row.number,
        row.issued_on,
        f"{name} {row.number}",
        client_of(row.customer, words),
        money_in(row.method, row.amount),
    )


def _refunds(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    for act, at, amount, number, issued_on, customer in _read(session, refund_rows(since, until)):
        came_back = act == FAILED
        name = words(N_("Refund returned")) if came_back else words(N_("Refund"))
        yield Entry(
            BANK,
            paris_day(at),
            number,
            issued_on,
            f"{name} {number}",
            client_of(customer, words),
            money_in(BACK[act], amount if came_back else -amount),
        )
