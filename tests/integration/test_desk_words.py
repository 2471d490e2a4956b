"""What the desks of the office say to whom: the truth about the file and about what they may do."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.queue import to_invoice
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from shop.core.actors import SALES, SALES_ADMIN
from shop.ops import clock
from shop.storage.db import Database
from tests.factories import AT, OFFICE, make_buyer, make_shop
from tests.orders import deliver_all, make_ordered, make_quote
from tests.people import staff


@pytest.fixture
def number(database: Database) -> str:
    """A quote whose original is awaited."""
    with database.transaction() as session:
        return make_quote(session, make_buyer(session), make_shop(session)).number


def test_who_may_not_record_an_original_reads_that_it_is_awaited(
    app: Flask, database: Database, number: str
):
    seller = staff(app, database, SALES, language="en")
    page = seller.get(f"/bureau/bons-de-commande/{number}").text
    assert "awaits its original: a sales administrator records it" in page
    assert "no longer awaits" not in page
    with database.transaction() as session:
        quote = session.scalars(select(Quote)).one()
        cancel_quote(session, quote, by=OFFICE, at=clock.now())
    page = seller.get(f"/bureau/bons-de-commande/{number}").text
    assert "no longer awaits an original" in page


def test_the_reason_for_a_late_original_is_not_called_optional(
    app: Flask, database: Database, number: str
):
    with clock.travelled(timedelta(days=40)):
        desk = staff(app, database, SALES_ADMIN, language="en")
        page = desk.get(f"/bureau/bons-de-commande/{number}").text
    label = re.search(r'<label[^>]*for="[^"]*late_reason"[^>]*>(.*?)</label>', page, re.DOTALL)
    assert label is not None
    assert "optional" not in label[1]


def test_units_to_invoice_are_those_of_goods(database: Database):
    """Two loudspeakers, three music stands and a score; the delivery is no unit."""
    with database.transaction() as session:
        deliver_all(session, make_ordered(session))
        assert [row.units for row in to_invoice(session, AT.date())] == [6]
