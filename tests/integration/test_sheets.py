"""Product sheets: created, edited by two people, put on sale, withdrawn; the shop follows."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from shop.catalogue import stock
from shop.catalogue.counts import refresh_counts
from shop.catalogue.models import Brand, Category, Facet, FormerAddress, Product
from shop.catalogue.products import UnknownShelf
from shop.catalogue.rules import Supply
from shop.catalogue.sale import OnSaleAlready, WithdrawnAlready, publish_product, withdraw_product
from shop.catalogue.search import find
from shop.catalogue.sheet_rules import EanTaken, Sheet, SheetChanged, SkuTaken, SupplyPromised
from shop.catalogue.sheets import Edit, create_product, edit_product, sheet_of
from shop.core.actors import LOGISTICS, SALES
from shop.core.errors import NotAllowed
from shop.core.money import Money, UnitPrice
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, OFFICE, STORES
from tests.people import staff
from tests.shelves import a_product, on_order, stock_shelves

NEW = Sheet(
    sku="MIC-1",
    name="Microphone d’estrade",
    family="micros",
    brand="VALCORDE",
    ean="4006381333931",
    usages=("plein-air",),
)


@pytest.fixture
def shelves(database: Database) -> list[int]:
    return stock_shelves(database, [a_product(2, ean="2955153964670"), on_order(4)])


def edited(database: Database, product_id: int, by: Any = OFFICE, **changed: Any) -> dict[str, Any]:
    """Change some answers of a sheet as somebody does who opened it just before."""
    with database.transaction() as session:
        sheet = sheet_of(session, session.get_one(Product, product_id))
        edit = Edit(replace(sheet, **changed), sheet.values())
        return edit_product(session, product_id, edit, by=by, at=AT)


def searched(database: Database, words: str) -> list[int]:
    with database.reading() as connection:
        return find(connection, words).product_ids


def counts(database: Database) -> list[tuple[Any, ...]]:
    """All stored counts."""
    with database.reading_session() as session:
        facets = select(Facet.category_id, Facet.kind, Facet.value, Facet.count)
        departments = select(Category.id, Category.slug, Category.product_count)
        rows = [*session.execute(facets), *session.execute(departments)]
        return sorted(map(tuple, rows), key=str)


def ensure_counted(database: Database) -> None:
    """What was refreshed for a change is what counting everything again gives."""
    found = counts(database)
    with database.transaction() as session:
        session.execute(delete(Facet))
        refresh_counts(session)
    assert counts(database) == found


@pytest.mark.each_database
def test_a_product_is_created_then_put_on_sale_and_withdrawn(database: Database, shelves):
    with database.transaction() as session:
        product = create_product(session, NEW, Money(11_990), by=OFFICE, at=AT)
        assert product.unit_price == UnitPrice.from_including(Money(11_990), 2000)
        assert product.slug == "microphone-d-estrade" and not product.published
        assert session.get_one(Brand, product.brand_id).name == "Valcorde"
    assert searched(database, "estrade") == []
    with database.transaction() as session:
        publish_product(session, product.id, by=OFFICE, at=AT)
    assert searched(database, "estrade") == [product.id]
    ensure_counted(database)
    with database.transaction() as session:
        with pytest.raises(OnSaleAlready):
            publish_product(session, product.id, by=OFFICE, at=AT)
        withdraw_product(session, product.id, "Plus fabriqué", by=OFFICE, at=AT)
        with pytest.raises(WithdrawnAlready):
            withdraw_product(session, product.id, "Encore", by=OFFICE, at=AT)
    assert searched(database, "estrade") == []
    ensure_counted(database)
    with database.reading_session() as session:
        entries = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
    assert entries == ["create_product", "publish_product", "withdraw_product"]


@pytest.mark.each_database
def test_an_edit_is_kept_before_and_after_and_the_shop_follows(database: Database, shelves):
    first = shelves[0]
    changes = edited(
        database,
        first,
        name="Ampli de scène Foudre",
        family="projecteurs",
        brand="Nouvelle Marque",
        usages=("salle-de-classe",),
        vat_rate=550,
    )
    assert changes["family"] == ["enceintes", "projecteurs"]
    assert searched(database, "foudre") == [first]
    ensure_counted(database)
    with database.reading_session() as session:
        product = session.get_one(Product, first)
        assert product.unit_price == UnitPrice.from_including(product.price_including, 550)
        assert product.version == 2
        entry = session.scalars(select(JournalEntry)).one()
        assert entry.by_name == OFFICE.name and entry.facts["changes"] == changes
    assert edited(database, first) == {}


def test_a_former_address_leads_to_the_present_one(app, database: Database, shelves):
    edited(database, shelves[0], name="Ampli Foudre")
    client = app.test_client()
    answer = client.get("/produit/produit-2")
    assert (answer.status_code, answer.location) == (301, "/produit/ampli-foudre")
    assert client.get("/produit/ampli-foudre").status_code == 200
    edited(database, shelves[0], name="Produit 2")
    assert client.get("/produit/ampli-foudre").location == "/produit/produit-2"
    with database.transaction() as session:
        assert session.scalars(select(FormerAddress.slug).order_by(FormerAddress.slug)).all() == [
            "ampli-foudre"
        ]
        withdraw_product(session, shelves[0], "Plus fabriqué", by=OFFICE, at=AT)
    assert client.get("/produit/ampli-foudre").status_code == 404


def test_two_products_of_one_name_have_two_addresses(database: Database, shelves):
    edited(database, shelves[0], name="Ampli Foudre")
    with database.transaction() as session:
        same = replace(NEW, name="Ampli foudre")
        assert create_product(session, same, Money(1), by=OFFICE, at=AT).slug == "ampli-foudre-mic1"


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"sku": "son 00002"}, SkuTaken),
        ({"ean": "2955153964670"}, EanTaken),
        ({"family": "tubas"}, UnknownShelf),
        ({"usages": ("tuba",)}, UnknownShelf),
    ],
)
def test_a_product_is_refused_for_one_cause(database: Database, shelves, wrong, refusal):
    with database.transaction() as session, pytest.raises(refusal):
        create_product(session, replace(NEW, **wrong), Money(100), by=OFFICE, at=AT)


def test_goods_that_are_promised_keep_their_product_on_order(database: Database, shelves):
    with database.transaction() as session:
        stock.reserve(session, {shelves[1]: 3}, reference="DE-2026-000001", at=AT)
    with pytest.raises(SupplyPromised):
        edited(database, shelves[1], supply=Supply.STOCKED)
    with database.transaction() as session:
        stock.receive(session, {shelves[1]: 3}, reference="BL-1", at=AT)
    assert edited(database, shelves[1], supply=Supply.STOCKED)["supply"] == ["on_order", "stocked"]


def test_logistics_edits_no_sheet(database: Database, shelves):
    with pytest.raises(NotAllowed):
        edited(database, shelves[0], by=STORES, name="Autre")


def test_of_two_people_the_second_one_chooses(database: Database, shelves):
    with database.reading_session() as session:
        opened = sheet_of(session, session.get_one(Product, shelves[0]))
    edited(database, shelves[0], summary="La leur", weight_g=900)
    mine = replace(opened, summary="La mienne", bulky=True)
    with database.transaction() as session, pytest.raises(SheetChanged):
        edit_product(session, shelves[0], Edit(mine, opened.values()), by=OFFICE, at=AT)
    with database.transaction() as session:
        chosen = Edit(mine, opened.values(), {"summary": "mine"})
        edit_product(session, shelves[0], chosen, by=OFFICE, at=AT)
        product = session.get_one(Product, shelves[0])
        assert (product.summary, product.weight_g, product.bulky) == ("La mienne", 900, True)


def test_the_pages_create_edit_and_withdraw(app, database: Database, shelves):
    client = staff(app, database, SALES, language="en")
    answers = {"name": "Pied haut", "sku": "PIE-1", "brand": "Valcorde", "family": "micros"}
    answers |= {"vat_rate": "2000", "supply": "stocked", "lead_days": "0", "weight_g": "900"}
    answers |= {"warranty_months": "24", "finish": "anthracite", "price": "49,90"}
    answers |= {"specifications": ["Hauteur", "2 m", "", ""], "picture": ""}
    url = "/bureau/produits/nouveau"
    for wrong in ({"name": ""}, {"ean": "123"}, {"price": "0"}, {"eco_fee": "1,23456"}):
        refused = client.post(url, data=answers | wrong)
        assert refused.status_code == 422 and "PIE-1" in refused.text
    refused = client.post(url, data=answers | {"specifications": ["Hauteur", ""]})
    assert "Enter both the label and the value" in refused.text
    page = client.post(url, data=answers).location
    assert "being prepared" in client.get(page).text
    assert client.post(f"{page}/vente").status_code == 303
    assert "2 m" in client.get("/produit/pied-haut").text
    form = client.get(f"{page}/fiche").text
    assert 'value="Pied haut"' in form
    edited(database, int(page.rpartition("/")[2]), summary="La leur")
    opened = {"opened": '{"summary": ""}'}
    asked = client.post(f"{page}/fiche", data=answers | opened | {"summary": "La mienne"})
    assert asked.status_code == 422
    assert "Recorded: La leur" in asked.text and "Yours: La mienne" in asked.text
    mine = {"choice-summary": "mine", "summary": "La mienne"}
    assert client.post(f"{page}/fiche", data=answers | opened | mine).status_code == 303
    assert "La mienne" in client.get(page).text
    assert client.post(f"{page}/retrait", data={"reason": ""}).status_code == 422
    assert client.post(f"{page}/retrait", data={"reason": "Fini"}).status_code == 303
    assert client.get("/produit/pied-haut").status_code == 404
    assert staff(app, database, LOGISTICS).get(url).status_code == 403
