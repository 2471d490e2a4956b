"""The office reads the journal: filters, pages by key, rights, the export."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask

from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, THE_CLOCK, Actor
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.dossiers.entries import Criteria, count_entries, page_of_entries
from shop.storage import paging
from shop.storage.db import Database
from shop.storage.journal import record
from tests.counting import counted
from tests.factories import AT, BOOKS, OFFICE, STORES, make_buyer, make_shop
from tests.orders import make_order_from_original, make_quote
from tests.people import staff

PLACE = "/bureau/journal"
READER = Actor("Ada", frozenset({ADMIN}))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "A_PAGE", 3)


@pytest.fixture
def order_number(database: Database) -> str:
    """An order with its entries; and beside it a product, a sign-in and two later entries."""
    with database.transaction() as session:
        lines = make_shop(session)
        order = make_order_from_original(session, make_quote(session, make_buyer(session), lines))
        record(session, "product:1", "correct_stock", by=STORES, at=AT, words="=1+1", secret="x")
        record(session, "user:1", "sign_in", by=OFFICE, at=AT)
        for days in (1, 2):
            record(session, "organisation:1", "confirm", by=THE_CLOCK, at=AT + days * DAY)
        return order.number


def shown(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'id="entry-([0-9]+)"', page)]


def counts(database: Database, by: Actor = READER, **asked: object) -> int:
    with database.reading_session() as session:
        return count_entries(session, Criteria(**asked), by=by)  # type: ignore[arg-type]


def test_entries_are_filtered_by_person_kind_number_and_day(database: Database, order_number: str):
    assert counts(database, acts=("confirm",)) == 2
    assert counts(database, who=THE_CLOCK.name, acts=("confirm",)) == 2
    assert counts(database, who="clai", acts=("issue",)) == 1, "the beginning of a buyer's name"
    assert counts(database, who="Nobody") == counts(database, who="***") == 0
    of_the_file = counts(database, number=order_number)
    assert of_the_file == counts(database, number=order_number.lower().replace("-", " ")) > 1
    assert of_the_file == counts(database, number="DE-2026-000001")
    assert counts(database, number="CO-2026-999999") == 0
    later = paris_day(AT) + DAY
    assert counts(database, since=later) == 2
    assert counts(database, since=later, until=later) == 1


def test_accounting_reads_the_files_alone_and_others_nothing(database: Database, order_number: str):
    of_the_files = counts(database, BOOKS)
    assert of_the_files == counts(database, BOOKS, number=order_number)
    assert counts(database, acts=("sign_in",)) == 0, "shown to the person alone"
    with database.reading_session() as session, pytest.raises(NotAllowed):
        page_of_entries(session, Criteria(), by=STORES)


def test_pages_go_on_by_key_both_ways(app: Flask, database: Database, order_number: str):
    admin = staff(app, database, ADMIN, language="en")
    pages, url = [], PLACE
    while url:
        text = admin.get(url).text
        pages.append(shown(text))
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = found[1].replace("&amp;", "&") if found else ""
    every = [one for page in pages for one in page]
    assert len(every) == counts(database) and every == sorted(every, reverse=True)
    assert {len(page) for page in pages[:-1]} == {3}
    back = admin.get(f"{PLACE}?after={pages[2][0]}").text
    assert shown(back) == pages[1]
    assert shown(admin.get(f"{PLACE}?after={pages[1][0]}").text) == pages[0]
    assert shown(admin.get(f"{PLACE}?before=strange&after=-1").text) == pages[0]


def test_a_page_tells_the_sentence_the_facts_and_no_more(
    app: Flask, database: Database, order_number: str
):
    admin = staff(app, database, ADMIN, language="en")
    page = admin.get(f"{PLACE}?number={order_number}&kind=record_original").text
    assert f"Order {order_number} created." in page and 'href="/devis/DE-2026-000001' in page
    page = admin.get(f"{PLACE}?kind=correct_stock").text
    assert "Stock corrected" in page and "In words: =1+1" in page and "secret" not in page
    assert 'href="/bureau/produits/1"' in page
    assert "No entry matches" in admin.get(f"{PLACE}?kind=settle").text


def test_what_cannot_be_read_is_told_beside_its_field(app: Flask, database: Database):
    books = staff(app, database, ACCOUNTING, language="en")
    for url in (PLACE, f"{PLACE}/export", f"{PLACE}/export.csv"):
        answer = books.get(f"{url}?since=2026-12-02&until=2026-12-01&who=Ada&kind=strange")
        assert answer.status_code == 422
        assert 'value="Ada"' in answer.text and "Choose one of the answers" in answer.text
        answer = books.get(f"{url}?since=2026-12-02&until=2026-12-01")
        assert "The second day is before the first" in answer.text
    assert staff(app, database, LOGISTICS).get(PLACE).status_code == 403


def test_the_export_says_its_rows_and_runs_no_formula(
    app: Flask, database: Database, order_number: str
):
    with database.transaction() as session:
        mallory = Actor("=HYPERLINK(1)", frozenset())
        record(session, "product:1", "correct_stock", by=mallory, at=AT, units=2)
    admin = staff(app, database, ADMIN, language="en")
    asked = "kind=correct_stock&until=2030-01-01"
    prepared = admin.get(f"{PLACE}/export?{asked}").text
    assert re.search(r"Rows</dt>\s*<dd[^>]*>\s*2\s*<", prepared)
    answer = admin.get(f"{PLACE}/export.csv?{asked}")
    assert answer.headers["Content-Disposition"].endswith("comptoir-journal-2030-01-01.csv")
    head, *rows = csv.reader(StringIO(answer.text.lstrip("\ufeff")), delimiter=";")
    assert head == ["Date", "By", "Entry", "Details", "File", "About"]
    assert [row[1:4] for row in rows] == [
        ["'=HYPERLINK(1)", "Stock corrected", "Units: 2"],
        [STORES.name, "Stock corrected", "In words: =1+1"],
    ]
    whole = admin.get(f"{PLACE}/export.csv").text
    assert whole.count("\n") == counts(database) + 1


def test_the_statements_of_a_page_do_not_grow_and_reading_writes_nothing(
    app: Flask, database: Database, order_number: str, monkeypatch: pytest.MonkeyPatch
):
    admin = staff(app, database, ADMIN)
    admin.get(PLACE)
    written = counts(database)
    with counted(database) as few:
        admin.get(PLACE)
    monkeypatch.setattr(paging, "A_PAGE", 25)
    with counted(database) as many:
        admin.get(f"{PLACE}?number={order_number}&who=a&since=2026-01-01")
    assert len(many) <= len(few)
    assert counts(database) == written


def test_an_act_that_no_page_names_is_told_in_the_readers_language(app, database: Database):
    with database.transaction() as session:
        record(session, "strange:1", "an_act_of_yesterday", by=THE_CLOCK, at=AT)
    page = staff(app, database, ADMIN).get(PLACE).text
    assert "<b>Autre événement</b>" in page
    assert "an_act_of_yesterday" in page
