"""Corrections of the stock and the movements of a product, on both databases."""

import pytest
from sqlalchemy import select

from shop.catalogue import stock
from shop.catalogue.correction_rules import (
    BelowPromised,
    CorrectedBack,
    Correction,
    MoreThanOnHand,
    Reason,
    StockMoved,
)
from shop.catalogue.corrections import (
    correct_stock,
    get_product,
    movements_of,
    on_hand_of_movements,
    undo_correction,
)
from shop.catalogue.models import Stock, StockCorrection
from shop.catalogue.rules import OutOfStock
from shop.catalogue.shelf import request_alert
from shop.core.actors import LOGISTICS, SALES
from shop.core.errors import NotAllowed, NotFound
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES, make_product
from tests.people import staff
from tests.writers import Writer

SKU = "SON-0412"


@pytest.fixture
def product(database: Database) -> int:
    """A product of which five are on hand, three of them promised."""
    with database.transaction() as session:
        product_id = make_product(session, on_hand=5)
        stock.reserve(session, {product_id: 3}, reference="DE-2026-000001", at=AT)
        return product_id


def correct(database: Database, reason: Reason, units: int, **more) -> int:
    with database.transaction() as session:
        asked = Correction(reason, units, **more)
        return correct_stock(session, SKU, asked, by=STORES, at=AT).id


def shelf(database: Database) -> tuple[int, int, int]:
    with database.reading_session() as session:
        row = session.scalars(select(Stock)).one()
        assert row.on_hand == on_hand_of_movements(session, row.product_id)
        return row.on_hand, row.reserved, row.missing


def test_a_correction_is_kept_with_who_when_and_why(database: Database, product: int):
    correct(database, Reason.BROKEN, 1, words="Tombée du rayon")
    assert shelf(database) == (4, 3, 0)
    with database.reading_session() as session:
        kept = session.scalars(select(StockCorrection)).one()
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "correct_stock")
        ).one()
        rows = list(movements_of(session, product))
    assert (kept.change, kept.reason, kept.by_name, kept.at) == (-1, Reason.BROKEN, STORES.name, AT)
    assert entry.facts["change"] == -1 and entry.facts["words"] == "Tombée du rayon"
    assert [(row.kind, row.change, row.on_hand) for row in rows] == [
        ("corrected", -1, 4),
        ("reserved", 0, 5),
        ("received", 5, 5),
    ]


def test_promised_units_are_missing_only_once_it_is_confirmed(database: Database, product: int):
    with pytest.raises(BelowPromised):
        correct(database, Reason.COUNTED, 1)
    assert shelf(database) == (5, 3, 0)
    correct(database, Reason.COUNTED, 1, confirmed=True)
    assert shelf(database) == (1, 3, 2)
    with pytest.raises(MoreThanOnHand):
        correct(database, Reason.LOST, 2, confirmed=True)
    with database.transaction() as session, pytest.raises(OutOfStock):
        stock.reserve(session, {product: 1}, reference="DE-2", at=AT)
    with database.transaction() as session:
        stock.release(session, {product: 1}, reference="DE-1", at=AT)
    assert shelf(database) == (1, 2, 2)
    with database.transaction() as session:
        stock.receive(session, {product: 1}, reference="BL-4", at=AT)
    assert shelf(database) == (2, 2, 0)


def test_a_correction_is_undone_once_by_a_contrary_one(database: Database, product: int):
    first = correct(database, Reason.FOUND, 2)
    assert shelf(database) == (7, 3, 0)
    with database.transaction() as session:
        contrary = undo_correction(session, first, by=STORES, at=AT)
        assert (contrary.change, contrary.undoes_id) == (-2, first)
    assert shelf(database) == (5, 3, 0)
    with database.transaction() as session, pytest.raises(CorrectedBack):
        undo_correction(session, first, by=STORES, at=AT)
    with database.transaction() as session, pytest.raises(NotFound):
        undo_correction(session, contrary.id, by=STORES, at=AT)
    with database.reading_session() as session:
        rows = [row for row in movements_of(session, product) if row.reason]
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
    assert [(row.undoes, row.undoable) for row in rows] == [(True, False), (False, False)]
    assert acts[-2:] == ["correct_stock", "undo_correction"]


