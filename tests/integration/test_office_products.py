"""The products of the office: found in any words, on sale or not, and one with its history."""

import pytest
from sqlalchemy import update

from shop.catalogue.models import Product
from shop.catalogue.product_lists import Wanted, history_of, product_rows
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES
from shop.storage.db import Database
from shop.storage.paging import Place
from tests.people import staff
from tests.shelves import a_product, on_order, sold_out, stock_shelves


@pytest.fixture
def shelves(database: Database) -> list[int]:
    """A microphone, a cable on order, a stand that is sold out and withdrawn."""
    ids = stock_shelves(
        database,
        [
            a_product(1, name="Microphone à main Cantate 5", ean="2955153964670"),
            on_order(2, name="Câble XLR souple 10 m"),
            sold_out(3, name="Pied d’éclairage à crémaillère"),
        ],
    )
    with database.transaction() as session:
        session.execute(update(Product).where(Product.id == ids[2]).values(published=False))
    return ids


def found(database: Database, words: str = "", place: Place = Place(), **more: str) -> list[str]:
    with database.reading_session() as session:
        return [row.sku for row in product_rows(session, Wanted(words, **more), place)]


@pytest.mark.each_database
@pytest.mark.parametrize(
    ("words", "skus"),
    [
        ("cable", ["SON-00002"]),
        ("CÂBLES", []),
        ("cantate micro", ["SON-00001"]),
        ("micro ondebrune", ["SON-00001"]),
        ("son 0000", ["SON-00002", "SON-00001", "SON-00003"]),
        ("son-00003", ["SON-00003"]),
        ("2955153964670", ["SON-00001"]),
        ("2955 153", ["SON-00001"]),
        ("295", []),
        ("100%", []),
        ("crémaillere eclairage", ["SON-00003"]),
        ("", ["SON-00002", "SON-00001", "SON-00003"]),
    ],
)
def test_a_product_is_found_whatever_is_typed(
    database: Database, shelves: list[int], words: str, skus: list[str]
):
    assert found(database, words) == skus


def test_products_are_narrowed_by_family_brand_and_what_the_list_offers(
    database: Database, shelves: list[int]
):
    assert found(database, family="sonorisation") == ["SON-00002", "SON-00001", "SON-00003"]
    assert found(database, family="enceintes", brand="valcorde") == ["SON-00002"]
    assert found(database, family="projecteurs") == []
    assert found(database, place=Place(asked=(("state", "withdrawn"),))) == ["SON-00003"]
    assert found(database, place=Place(asked=(("supply", "on_order"),))) == ["SON-00002"]


def test_the_pages_are_for_the_sales_staff(app, database: Database, shelves: list[int]):
    seller = staff(app, database, SALES, language="en")
    page = seller.get("/bureau/produits?q=cable")
    assert "Câble XLR souple 10 m" in page.text and "Cantate" not in page.text
    page = seller.get(f"/bureau/produits/{shelves[2]}")
    assert page.status_code == 200 and "The shop does not show this product." in page.text
    assert "No product found" in seller.get("/bureau/produits?q=tuba").text
    assert seller.get("/bureau/produits/999").status_code == 404
    for role in (LOGISTICS, ACCOUNTING):
        client = staff(app, database, role)
        assert client.get("/bureau/produits").status_code == 403
        assert client.get(f"/bureau/produits/{shelves[0]}").status_code == 403


def test_what_logistics_did_is_in_the_history(app, database: Database, shelves: list[int]):
    client = staff(app, database, LOGISTICS)
    client.post("/bureau/stock/SON-00001/receptions", data={"units": "4", "reference": "BL-77"})
    page = staff(app, database, SALES).get(f"/bureau/produits/{shelves[0]}").text
    assert "Réception\u00a0: 4 au titre de BL-77" in page
    with database.reading_session() as session:
        sheet = Place(asked=(("kind", "sheet"),))
        assert history_of(session, shelves[0]).total == 1
        assert history_of(session, shelves[0], sheet).total == 0
