"""Prices with a day: applied at once or on their day, or cancelled; quotes keep theirs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quotes.quotes.models import QuoteLine
from shop.catalogue.models import CatalogueVersion, Product
from shop.catalogue.price_rules import AskedPrice, DayPlanned, PlanOver, PriceSame
from shop.catalogue.prices import (
    apply_price,
    cancel_price,
    due_prices,
    lowest_before_reduction,
    plan_price,
    planned_prices,
)
from shop.core.actors import SALES, THE_CLOCK
from shop.core.errors import NotAllowed, NotFound
from shop.core.money import Money, UnitPrice
from shop.core.text import paris_day
from shop.jobs import apply_prices
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, OFFICE, STORES, make_buyer, make_product, make_shop
from tests.orders import make_quote
from tests.people import staff

TODAY = paris_day(AT)


@pytest.fixture
def product(database: Database) -> int:
    with database.transaction() as session:
        return make_product(session, on_hand=5)


def plan(database: Database, product_id: int, cents: int, days: int = 0, by=OFFICE) -> int:
    with database.transaction() as session:
        asked = AskedPrice(Money(cents), TODAY + timedelta(days=days), "Salon")
        return plan_price(session, product_id, asked, by=by, at=AT).id


def price(database: Database, product_id: int) -> tuple[int, UnitPrice]:
    with database.reading_session() as session:
        row = session.get_one(Product, product_id)
        return row.price_including.cents, row.unit_price


@pytest.mark.each_database
def test_a_price_of_today_applies_at_once(database: Database, product: int):
    before, _excluding = price(database, product)
    with database.reading_session() as session:
        version = session.scalar(select(CatalogueVersion.version))
    plan(database, product, 4_990)
    assert price(database, product) == (4_990, UnitPrice.from_including(Money(4_990), 2000))
    with database.reading_session() as session:
        assert session.scalar(select(CatalogueVersion.version)) == version + 1
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert entry.facts["changes"] == {"price": [before, 4_990]}
        assert lowest_before_reduction(session, product) == (TODAY, Money(before))


@pytest.mark.each_database
def test_a_price_to_come_is_applied_on_its_day_and_once(database: Database, product: int):
    before, _excluding = price(database, product)
    price_id = plan(database, product, 4_990, days=3)
    assert price(database, product)[0] == before
    eve = AT + timedelta(days=2)
    for at, due in ((eve, []), (AT + timedelta(days=3), [price_id])):
        with database.transaction() as session:
            assert due_prices(session, at=at) == due
            apply_price(session, price_id, by=THE_CLOCK, at=at)
    assert price(database, product)[0] == 4_990
    with database.transaction() as session:
        apply_price(session, price_id, by=THE_CLOCK, at=AT + timedelta(days=9))
        acts = select(JournalEntry.act).where(JournalEntry.act == "apply_price")
        assert len(session.scalars(acts).all()) == 1


def test_the_worker_applies_late_prices_in_their_order(database: Database, product: int):
    plan(database, product, 4_000, days=2)
    plan(database, product, 3_000, days=1)
    with database.transaction() as session:
        for row in planned_prices(session, product):
            row.starts_on -= timedelta(days=5)
    apply_prices(database)
    assert price(database, product)[0] == 4_000


def test_a_planned_price_is_cancelled_before_its_day(database: Database, product: int):
    price_id = plan(database, product, 4_990, days=3)
    with pytest.raises(DayPlanned):
        plan(database, product, 5_990, days=3)
    with pytest.raises(PriceSame):
        plan(database, product, 4_990, days=4)
    with database.transaction() as session:
        with pytest.raises(NotFound):
            cancel_price(session, product, price_id + 1, by=OFFICE, at=AT)
        cancel_price(session, product, price_id, by=OFFICE, at=AT)
        with pytest.raises(PlanOver):
            cancel_price(session, product, price_id, by=OFFICE, at=AT)
        assert due_prices(session, at=AT + timedelta(days=9)) == []
    plan(database, product, 5_990, days=3)
    with pytest.raises(NotAllowed):
        plan(database, product, 1_000, by=STORES)


def test_an_issued_quote_keeps_its_price(database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        quote = make_quote(session, make_buyer(session, "b@chinon.example"), lines, at=AT)
        line = session.scalars(select(QuoteLine).where(QuoteLine.quote_id == quote.id)).first()
        promised, product_id = line.unit_price, line.product_id
    plan(database, product_id, 100)
    with database.reading_session() as session:
        assert session.get_one(QuoteLine, (line.quote_id, line.position)).unit_price == promised
        assert session.get_one(Product, product_id).unit_price != promised


def test_the_page_plans_and_cancels(app, database: Database, product: int):
    client = staff(app, database, SALES, language="en")
    url = f"/bureau/produits/{product}/prix"
    answers = {"price": "49,90", "starts_on": (TODAY + timedelta(days=3)).isoformat()}
    for wrong in ({"reason": ""}, {"price": "dix"}, {"price": "0"}, {"starts_on": "2020-01-01"}):
        refused = client.post(url, data=answers | {"reason": "Salon"} | wrong)
        assert refused.status_code == 422 and "Another price" in refused.text
    assert client.post(url, data=answers | {"reason": "Salon"}).status_code == 303
    page = client.get(url).text
    assert "€49.90" in page and "planned" in page
    assert "€49.90 from" in client.get(f"/bureau/produits/{product}").text
    assert client.post(f"{url}/1/annulation").status_code == 303
    assert "cancelled" in client.get(url).text
    today = {"starts_on": TODAY.isoformat(), "reason": "Salon"}
    client.post(url, data=answers | today)
    assert "If this reduction is announced" in client.get(url).text
    assert "Price changed" in client.get(f"/bureau/produits/{product}").text
