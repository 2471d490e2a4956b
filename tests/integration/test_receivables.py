"""What clients owe by age: the sums are those of the rows, interruptions count."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from sqlalchemy import select, update

from checkout.invoices.models import Invoice
from checkout.receivables.receivables import (
    every_receivable,
    owed_by,
    receivables,
    sums_by_age,
    sums_by_client,
)
from checkout.receivables.rules import Age, age_of
from shop.clients.keys import Client
from shop.core.actors import ACCOUNTING, SALES
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.storage.db import Database
from shop.storage.paging import Place
from tests.banking import invoices
from tests.credited import pay
from tests.factories import AT
from tests.people import staff

TODAY = paris_day(AT)
LATE = {0: Age.NOT_DUE, 1: Age.TO_30, 30: Age.TO_30, 31: Age.TO_60, 61: Age.TO_90, 91: Age.OVER_90}


@pytest.mark.parametrize(("late", "age"), [*LATE.items(), (60, Age.TO_60), (90, Age.TO_90)])
def test_an_age_begins_the_day_after_the_last_day(late: int, age: Age):
    assert age_of(TODAY - timedelta(days=late), today=TODAY) is age


def test_an_interrupted_period_is_not_due():
    assert age_of(None, today=TODAY) is Age.NOT_DUE


@pytest.fixture
def numbers(database: Database) -> list[str]:
    """An invoice at each age, and an interrupted one; one is paid in part."""
    found = invoices(database, len(LATE) + 1)
    with database.transaction() as session:
        for number, late in zip(found, [*LATE, None], strict=True):
            day = None if late is None else TODAY - timedelta(days=late)
            session.execute(update(Invoice).where(Invoice.number == number).values(payable_by=day))
    pay(database, found[1], 1_000)
    return found


def test_the_sums_are_those_of_the_rows(database: Database, numbers: list[str]):
    with database.reading_session() as session:
        rows = every_receivable(session, TODAY)
        sums = sums_by_age(session, TODAY)
        (client,) = sums_by_client(session, TODAY).rows
        due = total([one.due for one in session.scalars(select(Invoice))])
        for age in Age:
            of_age = total([row.left for row in rows if row.age is age])
            assert sums[age] == of_age == client.by_age[age]
            filtered = receivables(session, TODAY, Place(asked=(("age", age.value),)))
            assert total([row.left for row in filtered]) == of_age
        assert total(list(sums.values())) == due == client.left
        assert client.invoices == len(numbers)
        assert client.organisation_id is not None
        assert owed_by(session, Client(client.organisation_id), TODAY) == sums
        assert [row.number for row in rows][-1] == numbers[-1], "the interrupted one comes last"
        assert {row.number: row.age for row in rows} == {
            **dict(zip(numbers, LATE.values(), strict=False)),
            numbers[-1]: Age.NOT_DUE,
        }


def test_the_page_and_its_exports(app, database: Database, numbers: list[str]):
    books = staff(app, database, ACCOUNTING)
    page = books.get("/bureau/creances?age=to_30").text
    assert numbers[1] in page and numbers[5] not in page
    sent = books.get("/bureau/creances/export.csv?age=to_30")
    rows = list(csv.reader(StringIO(sent.text.lstrip("\ufeff")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == [numbers[2], numbers[1]]
    assert books.get("/bureau/creances/export.xlsx").data.startswith(b"PK")
    assert staff(app, database, SALES).get("/bureau/creances").status_code == 403


def test_nothing_is_owed(app, database: Database):
    page = staff(app, database, ACCOUNTING).get("/bureau/creances").text
    assert "Aucun client ne doit rien." in page
    with database.reading_session() as session:
        assert total(list(sums_by_age(session, date(2026, 1, 1)).values())) == Money()
