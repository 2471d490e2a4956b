"""Goods received, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from shop.catalogue.models import Product, Stock, StockAlert
from shop.catalogue.receipts import (
    Received,
    WrongCount,
    count_short,
    expect_goods,
    receive_goods,
    shelf_rows,
)
from shop.catalogue.rules import Supply
from shop.catalogue.search import reindex
from shop.catalogue.stock import reserve
from shop.core.actors import LOGISTICS, SALES, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.ops.clock import now
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from tests.factories import AT, STORES, make_product
from tests.people import staff


@pytest.fixture
def product(database: Database) -> int:
    with database.transaction() as session:
        return make_product(session, sku="SON-1", at=now(), on_hand=0)


def receive(session, units: int = 4, sku: str = "SON-1", by: Actor = STORES) -> int:
    received = Received(units, "BL 4471", confirmed=True)
    return receive_goods(session, sku, received, by=by, at=now())


def test_those_who_asked_get_one_e_mail_when_the_product_is_available(
    database: Database, product: int
):
    with database.transaction() as session:
        session.add(
            StockAlert(product_id=product, email="a@ville.example", language="fr", asked_at=now())
        )
    for expected in (4, 8):
        with database.transaction() as session:
            assert receive(session) == expected
    with database.reading_session() as session:
        e_mail = session.scalars(select(Email)).one()
        assert (e_mail.template, e_mail.to) == ("back_in_stock", "a@ville.example")
        assert session.scalars(select(StockAlert)).one().told_at is not None


def test_goods_that_are_all_reserved_already_send_no_e_mail(database: Database):
    with database.transaction() as session:
        product = make_product(session, sku="SON-1", at=now(), on_hand=0, supply=Supply.ON_ORDER)
        reserve(session, {product: 6}, reference="CO-1", at=now())
        session.add(
            StockAlert(product_id=product, email="a@ville.example", language="fr", asked_at=now())
        )
        assert read_number(session, count_short()) == 1
        receive(session, 6)
        assert read_number(session, count_short()) == 0
    with database.reading_session() as session:
        assert session.scalars(select(Email).order_by(Email.id)).all() == []
        row = session.scalars(select(Stock)).one()
        assert (row.on_hand, row.reserved) == (6, 6)


@pytest.mark.parametrize("units", [0, -3, 10_000])
def test_a_wrong_count_is_refused(database: Database, product: int, units: int):
    with pytest.raises(WrongCount), database.transaction() as session:
        receive(session, units)


def test_sales_cannot_receive_goods_and_an_unknown_reference_is_refused(
    database: Database, product: int
):
    with pytest.raises(NotAllowed), database.transaction() as session:
        receive(session, by=Actor("Zoé", frozenset({SALES})))
    with pytest.raises(NotFound), database.transaction() as session:
        receive(session, sku="SON-2")


def test_the_day_of_restocking_is_shown_until_goods_are_received(database: Database, product: int):
    day = date(2026, 12, 7)
    with database.transaction() as session:
        expect_goods(session, "SON-1", day, by=STORES, at=now())
    with database.reading_session() as session:
        assert shelf_rows(session, "son-1")[0].restock_on == day
    with database.transaction() as session:
        receive(session)
        assert session.get_one(Product, product).restock_on is None


def test_the_page_of_the_stock_receives_goods_and_shows_mistakes(
    app, database: Database, product: int
):
    desk = staff(app, database, LOGISTICS)
    with database.transaction() as session:
        reindex(session)
    for words in ("enceinte", "ENCÉINTE", "SON 1", "son1", "(SON-1)"):
        assert "SON-1" in desk.get("/bureau/stock", query_string={"q": words}).text
    wrong = desk.post("/bureau/stock/SON-1/receptions", data={"units": "x", "reference": "BL 1"})
    assert wrong.status_code == 422
    assert 'value="BL 1"' in wrong.text
    done = desk.post("/bureau/stock/SON-1/receptions", data={"units": "3", "reference": "BL 1"})
    assert done.status_code == 303
    assert "3" in desk.get(done.location).text
    seller = staff(app, database, SALES)
    assert seller.get("/bureau/stock").status_code == 200
    data = {"units": "3", "reference": "BL 1"}
    assert seller.post("/bureau/stock/SON-1/receptions", data=data).status_code == 403


@pytest.mark.parametrize("typed", ["megaphone", "MÉGAPHONE", "Mégaphone", "MIC 0107", "mic0107"])
def test_a_product_of_the_stock_is_found_by_its_name_and_its_reference(
    app, database: Database, typed: str
):
    with database.transaction() as session:
        make_product(session, sku="MIC-0107", name="Mégaphone de secours 25 W", at=AT)
        make_product(session, sku="SON-0412", at=AT)
        reindex(session)
    page = staff(app, database, LOGISTICS).get("/bureau/stock", query_string={"q": typed}).text
    assert "MIC-0107" in page
    assert "SON-0412" not in page


def test_a_supplier_s_note_recorded_before_asks_first(app, database: Database, product: int):
    client = staff(app, database, LOGISTICS)
    url, typed = "/bureau/stock/SON-1/receptions", {"units": "1200", "reference": "BL 4471"}
    assert client.post(url, data=typed).status_code == 303
    again = client.post(url, data={**typed, "reference": "bl-4471"})
    assert again.status_code == 422
    assert "a déjà été enregistré pour ce produit" in again.text
    with database.reading_session() as session:
        assert session.scalars(select(Stock.on_hand)).one() == 1200
    assert client.post(url, data={**typed, "confirmed": "y"}).status_code == 303
    shown = client.get("/bureau/stock").text
    assert "2\u202f400" in shown.replace("\xa0", "\u202f"), "figures are formatted"


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2126, 1, 1)])
def test_the_day_of_restocking_is_plausible(app, database: Database, product: int, day: date):
    client = staff(app, database, LOGISTICS)
    answer = client.post("/bureau/stock/SON-1/retour", data={"on": day.isoformat()})
    assert answer.status_code == 422
    with database.reading_session() as session:
        assert session.get_one(Product, product).restock_on is None
