"""One field of many products is changed from the list, compared first, applied and undone."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from shop.catalogue.models import Product, ProductPrice
from shop.catalogue.product_lists import Wanted
from shop.core.actors import LOGISTICS, SALES
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.imports import bulk_changes
from shop.imports.bulk_changes import Selection, begin_bulk_change
from shop.imports.bulk_rules import BulkAct, BulkChange, NothingSelected, Rounding
from shop.imports.imports import check_import
from shop.imports.models import ImportLine, ProductImport
from shop.imports.procedure import ImportState
from shop.imports.rules import BulkBeginsAgain
from shop.imports.working import run_imports
from shop.ops import clock
from shop.storage.db import Database
from shop.storage.paging import FIRST, Place
from tests.factories import OFFICE, STORES
from tests.imported import apply, undo, worked
from tests.people import staff
from tests.shelves import a_product, stock_shelves

EVERYTHING = Selection(Wanted(), FIRST)


@pytest.fixture
def shelves(database: Database) -> list[int]:
    """Two cables and a microphone stand."""
    names = "Câble XLR", "Câble jack", "Pied de micro"
    return stock_shelves(database, [a_product(n, name=name) for n, name in enumerate(names, 1)])


def begun(database: Database, selection: Selection, change: BulkChange) -> ProductImport:
    with database.transaction() as session:
        day = paris_day(clock.now())
        row = begin_bulk_change(
            session, selection, change, day, name="Tarif 2027", by=OFFICE, at=clock.now()
        )
    return worked(database, row.id)


def ticked(*ids: int) -> Selection:
    return Selection(Wanted(), FIRST, ids, is_ticked=True)


def sheets(database: Database, *fields: str) -> list[tuple[Any, ...]]:
    with database.reading_session() as session:
        rows = session.scalars(select(Product).order_by(Product.id)).all()
        return [tuple(getattr(row, name) for name in fields) for row in rows]


@pytest.mark.each_database
def test_prices_of_the_products_found_are_raised_and_given_back(
    database: Database, shelves: list[int]
):
    before = sheets(database, "price_including", "unit_price", "published")
    row = begun(database, Selection(Wanted("câble"), FIRST), BulkChange(BulkAct.RAISE, 1000))
    assert (row.state, row.changed, row.added) == (ImportState.CHECKED, 2, 0)
    assert sheets(database, "price_including", "unit_price", "published") == before
    apply(database, row.id)
    after = [price for (price,) in sheets(database, "price_including")]
    assert [price.cents * 10 for price in after[:2]] == [one[0].cents * 11 for one in before[:2]]
    assert after[2] == before[2][0]
    with database.reading_session() as session:
        reasons = set(session.scalars(select(ProductPrice.reason).order_by(ProductPrice.id)))
    assert reasons == {f"Import {row.id} (Tarif 2027)"}
    undo(database, row.id)
    assert sheets(database, "price_including", "unit_price", "published") == before


def test_ticked_products_alone_are_changed(database: Database, shelves: list[int]):
    chosen = ticked(shelves[0], shelves[2], 9_999_999)
    row = begun(database, chosen, BulkChange(BulkAct.WITHDRAW))
    apply(database, row.id)
    assert sheets(database, "published") == [(False,), (True,), (False,)]


def test_a_filter_of_the_list_narrows_the_change(database: Database, shelves: list[int]):
    row = begun(database, ticked(shelves[1]), BulkChange(BulkAct.WITHDRAW))
    apply(database, row.id)
    on_sale = Selection(Wanted(), Place(1, asked=(("state", "on_sale"),)))
    begun(database, on_sale, BulkChange(BulkAct.BRAND, value="Nouvelle Marque"))
    with database.reading_session() as session:
        lines = session.scalars(select(ImportLine).order_by(ImportLine.id)).all()
        assert [line.product_id for line in lines[1:]] == [shelves[0], shelves[2]]


def test_a_change_whose_products_moved_begins_again(database: Database, shelves: list[int]):
    change = BulkChange(BulkAct.RAISE, 1000)
    first, second = begun(database, EVERYTHING, change), begun(database, EVERYTHING, change)
    apply(database, first.id)
    assert apply(database, second.id).state is ImportState.OUTDATED
    with pytest.raises(BulkBeginsAgain), database.transaction() as session:
        day = paris_day(clock.now())
        check_import(session, second.id, second.mapping, day, by=OFFICE, at=clock.now())


def test_a_price_that_would_be_nothing_is_a_fault(database: Database, shelves: list[int]):
    change = BulkChange(BulkAct.LOWER, 9_999, Rounding.EURO)
    row = begun(database, EVERYTHING, change)
    assert (row.state, row.faults) == (ImportState.FAULTY, 3)


def test_what_is_so_already_changes_nothing(database: Database, shelves: list[int]):
    row = begun(database, EVERYTHING, BulkChange(BulkAct.PUBLISH))
    assert row.state is ImportState.UNCHANGED


def test_an_empty_selection_and_another_role_are_refused(database: Database, shelves: list[int]):
    for nothing in (Selection(Wanted("violoncelle"), FIRST), ticked()):
        with pytest.raises(NothingSelected):
            begun(database, nothing, BulkChange(BulkAct.PUBLISH))
    with pytest.raises(NotAllowed), database.transaction() as session:
        day, act = paris_day(clock.now()), BulkChange(BulkAct.WITHDRAW)
        begin_bulk_change(session, EVERYTHING, act, day, name="x", by=STORES, at=clock.now())


def test_a_selection_that_is_too_large_is_refused_beside_the_choice(
    app: Any, database: Database, shelves: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk_changes, "MOST_LINES", 2)
    client = staff(app, database, SALES, language="en")
    data = {"act": "publish", "rounding": "cent", "vat_rate": "2000", "family": "enceintes"}
    answer = client.post("/bureau/imports/modification", data=data)
    assert answer.status_code == 422 and "at most 2 products" in answer.text


def test_from_the_list_to_the_differences(app: Any, database: Database, shelves: list[int]):
    client = staff(app, database, SALES, language="en")
    page = client.get("/bureau/produits?q=câble").text
    link = re.search(r'href="(/bureau/imports/modification\?[^"]+)"', page)
    assert link and f'value="{shelves[0]}"' in page
    assert "2 products." in client.get(link[1]).text
    family = re.search(
        r'<option value="([^"]+)"', client.get(link[1]).text.split('name="family"')[1]
    )
    assert family
    data = {"act": "lower", "share": "7,5", "rounding": "ninety", "starts_on": "2026-11-18"}
    data |= {"vat_rate": "2000", "family": family[1], "brand": "", "months": ""}
    missing = client.post(link[1], data=data | {"share": ""})
    assert missing.status_code == 422 and "Enter a percentage above 0." in missing.text
    past = client.post(link[1], data=data | {"starts_on": "2020-01-01"})
    assert past.status_code == 422 and "from today at the earliest" in past.text
    sent = client.post(link[1], data=data)
    assert sent.status_code == 303
    run_imports(database, clock=clock.now)
    shown = client.get(sent.headers["Location"]).text
    assert "Bulk change: prices lowered by 7.5%" in shown and "2 products changed" in shown
    assert "begin again" not in shown
    some = f"/bureau/imports/modification?ticked=1&product={shelves[2]}&product=x&product=-1"
    assert "1 product." in client.get(some).text
    for none in ("ticked=1", "product=x"):
        page = client.get(f"/bureau/imports/modification?{none}").text
        assert "No product is selected" in page
    none = client.post("/bureau/imports/modification?q=violoncelle", data=data)
    assert none.status_code == 422 and "No product is selected" in none.text
    other = staff(app, database, LOGISTICS, language="en")
    assert other.post(link[1], data=data).status_code == 403
