"""The entries of a period, read from the issued documents and the movements of money, in order of
their day.

Rows are read as they are written to the file: the memory does not grow with the period.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from heapq import merge
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote
from checkout.entries.money import (
    correction_rows,
    held_rows,
    kept_rows,
    moved_rows,
    payment_rows,
    refund_rows,
    returned_rows,
    reversal_rows,
    used_rows,
    withdrawal_rows,
)
from checkout.entries.payout_money import fee_rows, payout_rows
from checkout.entries.rules import (
    BANK,
    SALES,
    Entry,
    Posting,
    Words,
    client_of,
    credit_kept,
    fees_kept,
    holder_of,
    money_held,
    money_in,
    money_moved,
    money_paid_out,
    postings_of,
)
from checkout.invoices.models import Invoice
from checkout.invoices.rules import ensure_period
from shop.core.errors import N_
from shop.core.money import Money
from shop.core.text import paris_day
from shop.dossiers.models import Paper

#: Rows that are read from the database at a time.
BATCH = 200
#: The statement of the rows of a period.
Rows = Callable[[date, date], Select[Any]]
#: The postings of a row.
Poster = Callable[[Any], tuple[Posting, ...]]


def entries_of_period(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    """The entries from one day to the other, both included, the oldest first; on a day, invoices
    before credit notes before the movements of money. Raises PeriodTurned.
    """
    ensure_period(since, until)
    sources = (
        _invoices(session, since, until, words),
        _credit_notes(session, since, until, words),
        *(
            _money(_read(session, rows(since, until)), words(name), post, words)
            for rows, name, post in _MONEY
        ),
        *(
            _kept_money(_read(session, rows(since, until)), words(name), post, words)
            for rows, name, post in _HELD
        ),
        _payouts(session, since, until, words),
        _fees(session, since, until, words),
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


def _money(rows: Any, name: str, post: Poster, words: Words) -> Iterator[Entry]:
    """Entries of payments and refunds: their document is the invoice or the credit note."""
    for row in rows:
        yield Entry(
            BANK,
            day_of(row.day),
            row.number,
            row.issued_on,
            f"{name} {row.number}",
            client_of(row.customer, words),
            post(row),
        )


def _kept_money(rows: Any, name: str, post: Poster, words: Words) -> Iterator[Entry]:
    """Entries of money that no invoice has: the document is the transfer."""
    for row in rows:
        piece = f"VIR-{row.transfer:06d}"
        yield Entry(
            BANK,
            day_of(row.day),
            piece,
            row.received_on,
            f"{name} {piece}",
            holder_of(row.parties, words),
            post(row),
        )


def _payouts(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    name, back = words(N_("Card payout")), words(N_("Card payout sent back"))
    for row in _read(session, payout_rows(since, until)):
        yield Entry(
            BANK,
            day_of(row.day),
            row.payout,
            date.fromisoformat(row.arrives_on),
            f"{back if row.failed else name} {row.payout}",
            ("", ""),
            money_paid_out(Money(row.amount), Money(row.fees), failed=row.failed),
        )


def _fees(session: Session, since: date, until: date, words: Words) -> Iterator[Entry]:
    """Fees that are known after their payout was booked: the document is the payout."""
    name = words(N_("Fees of the card payout"))
    for row in _read(session, fee_rows(since, until)):
        yield Entry(
            BANK,
            day_of(row.day),
            row.payout,
            date.fromisoformat(row.arrives_on),
            f"{name} {row.payout}",
            ("", ""),
            fees_kept(Money(row.fees)),
        )


def day_of(moment: date | datetime) -> date:
    """The day of an entry, in Paris."""
    return paris_day(moment) if isinstance(moment, datetime) else moment


def _received(row: Any) -> tuple[Posting, ...]:
    return money_in(row.method, row.amount)


def _given_back(row: Any) -> tuple[Posting, ...]:
    return money_in(row.method, -row.amount)


def _moved(row: Any) -> tuple[Posting, ...]:
    return money_moved(row.amount)


def _held(row: Any) -> tuple[Posting, ...]:
    return money_held(row.amount, known=row.parties is not None)


def _returned(row: Any) -> tuple[Posting, ...]:
    return money_held(-row.amount, known=row.parties is not None)


def _kept(row: Any) -> tuple[Posting, ...]:
    return credit_kept(row.amount)


def _used(row: Any) -> tuple[Posting, ...]:
    return credit_kept(-row.amount)


#: The movements of money: their statement, the sentence of the entry and how it is posted.
_MONEY: tuple[tuple[Rows, str, Poster], ...] = (
    (payment_rows, N_("Payment"), _received),
    (moved_rows, N_("Payment allotted"), _moved),
    (correction_rows, N_("Payment corrected"), _moved),
    (refund_rows, N_("Refund"), _given_back),
    (withdrawal_rows, N_("Refund"), _given_back),
    (reversal_rows, N_("Taken back from the card payment"), _given_back),
)
_HELD: tuple[tuple[Rows, str, Poster], ...] = (
    (held_rows, N_("Transfer kept"), _held),
    (kept_rows, N_("Transfer kept"), _kept),
    (used_rows, N_("Credit used"), _used),
    (returned_rows, N_("Transfer given back"), _returned),
)
_SOURCES = (
    _invoice_rows,
    _credit_rows,
    *(one[0] for one in (*_MONEY, *_HELD)),
    payout_rows,
    fee_rows,
)
