"""Home, departments, products: what a reader sees, on both databases."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.catalogue.keyset import PAGE_SIZE
from shop.catalogue.models import Category, StockAlert, StockMovement
from shop.storage.db import Database
from tests.shelves import a_product, on_order, sold_out, stock_shelves

pytestmark = pytest.mark.each_database


def skus(page) -> list[str]:
    return re.findall(r'<p class="ref">\s*([^<]+?)\s*</p>\s*<h3', page.get_data(as_text=True))


def next_url(page, rel: str = "next") -> str | None:
    found = re.search(rf'<a\s[^>]*rel="{rel}"\s+href="([^"]+)"', page.get_data(as_text=True))
    return found[1].replace("&amp;", "&") if found else None


def walk(client, url: str) -> list[str]:
    seen: list[str] = []
    while url:
        page = client.get(url)
        assert page.status_code == 200
        seen += skus(page)
        url = next_url(page)
    return seen


def test_the_home_page_leads_to_departments_and_products_in_stock(database: Database, client):
    stock_shelves(database, [a_product(1), a_product(2, category="projecteurs"), sold_out(3)])
    page = client.get("/").get_data(as_text=True)
    assert 'href="/rayon/sonorisation"' in page
    assert 'href="/produit/produit-2"' in page
    assert 'href="/produit/produit-3"' not in page


def test_every_product_of_a_department_is_shown_once_in_each_order(database: Database, app):
    count = PAGE_SIZE * 22 + 5
    stock_shelves(database, count)
    client = FlaskClient(app, app.response_class)  # other tests look at how such pages are written
    for sort in ("relevance", "price", "price-down", "newest"):
        seen = walk(client, f"/rayon/sonorisation?sort={sort}")
        assert (len(seen), len(set(seen))) == (count, count), sort
        if sort == "price":
            assert seen == sorted(seen)
        if sort == "price-down":
            assert seen == sorted(seen, reverse=True)


def test_a_department_is_sorted_by_what_is_requested_most_not_by_likeness(
    database: Database, client
):
    """Nothing was searched there."""
    stock_shelves(database, 3)
    page = client.get("/rayon/sonorisation").text
    assert "Pertinence" not in page
    assert '<option value="relevance" selected>Les plus demandés d’abord</option>' in page


def test_going_back_from_beyond_the_numbered_pages_shows_the_same_products(
    database: Database, client
):
    stock_shelves(database, PAGE_SIZE * 24)
    url, pages = "/rayon/sonorisation?sort=price&page=19", []
    while url:
        page = client.get(url)
        pages.append(skus(page))
        url = next_url(page)
    back = [skus(page)]
    while url := next_url(page, "prev"):
        page = client.get(url)
        back.append(skus(page))
        if len(back) == len(pages):
            break
    assert back == pages[::-1]


def test_filters_keep_what_they_say_and_count_it(database: Database, client):
    stock_shelves(
        database,
        [
            a_product(1, brand="valcorde", usages=("plein-air",)),
            a_product(2, brand="ondebrune", usages=("plein-air",)),
            on_order(3, brand="ondebrune", usages=()),
            sold_out(4, brand="ondebrune", usages=()),
        ],
    )
    assert set(skus(client.get("/rayon/sonorisation?usage=plein-air"))) == {
        "SON-00001",
        "SON-00002",
    }
    both = client.get("/rayon/sonorisation?usage=plein-air&brand=ondebrune")
    assert skus(both) == ["SON-00002"]
    assert skus(client.get("/rayon/sonorisation?supply=on_order")) == ["SON-00003"]
    assert skus(client.get("/rayon/sonorisation?family=enceintes&supply=in_stock")) == ["SON-00002"]
    assert skus(client.get("/rayon/sonorisation?from=102&to=102,50")) == ["SON-00002"]
    none = client.get("/rayon/sonorisation?brand=zzz")
    assert none.status_code == 200
    assert skus(none) == []


def test_counts_are_stored_and_follow_the_products(database: Database):
    stock_shelves(database, 30)
    with database.reading() as connection:
        counts = dict(connection.execute(select(Category.slug, Category.product_count)).all())
    assert counts["sonorisation"] == 30
    assert counts["enceintes"] + counts["micros"] == 30
    assert counts["lumiere"] == 0


def test_an_unknown_department_or_product_is_not_found(database: Database, client):
    stock_shelves(database, 1)
    for url in ("/rayon/rien", "/produit/rien", "/images/rien-black.svg"):
        assert client.get(url).status_code == 404
    assert client.get("/images/par-led-purple.svg").status_code == 404


def test_a_tampered_cursor_or_page_shows_the_first_page(database: Database, client):
    stock_shelves(database, 60)
    first = skus(client.get("/rayon/sonorisation"))
    for query in ("after=garbage", "page=-3", "page=99999999999999999999x", "sort=nothing"):
        assert skus(client.get(f"/rayon/sonorisation?{query}")) == first


def test_a_product_shows_its_prices_its_stock_and_its_delay(database: Database, client):
    stock_shelves(database, [a_product(1, on_hand=14)])
    page = client.get("/produit/produit-1").get_data(as_text=True)
    assert "101,00\u00a0€" in page
    assert "84,17\u00a0€" in page
    assert "14" in page
    assert 'name="sku" value="SON-00001"' in page


def test_a_sold_out_product_offers_an_e_mail_when_it_is_available(database: Database, client):
    ids = stock_shelves(database, [sold_out(1)])
    page = client.get("/produit/produit-1").get_data(as_text=True)
    assert 'id="tell-me"' in page
    assert 'name="sku"' not in page
    wrong = client.post("/produit/produit-1/me-prevenir", data={"email": "nobody"})
    assert wrong.status_code == 422
    assert 'value="nobody"' in wrong.get_data(as_text=True)
    for _ in range(2):
        answer = client.post("/produit/produit-1/me-prevenir", data={"email": "A@ville.example"})
        assert answer.status_code == 303
    with database.reading() as connection:
        asked = connection.execute(
            select(StockAlert.product_id, StockAlert.email).order_by(StockAlert.id)
        ).all()
    assert asked == [(ids[0], "a@ville.example")]


def test_pictures_have_the_colours_of_their_finish_and_stay_cached(database: Database, client):
    white = client.get("/images/loudspeaker-active-white.svg")
    assert white.status_code == 200
    assert "#eceef1" in white.get_data(as_text=True)
    assert "var(--" not in white.get_data(as_text=True)
    assert "immutable" in white.headers["Cache-Control"]


def test_what_comes_in_at_the_opening_is_a_movement_of_stock(database: Database):
    stock_shelves(database, [a_product(1, on_hand=7), sold_out(2)])
    with database.reading() as connection:
        moved = connection.execute(
            select(StockMovement.kind, StockMovement.quantity).order_by(StockMovement.id)
        ).all()
    assert moved == [("received", 7)]


def test_the_language_is_chosen_and_kept(database: Database, client):
    stock_shelves(database, 2)
    answer = client.post("/langue", data={"language": "en", "next": "/rayon/sonorisation?"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rayon/sonorisation")
    assert 'lang="en"' in client.get("/").get_data(as_text=True)
    away = client.post("/langue", data={"language": "fr", "next": "//evil.example"})
    assert away.headers["Location"] == "/"
