"""Families and brands: added, renamed, deleted while they are empty; the shop follows."""

import pytest
from sqlalchemy import select

from shop.catalogue.departments import (
    BrandInUse,
    BrandNamed,
    FamilyInUse,
    FamilyNamed,
    FamilyNames,
    add_family,
    change_family,
    delete_brand,
    delete_family,
    rename_brand,
)
from shop.catalogue.models import Brand, Category
from shop.catalogue.search import find
from shop.core.actors import LOGISTICS, SALES
from shop.core.errors import NotAllowed, NotFound
from shop.storage.db import Database
from tests.factories import AT, OFFICE, STORES
from tests.people import staff
from tests.shelves import a_product, stock_shelves

TUBAS = FamilyNames("Tubas", "Tubas", 3)


@pytest.fixture
def ids(database: Database) -> dict[str, int]:
    """The families and chapters by slug, with one product in « enceintes »."""
    stock_shelves(database, [a_product(2)])
    with database.reading_session() as session:
        return dict(session.execute(select(Category.slug, Category.id)).all())


def test_a_family_is_added_renamed_and_deleted(database: Database, ids: dict[str, int]):
    with database.transaction() as session:
        family = add_family(session, ids["sonorisation"], TUBAS, by=OFFICE, at=AT)
        for chapter, refusal in (("sonorisation", FamilyNamed), ("enceintes", NotFound)):
            with pytest.raises(refusal):
                add_family(session, ids[chapter], TUBAS, by=OFFICE, at=AT)
        delete_family(session, family.id, by=OFFICE, at=AT)
        with pytest.raises(FamilyInUse):
            delete_family(session, ids["enceintes"], by=OFFICE, at=AT)
        with pytest.raises(NotAllowed):
            delete_family(session, ids["micros"], by=STORES, at=AT)


def test_the_first_product_of_a_new_shop_finds_a_chapter(app, database: Database):
    client = staff(app, database, SALES, language="en")
    url = "/bureau/produits/familles"
    answers = {"name": "Vents", "name_en": "Winds", "position": "1", "chapter": "0"}
    assert "A new chapter" in client.get(url).text
    assert client.post(url, data=answers).status_code == 303
    assert "Vents" in client.get("/bureau/produits/nouveau").text
    assert "Winds" in client.get("/").text


@pytest.mark.each_database
def test_the_search_finds_what_a_family_and_a_brand_are_called_now(
    database: Database, ids: dict[str, int]
):
    with database.transaction() as session:
        names = FamilyNames("Caissons", "Subwoofers", 1)
        change_family(session, ids["enceintes"], names, by=OFFICE, at=AT)
        brand = session.scalars(select(Brand).where(Brand.slug == "valcorde")).one()
        rename_brand(session, brand.id, "Foudre", by=OFFICE, at=AT)
        with pytest.raises(BrandNamed):
            rename_brand(session, brand.id, "ONDEBRUNE", by=OFFICE, at=AT)
        with pytest.raises(BrandInUse):
            delete_brand(session, brand.id, by=OFFICE, at=AT)
        other = session.scalars(select(Brand).where(Brand.slug == "ondebrune")).one()
        delete_brand(session, other.id, by=OFFICE, at=AT)
    with database.reading() as connection:
        found = [find(connection, words).total for words in ("caissons", "foudre", "valcorde")]
    assert found == [1, 1, 0]


def test_the_pages_are_for_the_sales_staff(app, database: Database, ids: dict[str, int]):
    client = staff(app, database, SALES, language="en")
    url = "/bureau/produits/familles"
    answers = {"name": "Tubas", "name_en": "Tubas", "position": "2", "chapter": ids["lumiere"]}
    assert client.post(url, data=answers | {"name": ""}).status_code == 422
    assert client.post(url, data=answers).status_code == 303
    assert client.post(url, data=answers | {"position": "3"}).status_code == 422
    assert "Tubas" in client.get(url).text
    page = f"{url}/{ids['enceintes']}"
    assert "cannot be deleted while it has products" in client.get(page).text
    assert client.post(page, data=answers | {"name": "Haut-parleurs"}).status_code == 303
    assert client.get("/bureau/produits/marques/1").status_code == 200
    assert client.post("/bureau/produits/marques/1", data={"name": ""}).status_code == 422
    assert client.post("/bureau/produits/marques/1", data={"name": "Foudre"}).status_code == 303
    assert "Foudre" in client.get(url).text
    assert staff(app, database, LOGISTICS).get(url).status_code == 403
