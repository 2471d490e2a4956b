"""Reports: each figure is that of a recomputation, row by row, in plain Python."""

import csv
from collections import Counter
from datetime import date, datetime
from io import StringIO
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.models import DeliveryNote
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import Payment
from quotes.purchase_orders.models import PurchaseOrder, PurchaseOrderScan
from quotes.quotes.models import Quote
from quotes.reports.awaited import awaited_originals
from quotes.reports.conversion import conversion
from quotes.reports.delays import delays
from quotes.reports.expiry import expiry
from quotes.reports.rules import Hundredths, Month, Period, Span, period_of
from shop.core.actors import LOGISTICS, SALES
from shop.core.money import total
from shop.core.text import paris_day
from shop.ops.clock import today
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.counting import counted
from tests.people import staff
from tests.reported import make_year
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database


@pytest.fixture
def year(database: Database, snapshots: Snapshots) -> Database:
    snapshots.fill(database, make_year)
    return database


def period(span: Span) -> Period:
    return period_of(span, today())


def quotes_of(session: Session, within: Period) -> list[Quote]:
    rows = session.scalars(select(Quote).order_by(Quote.id))
    return [one for one in rows if within.since <= paris_day(one.issued_at) <= within.until]


def ended(quote: Quote, on: date) -> str:
    """What became of a quote."""
    if quote.stage in ("QUOTED", "RESERVED"):
        return "EXPIRED" if quote.valid_until < on else "OPEN"
    return quote.stage.value


@pytest.mark.parametrize("span", Span)
def test_quotes_are_counted_in_the_month_of_their_issue(year: Database, span: Span):
    asked = period(span)
    with year.reading_session() as session:
        (table,) = conversion(session, asked)
        quotes = quotes_of(session, asked)
    counts = Counter(
        (paris_day(one.issued_at).replace(day=1), ended(one, asked.today)) for one in quotes
    )
    ends = ("ORDERED", "EXPIRED", "CANCELLED", "OPEN")
    assert [row.cells[0] for row in table.rows] == [Month(one) for one in asked.months]
    for row, month in zip(table.rows, asked.months, strict=True):
        assert row.cells[2:6] == tuple(counts[month, one] for one in ends)
        assert row.cells[1] == sum(row.cells[2:6])
    assert table.whole and table.whole.cells[1] == len(quotes) > 0
    assert table.whole.cells[2] == sum(ended(one, asked.today) == "ORDERED" for one in quotes)


def test_an_expired_quote_has_one_cause(year: Database):
    asked = period(Span.YEAR)
    with year.reading_session() as session:
        (table,) = expiry(session, asked)
        expired = [one for one in quotes_of(session, asked) if ended(one, asked.today) == "EXPIRED"]
        renewed = set(session.scalars(select(Quote.renewed_from_id)))
        copied = set(session.scalars(select(PurchaseOrderScan.quote_id)))
        acts = set(map(tuple, session.execute(select(JournalEntry.dossier_id, JournalEntry.act))))
    counts: Counter[int] = Counter()
    for one in expired:
        known = (
            one.id in renewed,
            (one.dossier_id, "refuse_purchase_order") in acts,
            one.id in copied,
            (one.dossier_id, "log_signed_quote") in acts,
            True,
        )
        counts[known.index(True)] += 1
    assert [row.cells[1] for row in table.rows] == [counts[n] for n in range(5)]
    assert all(row.cells[1] for row in table.rows)
    assert table.whole
    assert table.whole.cells[3] == total([one.including for one in expired])


def test_awaited_originals_are_counted_by_age_and_by_last_day(year: Database):
    asked = period(Span.YEAR)
    with year.reading_session() as session:
        by_age, by_day = awaited_originals(session, asked)
        copies = set(session.scalars(select(PurchaseOrderScan.quote_id)))
        refused = select(JournalEntry.dossier_id).where(JournalEntry.act == "refuse_purchase_order")
        over = set(session.scalars(refused))
        rows = session.scalars(select(Quote).order_by(Quote.id)).all()
    open_ones = [one for one in rows if one.stage in ("QUOTED", "RESERVED")]
    late = [
        one
        for one in rows
        if one.stage == "EXPIRED" and one.id in copies and one.dossier_id not in over
    ]
    waiting = [*open_ones, *late]
    ages = [(asked.today - paris_day(one.issued_at)).days for one in waiting]
    bounds = ((0, 7), (8, 14), (15, 30), (31, 10_000))
    expected = [sum(low <= age <= high for age in ages) for low, high in bounds]
    assert [row.cells[1] for row in by_age.rows] == expected
    assert all(expected)
    left = [(one.valid_until - asked.today).days for one in waiting]
    bounds = ((-10_000, -1), (0, 7), (8, 14), (15, 10_000))
    assert [row.cells[1] for row in by_day.rows] == [
        sum(low <= days <= high for days in left) for low, high in bounds
    ]
    for table in (by_age, by_day):
        assert table.whole is not None
        assert table.whole.cells[2] == sum(one.id in copies for one in waiting)
        assert table.whole.cells[3] == total([one.including for one in waiting])


