"""Searching, on both databases: the same words find the same products."""

import pytest

from shop.catalogue.models import Product
from shop.catalogue.search import COUNTED, did_you_mean, find, index_products, reindex
from shop.storage.db import Database
from tests.shelves import a_product, stock_shelves

pytestmark = pytest.mark.each_database


@pytest.fixture
def shelves(database: Database) -> Database:
    stock_shelves(
        database,
        [
            a_product(1, name="Enceinte active Arpège 12A", popularity=10),
            a_product(
                2, name="Housse de transport", summary="Pour enceintes Arpège", popularity=900
            ),
            a_product(3, name="Câble haut-parleur", ean="2955153964670", popularity=5),
            a_product(4, name="Vidéoprojecteur laser", category="projecteurs", popularity=7),
        ],
    )
    return database


def names(database: Database, query: str) -> list[str]:
    with database.transaction() as session:
        found = find(session.connection(), query)
        return [session.get(Product, each).name for each in found.product_ids]


@pytest.mark.parametrize(
    "query",
    ["enceintes arpège", "ENCEINTE ARPEGE", "arpege enceinte", "enceint", "l’enceinte Arpège"],
)
def test_accents_plurals_and_order_do_not_matter(shelves: Database, query: str):
    assert "Enceinte active Arpège 12A" in names(shelves, query)


def test_a_match_in_the_title_comes_before_a_more_popular_product(shelves: Database):
    assert names(shelves, "enceinte arpège")[0] == "Enceinte active Arpège 12A"


def test_a_reference_or_an_ean_typed_in_full_comes_first(shelves: Database):
    assert names(shelves, "son-00003")[0] == "Câble haut-parleur"
    assert names(shelves, " 2955153964670 ")[0] == "Câble haut-parleur"


def test_an_incomplete_word_is_found(shelves: Database):
    assert names(shelves, "vidéoproj") == ["Vidéoprojecteur laser"]


def test_a_misspelt_word_is_corrected_from_the_catalogue(shelves: Database):
    with shelves.reading() as connection:
        assert find(connection, "vidoprojecteur").total == 0
        assert did_you_mean(connection, "vidoprojecteur") == "vidéoprojecteur"
        assert did_you_mean(connection, "encinte arpège") == "enceinte arpège"
        assert did_you_mean(connection, "zzzzqqq") is None


@pytest.mark.parametrize(
    "query", ["", "   ", "'", '"', "* OR 1", "a:b & | !", "--", "NEAR(", "%_", "é" * 300]
)
def test_nothing_that_is_typed_breaks_a_search(shelves: Database, client, query: str):
    assert client.get("/recherche", query_string={"q": query}).status_code == 200


def test_the_empty_answer_says_what_to_do(shelves: Database, client):
    page = client.get("/recherche?q=vidoprojecteur").get_data(as_text=True)
    assert "/recherche?q=vid%C3%A9oprojecteur" in page
    assert "/rayon/sonorisation" in page


def test_a_withdrawn_product_is_no_longer_found(shelves: Database):
    with shelves.transaction() as session:
        product = session.query(Product).filter_by(sku="SON-00004").one()
        product.published = False
        session.flush()
        index_products(session, [product.id])
    assert names(shelves, "vidéoprojecteur") == []


def test_a_renamed_product_is_found_by_its_new_name(shelves: Database):
    with shelves.transaction() as session:
        product = session.query(Product).filter_by(sku="SON-00004").one()
        product.name = "Rétroprojecteur"
        product.popularity = 40
        session.flush()
        index_products(session, [product.id])
    assert names(shelves, "rétroprojecteur") == ["Rétroprojecteur"]
    assert names(shelves, "laser") == []


def test_a_common_word_is_counted_to_two_thousand_and_shows_popular_titles_first(
    database: Database, client
):
    rows = [a_product(n, name=f"Microphone {n}", popularity=n % 997) for n in range(COUNTED + 30)]
    rows.append(a_product(9000, name="Pied", summary="pour microphone", popularity=999_999))
    stock_shelves(database, rows)
    with database.reading() as connection:
        first = find(connection, "microphone")
        last = find(connection, "microphone", page=20)
        assert first.more_than_counted
        assert len(first.product_ids) == len(last.product_ids) == 20
        assert not set(first.product_ids) & set(last.product_ids)
    page = client.get("/recherche?q=microphone").get_data(as_text=True)
    assert "Pied</a>" not in page
    assert "2\u202f000" in page


def test_the_index_can_be_rebuilt(shelves: Database):
    with shelves.transaction() as session:
        assert reindex(session) == 4
    assert len(names(shelves, "arpège")) == 2


@pytest.fixture
def loudspeaker(database: Database) -> Database:
    """A loudspeaker whose reference is SON-0412, among other products."""
    named = {"name": "Enceinte active 12 pouces Arpège 12A", "slug": "arpege-12a"}
    others = [a_product(number, sku=f"LUM-{number:04d}") for number in range(400, 420, 4)]
    stock_shelves(database, [a_product(1, sku="SON-0412", **named), *others])
    return database


@pytest.mark.parametrize(
    "typed",
    [
        "SON-0412",
        "SON0412",
        "son 0412",
        "SON/0412",
        "SON\u20110412",
        "SON–0412",
        "SON-0412.",
        "(SON-0412)",
        "« SON\u00a00412 »",
        "SON-\u00ad0412",
        "son_0412",
        "0412",
        "son-041",
        "son041",
        "enceinte SON-0412",
        "Réf. SON-0412",
        "référence : son 0412, merci",
    ],
)
def test_a_reference_is_found_however_people_write_it(loudspeaker: Database, client, typed: str):
    assert "Enceinte active 12 pouces Arpège 12A" in names(loudspeaker, typed)
    page = client.get("/recherche", query_string={"q": typed}, follow_redirects=True)
    assert 'href="/produit/arpege-12a"' in page.text or "Arpège 12A</h1>" in page.text


def test_a_whole_reference_comes_before_products_that_share_its_number(loudspeaker: Database):
    with loudspeaker.transaction() as session:
        assert find(session.connection(), "LUM 0412").total == 1
    assert names(loudspeaker, "Enceinte, réf. SON-0412")[0].startswith("Enceinte active 12 pouces")


def test_the_longest_reference_of_a_query_is_the_one_that_is_meant(database: Database):
    stock_shelves(database, [a_product(1, sku="AB-12"), a_product(2, sku="AB-12-34")])
    assert names(database, "ab 12 34")[0] == "Câble XLR modèle 2"
    assert names(database, "ab 12")[0] == "Microphone à main modèle 1"