def test_the_undoing_too_says_that_promised_units_will_be_missing(database: Database, product: int):
    first = correct(database, Reason.FOUND, 2)
    with database.transaction() as session:
        stock.reserve(session, {product: 4}, reference="DE-2", at=AT)
    with database.transaction() as session, pytest.raises(BelowPromised):
        undo_correction(session, first, by=STORES, at=AT)
    with database.transaction() as session:
        undo_correction(session, first, confirmed=True, by=STORES, at=AT)
    assert shelf(database) == (5, 7, 2)


def test_only_logistics_corrects(database: Database, product: int):
    with database.transaction() as session, pytest.raises(NotAllowed):
        correct_stock(session, SKU, Correction(Reason.LOST, 1), by=BOOKS, at=AT)
    first = correct(database, Reason.FOUND, 1)
    with database.transaction() as session, pytest.raises(NotAllowed):
        undo_correction(session, first, by=BOOKS, at=AT)
    with database.transaction() as session, pytest.raises(NotFound):
        correct_stock(session, "SON-9999", Correction(Reason.LOST, 1), by=STORES, at=AT)


@pytest.mark.each_database
def test_of_two_who_counted_at_once_the_second_is_told(database: Database, product: int):
    asked = Correction(Reason.COUNTED, 4, seen=5)
    with database.transaction() as session:
        correct_stock(session, SKU, asked, by=STORES, at=AT)
        second = Writer(database, lambda other: correct_stock(other, SKU, asked, by=STORES, at=AT))
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, StockMoved)
    assert shelf(database) == (4, 3, 0)


@pytest.mark.each_database
def test_of_two_who_undo_at_once_one_does(database: Database, product: int):
    first = correct(database, Reason.FOUND, 1)
    with database.transaction() as session:
        undo_correction(session, first, by=STORES, at=AT)
        second = Writer(database, lambda other: undo_correction(other, first, by=STORES, at=AT))
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, CorrectedBack)
    assert shelf(database) == (5, 3, 0)


def test_units_that_were_found_are_announced_to_who_asked(database: Database):
    with database.transaction() as session:
        make_product(session, on_hand=0)
        request_alert(session, SKU.lower(), email="luc@home.example", language="fr", at=AT)
    correct(database, Reason.FOUND, 1)
    with database.reading_session() as session:
        assert session.scalars(select(Email.template).order_by(Email.id)).all() == ["back_in_stock"]


def test_the_page_keeps_what_was_typed_and_says_errors_beside_the_field(
    app, database: Database, product: int
):
    client = staff(app, database, LOGISTICS, language="en")
    url = f"/bureau/stock/{SKU}/mouvements"
    page = client.get(url).text
    assert "2 movements" in page and "Stock at the opening" in page
    seen = {"seen": "5"}
    wrong = client.post(url, data=seen | {"reason": "removed", "units": "2"})
    assert wrong.status_code == 422 and "Give the reason in words" in wrong.text
    assert client.post(url, data=seen | {"units": "2"}).status_code == 422
    below = client.post(url, data=seen | {"reason": "broken", "units": "4"})
    assert below.status_code == 422
    assert "3 units are promised to customers: after this correction, 2" in below.text
    assert 'name="confirmed"' in below.text and 'value="4"' in below.text
    done = client.post(url, data=seen | {"reason": "broken", "units": "4", "confirmed": "y"})
    assert done.status_code == 303
    page = client.get(url).text
    assert "More units are promised than are in stock" in page
    undo = page.partition("/annulation")[0].rpartition('href="')[2] + "/annulation"
    assert client.get(undo).status_code == 200
    assert client.post(undo).status_code == 303
    assert shelf(database) == (5, 3, 0)
    with database.reading_session() as session:
        assert get_product(session, SKU)[0].id == product


def test_sales_reads_the_movements_and_has_no_form(app, database: Database, product: int):
    client = staff(app, database, SALES, language="en")
    page = client.get(f"/bureau/stock/{SKU}/mouvements")
    assert page.status_code == 200 and "Logistics corrects the stock" in page.text
    assert client.get("/bureau/stock/SON-9999/mouvements").status_code == 404
