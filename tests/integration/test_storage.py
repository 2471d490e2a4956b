"""The storage on both databases: numbers without gaps, rows written once, a fair lock."""

import random
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from shop.core import series
from shop.core.actors import THE_CLOCK
from shop.core.series import INVOICE
from shop.settings.numbering import take_number
from shop.storage.db import Database, Immutable
from shop.storage.journal import JournalEntry, record
from shop.storage.numbering import take_customer_code
from tests.factories import AT

pytestmark = pytest.mark.each_database


class Rollback(Exception):
    """The test's own error."""


def test_numbers_have_no_gap_and_no_duplicate_after_rollbacks(database: Database):
    taken: list[str] = []
    keep = threading.Lock()

    def issue(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(6):
            try:
                with database.transaction() as session:
                    number = take_number(session, INVOICE, at=AT)
                    if chance.random() < 0.4:
                        raise Rollback
            except Rollback:
                continue
            with keep:
                taken.append(number)

    threads = [threading.Thread(target=issue, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [f"FA-2026-{n:06d}" for n in range(1, len(taken) + 1)]
    assert sorted(taken) == expected
    assert len(taken) > 20


def test_a_new_year_starts_again_at_one_in_paris_time(database: Database):
    with database.transaction() as session:
        assert take_number(session, INVOICE, at=AT) == "FA-2026-000001"
        late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        assert take_number(session, INVOICE, at=late) == "FA-2027-000001"


def test_each_series_counts_for_itself_under_its_own_letters(database: Database):
    all_series = (
        series.QUOTE,
        series.ORDER,
        series.DELIVERY_NOTE,
        series.INVOICE,
        series.CREDIT_NOTE,
    )
    with database.transaction() as session:
        first = [take_number(session, one, at=AT) for one in all_series]
        assert take_number(session, series.ORDER, at=AT) == "CO-2026-000002"
    assert [number.partition("-")[0] for number in first] == ["DE", "CO", "BL", "FA", "AV"]
    assert {number.partition("-")[2] for number in first} == {"2026-000001"}


def test_customer_codes_are_one_series_for_all_years(database: Database):
    with database.transaction() as session:
        assert take_customer_code(session) == "C-000001"
        assert take_number(session, INVOICE, at=AT) == "FA-2026-000001"
        assert take_customer_code(session) == "C-000002"
        kept = session.execute(text("SELECT series, year, last FROM counters ORDER BY series"))
        assert [tuple(row) for row in kept] == [("C", 0, 2), ("FA", 2026, 1)]


def test_the_journal_cannot_be_changed(database: Database):
    with database.transaction() as session:
        entry = record(session, "quote:1", "issue", by=THE_CLOCK, at=AT)
        session.flush()
        entry_id = entry.id
    with pytest.raises(Immutable), database.transaction() as session:
        session.get(JournalEntry, entry_id).act = "something else"
    for statement in ("UPDATE journal SET act = 'x'", "DELETE FROM journal"):
        with (
            pytest.raises(DatabaseError, match="written once"),
            database.transaction() as session,
        ):
            session.execute(text(statement))
