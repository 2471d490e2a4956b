"""The accounting staff read on one page what is due and has not left, and why."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.unsent.lists import count_unsent, unsent
from checkout.unsent.rules import DOCUMENT_AFTER, EMAIL_AFTER, INVOICE_AFTER, UnsentKind
from shop.core.actors import ACCOUNTING, ADMIN
from shop.jobs import make_pdfs
from shop.ops import clock
from shop.storage.db import Database
from shop.storage.outbox import Email, post
from shop.storage.paging import read_number
from tests.counting import counted
from tests.credited import credit, invoiced, invoiced_by_card
from tests.factories import AT
from tests.orders import quote_for
from tests.people import staff

pytestmark = pytest.mark.usefixtures("printed_once")
BUYER = "acheteur@ville.example"
SOON = AT + timedelta(minutes=1)


def kinds(database: Database, *, after: timedelta) -> list[UnsentKind]:
    """What has not left so long after AT."""
    with database.reading_session() as session:
        return sorted(row.kind for row in unsent(session, at=AT + after))


def change_email(database: Database, **values: object) -> None:
    with database.transaction() as session:
        email = session.scalars(select(Email).where(Email.to == BUYER)).one()
        for name, value in values.items():
            setattr(email, name, value)


def test_what_is_on_its_way_is_not_unsent(database: Database):
    quote_for(database, BUYER)
    assert kinds(database, after=EMAIL_AFTER - timedelta(seconds=1)) == []
    assert kinds(database, after=DOCUMENT_AFTER) == [UnsentKind.DOCUMENT, UnsentKind.EMAIL]
    make_pdfs(database)
    change_email(database, sent_at=AT)
    assert kinds(database, after=timedelta(days=9)) == []


def test_an_address_refused_after_the_sending_counts_at_once(database: Database):
    quote_for(database, BUYER)
    make_pdfs(database)
    change_email(database, sent_at=AT, refused_at=SOON)
    assert kinds(database, after=timedelta(minutes=1)) == [UnsentKind.EMAIL]


def test_a_refund_counts_while_it_is_owed(database: Database):
    note = credit(database, invoiced_by_card(database))
    with database.reading_session() as session:
        owed = [row for row in unsent(session, at=AT) if row.kind is UnsentKind.CREDIT_REFUND]
    assert [row.number for row in owed] == [note.number]


def test_the_page_says_why_and_where(app, database: Database):
    quote_for(database, BUYER)
    with database.transaction() as session:
        post(session, "activate", to="compte@ville.example", language="fr", at=AT, link="x")
    change_email(database, last_error="TimeoutError: timed out")
    books = staff(app, database, ACCOUNTING, language="en")
    assert "Everything has left" in books.get("/bureau/non-partis").text
    with clock.travelled(timedelta(hours=1)):
        page = books.get("/bureau/non-partis").text
        assert "3 things are due and have not left" in page
        assert BUYER in page and "The mail server does not answer." in page
        assert "No attempt was made yet" in page
        assert "e-mail of an account" in page and "compte@ville.example" not in page
        emails = books.get("/bureau/non-partis?kind=emails").text
        assert "No attempt was made yet" not in emails
        assert re.search(r"/bureau/non-partis\">\s*<b>3</b>", books.get("/bureau").text)
        admin = staff(app, database, ADMIN, language="en")
        assert "compte@ville.example" in admin.get("/bureau/non-partis").text


def test_a_day_old_invoice_is_to_be_sent_and_one_statement_counts(database: Database):
    number = invoiced(database)
    with database.reading_session() as session:
        rows = unsent(session, at=AT + INVOICE_AFTER)
        assert number in [row.number for row in rows if row.kind is UnsentKind.INVOICE]
        with counted(database) as statements:
            read_number(session, count_unsent(at=AT))
    assert len(statements) == 1
