"""Reports about goods and money: each figure is that of a recomputation in plain Python."""

import csv
import re
from collections import Counter
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.models import Invoice
from quotes.reports.rules import Span, period_of, quotient_of
from quotes.reports.spending import spending
from quotes.reports.turn import turn
from quotes.reports.turned import turned_products
from shop.catalogue.models import Stock, StockMovement
from shop.core.actors import ACCOUNTING, LOGISTICS
from shop.core.errors import NotAllowed
from shop.core.money import Money, total
from shop.ops.clock import today
from shop.storage.db import Database
from tests.counting import counted
from tests.factories import BOOKS, STORES
from tests.people import staff
from tests.reported import make_year
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database


@pytest.fixture
def year(database: Database, snapshots: Snapshots) -> Database:
    snapshots.fill(database, make_year)
    return database


def test_the_stock_of_a_family_turns_by_what_was_delivered(year: Database):
    asked = period_of(Span.YEAR, today())
    with year.reading_session() as session, counted(year) as statements:
        (table,) = turn(session, asked, "fr")
    assert len(statements) == 1
    with year.reading_session() as session:
        stock = session.scalars(select(Stock).order_by(Stock.product_id)).all()
        moves = session.scalars(select(StockMovement).order_by(StockMovement.id)).all()
    shipped = Counter[int]()
    for move in moves:
        shipped[move.product_id] += move.quantity * (move.kind == "shipped")
    delivered, on_hand = shipped.total(), sum(one.on_hand for one in stock)
    still = sum(one.on_hand > 0 and not shipped[one.product_id] for one in stock)
    (row,) = table.rows
    turns = quotient_of(delivered, on_hand)
    assert row.cells == ("Enceintes", len(stock), delivered, on_hand, turns, still)
    assert delivered == 6 and still == len(stock) - 1


def test_the_products_that_did_not_move_are_a_list(app: Flask, year: Database):
    office = staff(app, year, LOGISTICS)
    assert "/bureau/rapports/rotation/produits" in office.get("/bureau/rapports/rotation").text
    page = office.get("/bureau/rapports/rotation/produits?movement=still&sort=-shelf").text
    found = re.findall(r'data-product="([^"]+)"', page)
    assert found[-1] == "SON-0900" and "SON-0500" not in found
    data = office.get("/bureau/rapports/rotation/produits.csv?movement=moved").data
    head, row = csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert head[0] == "Référence"
    assert row[0] == "SON-0500" and row[3:] == ["6", "54", "0,11"]
    with year.reading_session() as session:
        page_one = turned_products(session, today=today(), language="fr")
        (table,) = turn(session, period_of(Span.YEAR, today()), "fr")
    assert page_one.total == table.rows[0].cells[1]
    assert sum(one.delivered for one in page_one) == table.rows[0].cells[2]


def test_the_spending_of_bodies_adds_up_to_their_invoices(year: Database):
    asked = period_of(Span.YEAR, today())
    with year.reading_session() as session, counted(year) as statements:
        tables = spending(session, asked, "en", by=BOOKS)
    assert len(statements) == 1
    with year.reading_session() as session:
        invoices = session.scalars(select(Invoice).order_by(Invoice.id)).all()
        whole = total(
            [one.excluding for one in invoices if asked.since <= one.issued_on <= asked.until]
        )
    assert whole > Money()
    for table in tables:
        amounts = [row.cells[1] for row in table.rows]
        assert total([one for one in amounts if isinstance(one, Money)]) == whole
        assert table.whole and table.whole.cells[1] == whole
    by_body, by_family, both = tables
    assert [str(row.cells[0]).partition(" · ")[0] for row in by_body.rows] == ["Ville de Chinon"]
    assert by_family.rows[0].cells[0] == "Loudspeakers"
    assert len(both.rows) == len(by_family.rows)


def test_the_spending_is_read_by_the_accounting_staff(app: Flask, year: Database):
    asked = period_of(Span.YEAR, today())
    with year.reading_session() as session, pytest.raises(NotAllowed):
        spending(session, asked, "fr", by=STORES)
    stores = staff(app, year, LOGISTICS)
    assert stores.get("/bureau/rapports/depenses").status_code == 403
    assert "Enceintes" in stores.get("/bureau/rapports/rotation").text
    books = staff(app, year, ACCOUNTING)
    assert "Enceintes" in books.get("/bureau/rapports/depenses").text
    data = books.get("/bureau/rapports/depenses.csv").data.decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(data), delimiter=";")
    assert head == ["Tableau", "Détail", "Total HT"]
    assert {row[0] for row in rows} == {
        "Par organisme",
        "Par famille de produits",
        "Par organisme et par famille de produits",
    }


def test_a_shop_without_goods_and_invoices_has_nothing_to_report(database: Database):
    asked = period_of(Span.YEAR, today())
    with database.reading_session() as session:
        assert turn(session, asked, "fr") == ()
        assert spending(session, asked, "fr", by=BOOKS) == ()