def test_the_median_of_each_step_is_that_of_its_days(year: Database):
    asked = period(Span.YEAR)
    with year.reading_session() as session:
        (table,) = delays(session, asked)
        steps: list[list[int]] = [[] for _step in range(6)]
        for quote in quotes_of(session, asked):
            for number, taken in enumerate(days_of(session, quote)):
                if taken is not None:
                    steps[number].append(taken)
    assert [row.cells[1] for row in table.rows] == [len(step) for step in steps]
    assert [row.cells[2] for row in table.rows] == [
        Hundredths(int(100 * median(one))) for one in steps
    ]
    assert all(len(step) > 1 for step in steps)


def days_of(session: Session, quote: Quote) -> list[int | None]:
    """The days that each step of a quote took, None for one that is not over."""
    scans = select(PurchaseOrderScan.received_at).where(PurchaseOrderScan.quote_id == quote.id)
    copy = min(session.scalars(scans), default=None)
    record = select(PurchaseOrder.recorded_at).where(PurchaseOrder.quote_id == quote.id)
    original = session.scalar(record)
    order = session.scalar(select(Order).where(Order.dossier_id == quote.dossier_id))
    days = [between(quote.issued_at, copy), between(copy, original)]
    days.append(between(quote.issued_at, original))
    if order is None:
        return [*days, None, None, None]
    notes = select(DeliveryNote.issued_at).where(DeliveryNote.order_id == order.id)
    bills = session.scalars(
        select(Invoice).where(Invoice.order_id == order.id).order_by("id")
    ).all()
    paid = [
        one.received_on
        for bill in bills
        for one in session.scalars(select(Payment).where(Payment.invoice_id == bill.id))
    ]
    note, bill = max(session.scalars(notes)), bills[-1]
    last = (max(paid) - bill.issued_on).days if paid else None
    return [*days, between(original, note), between(note, bill.issued_at), last]


def between(since: datetime | None, until: datetime | None) -> int | None:
    """Whole days between two moments that there may not have been."""
    return None if since is None or until is None else (until - since).days


def test_a_report_of_an_empty_shop_has_no_table(database: Database):
    with database.reading_session() as session:
        for read in (conversion, expiry, awaited_originals, delays):
            assert read(session, period(Span.YEAR)) == ()


def test_a_report_is_a_page_with_bars_and_two_files(app: Flask, year: Database):
    client = staff(app, year, SALES)
    assert "/bureau/rapports/transformation" in client.get("/bureau/rapports").text
    page = client.get("/bureau/rapports/transformation?periode=12-mois").text
    assert "novembre 2026" in page and page.count('class="share__part"') == 12
    answer = client.get("/bureau/rapports/transformation.csv?periode=12-mois")
    assert (
        "comptoir-rapport-conversion-2025-12-01-2026-11-18.csv"
        in answer.headers["Content-Disposition"]
    )
    head, *rows = csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert head[0] == "Mois" and len(rows) == 12
    assert rows[-1][:2] == ["2026-11-01", "5"]
    assert client.get("/bureau/rapports/transformation.xlsx").data[:2] == b"PK"
    assert client.get("/bureau/rapports/transformation.pdf").status_code == 404
    stores = staff(app, year, LOGISTICS)
    assert "/bureau/rapports/transformation" not in stores.get("/bureau/rapports").text
    assert stores.get("/bureau/rapports/transformation").status_code == 403


def test_more_quotes_add_no_statement(year: Database):
    asked = period(Span.MONTHS)
    for read, most in ((conversion, 1), (expiry, 1), (awaited_originals, 2), (delays, 6)):
        with year.reading_session() as session, counted(year) as statements:
            assert read(session, asked)
        assert len(statements) == most
