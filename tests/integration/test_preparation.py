"""Preparation lists: what is left of orders, along the shelves, with what the stock has of it."""

import pytest
from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.preparation import prepare
from shop.catalogue.receipts import place_goods
from shop.catalogue.rules import Supply
from shop.core.actors import LOGISTICS, SALES
from shop.core.errors import NotAllowed, NotFound
from shop.storage import paging
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, BOOKS, STORES, make_product, make_shop, sale_line
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered
from tests.people import staff


@pytest.fixture
def number(database: Database) -> str:
    """An order of goods of which two have a place in the warehouse."""
    with database.transaction() as session:
        number = make_ordered(session).number
        place_goods(session, "SON-0412", "B-10", by=STORES, at=AT)
        place_goods(session, "PUP-0007", " A-2 ", by=STORES, at=AT)
    return number


def test_the_list_follows_the_shelves_and_says_what_is_on_hand(database: Database, number: str):
    with database.reading_session() as session:
        made = prepare(session, [number])
    assert [pick.shelf_place for pick in made.picks] == ["A-2", "B-10", ""]
    sound = made.picks[1]
    assert (sound.total, sound.on_hand, sound.promised, sound.missing) == (2, 20, 2, 0)


def test_only_what_is_left_to_deliver_is_prepared(database: Database, number: str):
    with database.transaction() as session:
        order = locked_order(session, number)
        issue_delivery_note(session, order, {1: 1, 2: 3}, by=STORES, at=AT)
    with database.reading_session() as session:
        assert [pick.total for pick in prepare(session, [number]).picks] == [1, 1]
    with database.transaction() as session:
        deliver_all(session, locked_order(session, number))
    with database.reading_session() as session:
        made = prepare(session, [number])
    assert (made.picks, made.orders, [one.number for one in made.settled]) == ([], [], [number])


def test_a_product_of_several_orders_is_taken_once(database: Database):
    with database.transaction() as session:
        make_shop(session)
        lamp = sale_line(
            session, make_product(session, sku="LMP-1", on_hand=6, supply=Supply.ON_ORDER), 4
        )
        first = make_card_order(session, [lamp]).number
        second = make_card_order(session, [lamp]).number
    with database.reading_session() as session:
        [pick] = prepare(session, [second, first]).picks
    assert pick.units == {first: 4, second: 4}
    assert (pick.total, pick.missing) == (8, 2)


def test_an_unknown_order_is_not_prepared(database: Database, number: str):
    with database.reading_session() as session, pytest.raises(NotFound):
        prepare(session, [number, "CO-2020-000001"])


def test_only_logistics_says_where_goods_are_kept(database: Database, number: str):
    with database.transaction() as session, pytest.raises(NotAllowed):
        place_goods(session, "SON-0412", "C-1", by=BOOKS, at=AT)
    with database.reading_session() as session:
        entry = select(JournalEntry).where(JournalEntry.act == "place_goods")
        assert session.scalars(entry).first().facts["shelf_place"] == "B-10"


def test_the_stock_page_keeps_the_place_and_shows_mistakes(app, database: Database, number: str):
    desk, form = staff(app, database, LOGISTICS), "/bureau/stock/SON-0412/emplacement"
    wrong = desk.post(form, data={"shelf_place": "x" * 41})
    assert (wrong.status_code, "x" * 41 in wrong.text) == (422, True)
    done = desk.post(form, data={"shelf_place": "C-3"})
    assert "C-3" in desk.get(done.location).text
    assert staff(app, database, SALES).post(form, data={"shelf_place": "D"}).status_code == 403


def test_the_pages_of_one_list_and_of_several(app, database: Database, number: str):
    with database.transaction() as session:
        lamp = sale_line(session, make_product(session, sku="LMP-1", on_hand=6))
        other = make_card_order(session, [lamp]).number
    desk = staff(app, database, LOGISTICS)
    assert number in desk.get("/bureau/livraisons/preparation").text
    both = desk.get(f"/bureau/livraisons/preparation?number={number}&number={other}")
    assert both.status_code == 200
    assert f"{other}, 1" in both.text
    assert "B-10" in both.text
    assert desk.get("/bureau/livraisons/preparation?number=CO-1").status_code == 404


def test_all_orders_of_the_queue_are_prepared_together(
    app, database: Database, number: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(paging, "A_PAGE", 1)
    with database.transaction() as session:
        lamp = sale_line(session, make_product(session, sku="LMP-1", on_hand=2), 2)
        by_card = make_card_order(session, [lamp]).number
    stores = staff(app, database, LOGISTICS, language="en")
    url = "/bureau/livraisons/preparation"
    assert "Make the list of all 2 orders" in stores.get(url).text
    listed = stores.get(f"{url}?whole=1").text
    assert number in listed and by_card in listed
    assert "2 orders, 8 units to take." in " ".join(listed.split())
    assert number not in stores.get(f"{url}?whole=1&way=card").text
