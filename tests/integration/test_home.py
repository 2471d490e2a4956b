"""The office sets what the home page shows, previews it, publishes it, and puts versions back."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from lxml.html import document_fromstring
from sqlalchemy import select, update

from shop.catalogue.models import Product
from shop.core.actors import ADMIN, SALES
from shop.core.errors import NotAllowed
from shop.home.rules import (
    DELIVERED,
    Banner,
    HomeChanged,
    HomeContent,
    ProductRefused,
    ProductTwice,
    SameHome,
)
from shop.home.versions import find_products, latest_home, publish_home
from shop.ops.clock import today, travelled
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.counting import counted
from tests.factories import AT, BOOKS
from tests.people import staff
from tests.settled import BOSS
from tests.shelves import stock_shelves

PLACE = "/bureau/accueil"
FRENCH, ENGLISH = "Nos bureaux ferment lundi.", "Our offices close on Monday."


@pytest.fixture(autouse=True)
def shelves(database: Database) -> None:
    stock_shelves(database, 6)


def banner(days: int = 0, link: str = "/livraison") -> Banner:
    return Banner(FRENCH, ENGLISH, today(), today() + timedelta(days=days), link)


def publish(database: Database, content: HomeContent, *, seen: int = 0, by=BOSS) -> None:
    with database.transaction() as session:
        publish_home(session, content, seen=seen, by=by, at=AT)


def ids_of(database: Database, *references: str) -> tuple[int, ...]:
    with database.reading_session() as session:
        return find_products(session, references)


def typed(**answers: str) -> dict[str, str]:
    said = {"french": FRENCH, "english": ENGLISH, "link": "/livraison", "seen": "0"}
    days = {"first": today().isoformat(), "last": today().isoformat()}
    return said | days | answers


def mark_in(page: str) -> str:
    return re.findall(r'name="shown"\s+value="([0-9a-f]{16})"', page)[0]


def departments_in(page: str) -> list[str]:
    names = document_fromstring(page).find_class("index__name")
    return [one.text_content() for one in names]


def references_in(page: str) -> list[str]:
    return re.findall(r"modèle (\d+)</a>", page)


def test_references_are_found_however_they_are_typed(database: Database):
    exact = ids_of(database, "SON-00003", "SON-00001")
    assert ids_of(database, "son 00003", "SON00001") == exact
    with pytest.raises(ProductRefused) as refusal:
        ids_of(database, "SON-00001", "LUM-1")
    assert refusal.value.facts == {"place": 2, "reference": "LUM-1"}
    with pytest.raises(ProductTwice):
        ids_of(database, "SON-00001", "son-00001")


def test_a_version_is_recorded_and_others_are_refused(database: Database):
    content = HomeContent(banner=banner())
    with pytest.raises(NotAllowed):
        publish(database, content, by=BOOKS)
    with pytest.raises(SameHome):
        publish(database, DELIVERED)
    publish(database, content)
    with pytest.raises(HomeChanged):
        publish(database, HomeContent(("lumiere",)))
    publish(database, DELIVERED, seen=1)
    with database.reading_session() as session:
        assert latest_home(session) == (2, DELIVERED)
        entries = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "publish_home").order_by(JournalEntry.id)
        ).all()
    assert [one.facts["number"] for one in entries] == [1, 2]
    assert entries[0].facts["banner"]["french"] == FRENCH


def test_a_visitor_sees_the_departments_and_products_in_the_order_of_the_version(
    app: Flask, database: Database, client
):
    wanted = ids_of(database, "SON-00003", "SON-00001")
    publish(database, HomeContent(("lumiere", "sonorisation", "disparu"), wanted))
    page = client.get("/").text
    assert departments_in(page) == ["Lumière", "Sonorisation"]
    assert "Notre sélection" in page
    assert references_in(page) == ["3", "1"]


def test_a_product_that_is_taken_off_sale_disappears_and_the_office_says_so(
    app: Flask, database: Database, client
):
    wanted = ids_of(database, "SON-00003", "SON-00001")
    publish(database, HomeContent(("lumiere", "disparu"), (*wanted, 9_999)))
    with database.transaction() as session:
        session.execute(update(Product).where(Product.id == wanted[0]).values(published=False))
    assert references_in(client.get("/").text) == ["1"]
    office = staff(app, database, ADMIN, language="en").get(PLACE).text
    assert "SON-00003 is not on sale" in office
    assert "The department disparu is no longer in the catalogue." in office
    assert "A product that was put forward was deleted." in office


def test_the_banner_is_shown_on_its_days_only(app: Flask, database: Database, client):
    publish(database, HomeContent(banner=banner(days=1)))
    seen = []
    for days in (-1, 0, 1, 2):
        with travelled(timedelta(days=days)):
            seen.append(FRENCH in client.get("/").text)
    assert seen == [False, True, True, False]
    link = document_fromstring(client.get("/").text).xpath(f"//a[text()='{FRENCH}']/@href")
    assert link == ["/livraison"]
    with client.session_transaction() as kept:
        kept["language"] = "en"
    assert ENGLISH in client.get("/").text


def test_a_version_costs_no_statement_more(app: Flask, database: Database, client):
    def cost() -> int:
        client.get("/")
        with counted(database) as sent:
            client.get("/")
        return len(sent)

    delivered = cost()
    office = staff(app, database, ADMIN)
    answers = typed(product_1="SON-00001", place_1="1")
    mark = mark_in(office.post(PLACE, data=answers).text)
    assert office.post(PLACE, data=answers | {"shown": mark}).status_code == 303
    assert FRENCH in client.get("/").text
    assert cost() == delivered


def test_the_page_is_previewed_then_published_then_put_back(app: Flask, database: Database, client):
    boss = staff(app, database, ADMIN, language="en")
    assert client.get("/").status_code == 200
    later = (today() + timedelta(days=9)).isoformat()
    answers = typed(product_1="son 00003", first=later, last=later)
    preview = boss.post(PLACE, data=answers).text
    assert "Preview: nothing is published yet" in preview
    assert (FRENCH in preview, references_in(preview)) == (True, ["3"])
    hidden = document_fromstring(preview).xpath(f"//form[@action='{PLACE}']//input[@type='hidden']")
    sent = {one.get("name"): one.get("value") or "" for one in hidden}
    changed = boss.post(PLACE, data=sent | {"again": "1"}).text
    assert 'value="son 00003"' in changed and FRENCH in changed
    assert references_in(client.get("/").text) != ["3"]
    assert boss.post(PLACE, data=sent | {"shown": mark_in(preview)}).status_code == 303
    assert references_in(client.get("/").text) == ["3"]
    assert "Visitors see this version." in boss.get(f"{PLACE}/1").text
    assert 'value="SON-00003"' in boss.get(PLACE).text
    assert 'value="SON-00003"' not in boss.get(f"{PLACE}?version=0").text
    assert boss.get(f"{PLACE}?version=7").status_code == boss.get(f"{PLACE}/7").status_code == 404


def test_the_second_of_two_people_sees_both_versions(app: Flask, database: Database):
    boss = staff(app, database, ADMIN, language="en")
    publish(database, HomeContent(banner=banner(link="/garanties")))
    mine = typed(french="Soldes.", english="Sales.")
    mark = mark_in(boss.post(PLACE, data=mine).text)
    late = boss.post(PLACE, data=mine | {"shown": mark})
    assert late.status_code == 409
    assert "Published meanwhile: version 1" in late.text
    assert FRENCH in late.text and 'value="Soldes."' in late.text
    again = boss.post(PLACE, data=mine | {"seen": "1"}).text
    assert boss.post(PLACE, data=mine | {"seen": "1", "shown": mark_in(again)}).status_code == 303


@pytest.mark.parametrize(
    ("answer", "field", "sentence"),
    [
        ({"link": "https://ailleurs.example/"}, "link", "the address of a page of this shop"),
        ({"link": "/aucune/page"}, "link", "the address of a page of this shop"),
        ({"product_2": "LUM-1"}, "product_2", "No product has the reference LUM-1."),
        ({"last": ""}, "last", "Enter the first and the last day"),
        ({"english": ""}, "english", "Write the sentence in both languages."),
        ({"place_1": "zéro"}, "place_1", "Enter a whole number"),
    ],
)
def test_each_mistake_stands_beside_its_field_and_what_was_typed_is_kept(
    app: Flask, database: Database, answer: dict[str, str], field: str, sentence: str
):
    boss = staff(app, database, ADMIN, language="en")
    answers = typed(product_1="son 00003") | answer
    refused = boss.post(PLACE, data=answers)
    assert refused.status_code == 422
    page = document_fromstring(refused.text)
    (told,) = page.xpath(f"//*[@id='{field}-error']")
    assert sentence in told.text_content()
    for name in ("french", "link", "product_1", field):
        assert page.xpath(f"//input[@name='{name}']")[0].get("value", "") == answers[name]


def test_only_who_writes_the_texts_sets_the_home_page(app: Flask, database: Database):
    assert staff(app, database, SALES).get(PLACE).status_code == 403
