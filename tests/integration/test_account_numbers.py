"""The account numbers of the sales journal are set in the office, from a day on."""

import csv
import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select

from checkout.entries.chart_rules import Chart, EntriesBooked, NoAccountChanges
from checkout.entries.charts import charts, set_chart
from checkout.entries.entries import entries_of_period
from checkout.entries.fec import file_of
from shop.core.actors import ACCOUNTING, SALES
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.banking import invoices
from tests.credited import pay
from tests.factories import AT, BOOKS, OFFICE
from tests.people import staff

TODAY = paris_day(AT)
TOMORROW = TODAY + timedelta(days=1)
OTHER = replace(Chart(), clients="411900", own={"vat:2000": "445711"})
URL = "/bureau/ecritures/comptes"


def put(database: Database, chart: Chart, **facts: Any) -> None:
    with database.transaction() as session:
        set_chart(session, chart, **({"since": TOMORROW, "by": BOOKS, "at": AT} | facts))


def accounts_of(database: Database) -> set[str]:
    """The accounts of the journal of today and tomorrow, in the file."""
    with database.snapshot_session() as session:
        found = entries_of_period(session, TODAY, TOMORROW, str)
        text = "".join(file_of(found, charts(session), str))
    return {row["CompteNum"] for row in csv.DictReader(StringIO(text), delimiter="\t")}


def test_entries_of_a_past_day_keep_their_numbers(database: Database):
    (number,) = invoices(database, 1)
    pay(database, number)
    before = accounts_of(database)
    put(database, OTHER)
    assert accounts_of(database) == before
    with database.transaction() as session:
        found = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "set_account_numbers")
        ).one()
    assert found.by_name == BOOKS.name and found.facts["since"] == TOMORROW.isoformat()
    assert ["clients", "411000", "411900"] in found.facts["changes"]


def test_a_day_with_entries_is_closed_to_other_numbers(database: Database):
    put(database, OTHER, since=TODAY - timedelta(days=400))  # nothing was booked yet
    invoices(database, 1)
    assert {"411900", "445711"} <= accounts_of(database)
    with pytest.raises(EntriesBooked):
        put(database, Chart(), since=TODAY)
    with pytest.raises(NoAccountChanges):
        put(database, OTHER)
    with pytest.raises(NotAllowed):
        put(database, Chart(), by=OFFICE)


def test_changes_are_shown_before_they_are_recorded(app, database: Database):
    books = staff(app, database, ACCOUNTING)
    page = books.get(URL).text
    assert all(f'value="{number}"' in page for number in Chart().numbers().values())
    typed = dict(Chart().numbers())
    typed |= {"clients": "411 900", "since": TOMORROW.isoformat()}
    refused = books.post(URL, data=typed | {"bank": "411000"})
    assert refused.status_code == 422 and "commence par 512" in refused.text
    assert 'value="411 900"' in refused.text, "nothing typed is lost"
    shown = books.post(URL, data=typed)
    assert shown.status_code == 200 and "Ce qui change" in shown.text
    assert "n’ont jamais été modifiés" in books.get(URL).text
    mark = re.search(r'name="shown" value="(\w+)"', shown.text)
    assert mark
    other = books.post(URL, data=typed | {"clients": "411901", "shown": mark[1]})
    assert other.status_code == 200, "another number is shown first"
    assert books.post(URL, data=typed | {"shown": mark[1]}).status_code == 303
    assert "411000 → 411900" in books.get(URL).text
    assert staff(app, database, SALES).get(URL).status_code == 403
