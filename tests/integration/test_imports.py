"""An import changes what was edited in the file and nothing else, as a whole or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.catalogue.models import Brand, Product, ProductPrice, Stock
from shop.catalogue.price_rules import AskedPrice
from shop.catalogue.prices import lowest_before_reduction, plan_price
from shop.catalogue.product_files import COLUMNS, rows_of_products
from shop.catalogue.product_lists import Wanted
from shop.catalogue.search import find
from shop.core.errors import NotAllowed
from shop.core.money import Money, UnitPrice
from shop.core.text import paris_day
from shop.documents.spreadsheets import CSV, XLSX, csv_of, xlsx_of
from shop.imports.imports import apply_import, discard_import
from shop.imports.models import ImportFault, ImportLine
from shop.imports.procedure import ImportState
from shop.imports.records import records_of
from shop.imports.rules import ImportElsewhere
from shop.jobs import apply_prices
from shop.ops import clock
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.paging import FIRST
from tests.factories import AT, OFFICE, STORES
from tests.imported import apply, compare, made, undo
from tests.shelves import a_product, stock_shelves

HEAD = ["Référence", "Nom", "Marque", "Famille", "Prix TTC", "En vente", "EAN"]


@pytest.fixture
def shelves(database: Database) -> list[int]:
    """A microphone whose name would be a formula, and two others."""
    return stock_shelves(
        database,
        [
            a_product(1, name="=Microphone Cantate", ean="2955153964670", summary="3-4"),
            a_product(2, name="Câble XLR  souple", summary="'-un"),
            a_product(3, name="Pied"),
        ],
    )


def exported(database: Database, kind: str) -> bytes:
    with database.snapshot_session() as session:
        rows = list(rows_of_products(session, Wanted(), FIRST, words=("oui", "non")))
    return csv_of(COLUMNS, rows) if kind == CSV else xlsx_of(COLUMNS, rows, at=AT)


def product(database: Database, key: int) -> Product:
    with database.reading_session() as session:
        return session.get_one(Product, key)


def everything(database: Database, ids: list[int]) -> dict:
    with database.reading_session() as session:
        return records_of(session, ids)


def lines_of(database: Database, import_id: int) -> list[ImportLine]:
    with database.reading_session() as session:
        found = select(ImportLine).where(ImportLine.import_id == import_id)
        return list(session.scalars(found.order_by(ImportLine.id)))


def faults_of(database: Database, import_id: int) -> set[tuple[int, str, str]]:
    with database.reading_session() as session:
        found = select(ImportFault).where(ImportFault.import_id == import_id)
        rows = session.scalars(found.order_by(ImportFault.id)).all()
        return {(row.line, row.title, row.value) for row in rows}


@pytest.mark.each_database
@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_what_was_exported_changes_nothing(database: Database, shelves: list[int], kind: str):
    row = compare(database, exported(database, kind))
    assert (row.state, row.lines, row.done) == (ImportState.UNCHANGED, 3, 3)
    assert not lines_of(database, row.id)


@pytest.mark.each_database
def test_what_was_edited_is_changed_and_nothing_else(database: Database, shelves: list[int]):
    before = everything(database, shelves)
    text = exported(database, CSV).decode("utf-8-sig")
    edited = text.replace("=Microphone Cantate", "=Microphone Aria", 1).encode("cp1252")
    row = compare(database, edited)
    assert (row.state, row.changed, row.added) == (ImportState.CHECKED, 1, 0)
    assert everything(database, shelves) == before, "nothing is written by the comparison"
    row = apply(database, row.id)
    assert row.state is ImportState.APPLIED and row.shown_to is None
    after = everything(database, shelves)
    assert after == before | {shelves[0]: before[shelves[0]] | {"name": "=Microphone Aria"}}
    assert product(database, shelves[0]).slug == "microphone-aria"
    with database.reading() as connection:
        assert find(connection, "aria").product_ids == [shelves[0]]
        assert find(connection, "cantate").product_ids == []
    assert compare(database, edited).state is ImportState.UNCHANGED, "twice without harm"


@pytest.mark.each_database
def test_prices_go_through_their_history(database: Database, shelves: list[int]):
    before = product(database, shelves[0]).price_including
    data = made(["Référence", "Prix TTC", "Taux de TVA"], [["SON-00001", "12,50", "5,5"]])
    row = apply(database, compare(database, data).id)
    now = product(database, shelves[0])
    assert now.price_including == Money(1_250)
    assert now.unit_price == UnitPrice.from_including(Money(1_250), 550)
    with database.reading_session() as session:
        assert lowest_before_reduction(session, shelves[0]) == (paris_day(AT), before)
        price = session.scalars(select(ProductPrice).order_by(ProductPrice.id)).one()
        assert price.by_name == OFFICE.name and price.reason == f"Import {row.id} (tarif.csv)"
        entries = select(JournalEntry.act).where(JournalEntry.subject == f"product:{shelves[0]}")
        assert set(session.scalars(entries.order_by(JournalEntry.id))) == {
            "edit_product",
            "plan_price",
            "apply_price",
        }


@pytest.mark.each_database
def test_a_price_to_come_waits_for_its_day(database: Database, shelves: list[int]):
    data = made(["Référence", "Prix TTC"], [["SON-00001", "12,50"]])
    row = apply(database, compare(database, data, days=3).id)
    assert product(database, shelves[0]).price_including != Money(1_250)
    assert compare(database, data, days=3).state is ImportState.UNCHANGED
    other = made(["Référence", "Prix TTC"], [["SON-00001", "13"]])
    faulty = compare(database, other, days=3)
    assert faults_of(database, faulty.id) == {(2, "Prix TTC", "13")}, "a price is planned that day"
    assert undo(database, row.id).kept == 0
    with clock.travelled(timedelta(days=4)):
        apply_prices(database)
    assert product(database, shelves[0]).price_including != Money(1_250)


@pytest.mark.each_database
def test_new_products_and_brands_are_added(database: Database, shelves: list[int]):
    rows = [
        ["NEW-1", "Pied", "Bosse", "Micros", "10", "oui", "40000000"],
        ["NEW-2", "Pied", "BOSSE", "micros", "20", "", ""],
    ]
    row = compare(database, made(HEAD, [*rows[:1], ["NEW-2", *rows[1][1:-1], "40000000"]]))
    assert faults_of(database, row.id) >= {(3, "EAN", "40000000")}
    rows[0][-1] = ""
    row = compare(database, made(HEAD, rows))
    assert (row.added, row.new_brands) == (2, ["Bosse"])
    apply(database, row.id)
    first, second = (line.product_id for line in lines_of(database, row.id))
    new = product(database, first)
    assert (new.published, product(database, second).published) == (True, False)
    assert {new.slug, product(database, second).slug} == {"pied", "pied-new2"}
    with database.reading_session() as session:
        assert session.scalars(select(Brand.id).where(Brand.name == "Bosse")).one() == new.brand_id
        assert session.get_one(Stock, first).on_hand == 0
    undo(database, row.id)
    assert not product(database, first).published
    with database.reading() as connection:
        assert first not in find(connection, "pied").product_ids


def test_faults_name_line_column_and_value_and_stop_everything(
    database: Database, shelves: list[int]
):
    rows = [
        ["SON-00001", "Micro", "", "", "cher", "oui", "1"],
        ["", "", "", "", "", "", ""],
        ["son 00002", "Câble", "Valcorde", "Micros", "2", "oui", "2955153964670"],
        ["NEW-1", "", "Bosse", "", "10", "oui", ""],
        ["NEW-1", "Pied", "Bosse", "Micros", "10", "oui", ""],
    ]
    row = compare(database, made(HEAD, rows))
    assert row.state is ImportState.FAULTY and row.lines == 4
    assert faults_of(database, row.id) == {
        (2, "EAN", "1"),
        (2, "Marque", ""),
        (2, "Famille", ""),
        (2, "Prix TTC", "cher"),
        (4, "Référence", "son 00002"),
        (4, "EAN", "2955153964670"),
        (5, "Nom", ""),
        (5, "Famille", ""),
        (6, "Référence", "NEW-1"),
    }
    with database.transaction() as session, pytest.raises(ImportElsewhere):
        apply_import(session, row.id, seen=row.mark, by=OFFICE, at=AT)


@pytest.mark.each_database
def test_a_product_changed_since_the_check_hinders_the_import(
    database: Database, shelves: list[int]
):
    data = made(
        ["Référence", "Nom", "Prix TTC"],
        [["SON-00001", "Micro", "12"], ["SON-00002", "Câble", "13"]],
    )
    row = compare(database, data)
    with database.transaction() as session:
        asked = AskedPrice(Money(777), paris_day(AT), "Salon")
        plan_price(session, shelves[1], asked, by=OFFICE, at=AT)
    before = everything(database, shelves)
    row = apply(database, row.id)
    assert (row.state, row.conflicts) == (ImportState.OUTDATED, 1)
    assert [one.is_conflict for one in lines_of(database, row.id)] == [False, True]
    assert everything(database, shelves) == before


@pytest.mark.each_database
def test_an_import_is_undone_where_nothing_was_changed_since(
    database: Database, shelves: list[int]
):
    before = everything(database, shelves)
    rows = [
        ["SON-00001", "Micro", "Ondebrune", "projecteurs", "12", "non", ""],
        ["SON-00002", "Câble", "Ondebrune", "projecteurs", "13", "non", "96385074"],
        ["SON-00003", "Perche", "Ondebrune", "projecteurs", "14", "non", ""],
    ]
    row = apply(database, compare(database, made(HEAD, rows)).id)
    apply(database, compare(database, made(["Référence", "Nom"], [["SON-00002", "Fil"]])).id)
    with database.transaction() as session:
        asked = AskedPrice(Money(777), paris_day(AT), "Salon")
        plan_price(session, shelves[2], asked, by=OFFICE, at=AT)
    row = undo(database, row.id)
    assert (row.state, row.kept) == (ImportState.UNDONE, 2)
    assert [one.is_kept for one in lines_of(database, row.id)] == [False, True, True]
    after = everything(database, shelves)
    assert after[shelves[0]] == before[shelves[0]]
    assert after[shelves[1]]["name"] == "Fil" and after[shelves[2]]["price"] == 777
    with database.reading_session() as session:
        prices = select(ProductPrice.price_including).where(ProductPrice.product_id == shelves[0])
        history = list(session.scalars(prices.order_by(ProductPrice.id)))
    assert history == [Money(1_200), Money(before[shelves[0]]["price"])]


def test_an_import_is_given_up_and_is_for_the_sales_staff(database: Database, shelves: list[int]):
    data = made(["Référence", "Nom"], [["SON-00001", "Micro"]])
    with pytest.raises(NotAllowed):
        compare(database, data, by=STORES)
    row = compare(database, data)
    with database.transaction() as session:
        discard_import(session, row.id, by=OFFICE, at=AT)
        with pytest.raises(ImportElsewhere):
            discard_import(session, row.id, by=OFFICE, at=AT)
    assert not lines_of(database, row.id)


def test_a_file_that_turns_out_to_be_damaged_is_a_fault(database: Database, shelves: list[int]):
    row = compare(database, 'Référence;Nom\r\nSON-00001;"x'.encode() + b"y" * 200_000)
    assert row.state is ImportState.FAULTY and "cannot be read" in row.problem
