"""A rate of VAT changes on its day: products and delivery follow, what was issued keeps its own."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote
from shop.catalogue.models import Product, ProductPrice
from shop.catalogue.price_rules import AskedPrice
from shop.catalogue.prices import plan_price
from shop.core.actors import ACCOUNTING, SALES, Actor
from shop.core.money import Money, UnitPrice
from shop.core.text import paris_day
from shop.documents.layout import page
from shop.dossiers.dossiers import content_of
from shop.settings.settings import settings_known
from shop.settings.vat_rules import EXCLUDING, VAT
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.vat_rates.models import VatRateMove
from shop.vat_rates.moves import move_vat_rates
from tests.factories import AT, make_product, make_sale, make_town, sale_line
from tests.people import staff
from tests.settled import settle

TODAY = paris_day(AT)
SOON = TODAY + timedelta(days=3)
THEN = AT + timedelta(days=3)
PLACE = "/bureau/reglages/tva"
SELLER = Actor("Nora Blin", frozenset({SALES}))


def move(database: Database, at: Any = THEN) -> int:
    return move_vat_rates(database, at=at, stopping=lambda: False)


def prices(database: Database) -> list[tuple[str, int, Money, UnitPrice]]:
    """What each product costs, by its reference."""
    with database.reading_session() as session:
        columns = Product.sku, Product.vat_rate, Product.price_including, Product.unit_price
        return [tuple(row) for row in session.execute(select(*columns).order_by(Product.sku))]


def entries(database: Database, act: str) -> list[JournalEntry]:
    with database.reading_session() as session:
        found = select(JournalEntry).where(JournalEntry.act == act).order_by(JournalEntry.id)
        return list(session.scalars(found))


def stock(database: Database) -> None:
    """Two products at the standard rate, one at the reduced one."""
    with database.transaction() as session:
        make_product(session, sku="A-1", price=120_00)
        make_product(session, sku="B-2", price=60_00)
        make_product(session, sku="C-3", price=105_50, vat_rate=550)


def test_on_its_day_products_pass_to_the_new_rate_and_keep_the_price_on_their_label(
    database: Database,
):
    stock(database)
    before = prices(database)
    settle(database, VAT, SOON, standard=2_500)
    assert (move(database, AT), prices(database)) == (0, before)
    assert move(database) == 2
    assert prices(database) == [
        ("A-1", 2_500, Money(120_00), UnitPrice.of(Money(96_00))),
        ("B-2", 2_500, Money(60_00), UnitPrice.of(Money(48_00))),
        before[2],
    ]
    assert move(database) == 0, "run twice it changes nothing more"
    (entry,) = entries(database, "move_vat_rates")
    assert entry.facts["products"] == 2
    assert entry.facts["changes"] == [["standard", 2_000, 2_500]]
    changed = [one.facts["changes"] for one in entries(database, "edit_product")]
    assert changed == [{"vat_rate": [2_000, 2_500]}] * 2
    with database.reading_session() as session:
        (done,) = session.scalars(select(VatRateMove))
        assert (done.products, done.ended_at) == (2, THEN)


def test_prices_excluding_vat_stay_where_the_office_chooses_so(database: Database):
    stock(database)
    with database.transaction() as session:
        product_id = session.scalars(select(Product.id).where(Product.sku == "B-2")).one()
        asked = AskedPrice(Money(66_00), SOON, "Rentrée")
        plan_price(session, product_id, asked, by=SELLER, at=AT)
    settle(database, VAT, SOON, standard=2_500, kept=EXCLUDING)
    assert move(database) == 2
    found = prices(database)
    assert found[0] == ("A-1", 2_500, Money(125_00), UnitPrice.of(Money(100_00)))
    assert found[1][:3] == ("B-2", 2_500, Money(60_00)), "its planned price is what was decided"
    with database.reading_session() as session:
        rows = session.scalars(
            select(ProductPrice).where(ProductPrice.is_applied).order_by(ProductPrice.id)
        ).all()
        assert [(one.former_including, one.price_including) for one in rows] == [
            (Money(120_00), Money(125_00))
        ]
        assert "20 % → 25 %" in rows[0].reason.replace("\xa0", " ")


def test_a_quote_keeps_its_rate_and_says_which_change_is_to_come(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        sale = make_sale(town.buyer, [sale_line(session, town.product_id)])
        plain = issue_quote(session, sale, by=town.buyer, at=AT)
        assert content_of(session, plain.paper_id)["vat_changes"] == []
    settle(database, VAT, SOON, standard=2_500, super_reduced=220)
    with database.transaction() as session:
        quote = issue_quote(session, sale, by=town.buyer, at=AT)
        content = content_of(session, quote.paper_id)
        number, totals = quote.number, content["totals"]
    assert content["vat_changes"] == [{"since": SOON.isoformat(), "before": 2_000, "after": 2_500}]
    for language, words in (("fr", "20 % devient 25 %"), ("en", "20% becomes 25%")):
        html = page("quote", content, language=language).html.replace("\xa0", " ")
        assert words in " ".join(html.split()) and "269" in html
    assert move(database) == 1
    with database.transaction() as session:
        kept = session.scalars(select(Quote).where(Quote.number == number)).one()
        assert content_of(session, kept.paper_id)["totals"] == totals
        again = make_sale(town.buyer, [sale_line(session, town.product_id)])
        new = issue_quote(session, again, by=town.buyer, at=THEN)
        assert [one["rate"] for one in content_of(session, new.paper_id)["totals"]["vat"]] == [
            2_500
        ]
        assert content_of(session, new.paper_id)["vat_changes"] == []


def test_what_changes_is_shown_before_it_is_saved(app: Flask, database: Database):
    stock(database)
    books = staff(app, database, ACCOUNTING, language="en")
    said = {"standard": "25", "intermediate": "10", "reduced": "5,5", "super_reduced": "2,1"}
    said |= {"kept": "0", "since": SOON.isoformat(), "seen": "0"}
    wrong = books.post(PLACE, data=said | {"standard": "10", "reduced": "5,55"})
    assert wrong.status_code == 422
    assert "Another class has this rate" in wrong.text and "Enter one decimal" in wrong.text
    assert 'value="5,55"' in wrong.text
    shown = books.post(PLACE, data=said)
    assert "2 products pass from 20% to 25%." in shown.text
    assert "from €83.33 to €80.00 excl. VAT" in shown.text
    assert "The delivery passes to the new rate" in shown.text
    other = books.post(PLACE, data=said | {"kept": "1"})
    assert "from €120.00 to €125.00 incl. VAT" in other.text
    (mark,) = re.findall(r'name="shown" value="(\w{16})"', shown.text)
    assert books.post(PLACE, data=said | {"shown": mark}).status_code == 303
    with database.reading_session() as session:
        assert settings_known(session).on(VAT, SOON)["standard"] == 2_500
    assert staff(app, database, SALES).get(PLACE).status_code == 403


def test_forms_offer_the_rates_of_the_day(app: Flask, database: Database):
    stock(database)
    settle(database, VAT, TODAY, reduced=600)
    seller = staff(app, database, SALES)
    page = seller.get("/bureau/produits/nouveau").text
    assert 'value="600"' in page and 'value="550"' not in page
