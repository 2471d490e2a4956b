"""The office writes the conditions of sale and the free parts of pages, in versions."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from lxml.html import document_fromstring
from sqlalchemy import select

from quotes.quotes.models import Quote
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.dossiers.attachments import enclosed_page
from shop.dossiers.models import Paper
from shop.ops.clock import now
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.texts.rules import LEGAL, TERMS, ShopText, TextChanged, TextDayPassed
from shop.texts.texts import publish_text, terms_at
from tests.factories import AT, BOOKS, make_town, sale_line
from tests.orders import make_quote
from tests.people import staff
from tests.settled import BOSS

TODAY = paris_day(AT)
FRENCH = "## 1. Prix\nLes prix sont **fermes**. Voir [la livraison](/livraison)."
ENGLISH = "## 1. Prices\nPrices are **fixed**. See [deliveries](/livraison)."
PLACE = "/bureau/textes/conditions-de-vente"


def publish(
    database: Database, since: date = TODAY, *, seen: int = 3, text: ShopText = TERMS, by=BOSS
) -> None:
    with database.transaction() as session:
        publish_text(session, text, (FRENCH, ENGLISH), since, seen=seen, by=by, at=AT)


def typed(**answers: str) -> dict[str, str]:
    said = {"french": FRENCH, "english": ENGLISH, "since": TODAY.isoformat(), "seen": "3"}
    return {**said, **answers}


def test_a_quote_refers_to_the_conditions_of_its_day(database: Database):
    publish(database, TODAY + timedelta(days=3))
    with database.transaction() as session:
        town = make_town(session, at=AT)
        for days in (0, 3):
            make_quote(
                session,
                town.buyer,
                [sale_line(session, town.product_id)],
                at=AT + timedelta(days=days),
            )
    with database.reading_session() as session:
        quotes = session.scalars(select(Quote).order_by(Quote.id)).all()
        assert [one.conditions_version for one in quotes] == ["3", "4"]
        printed = [session.get_one(Paper, one.paper_id).content for one in quotes]
        assert [one["conditions_version"] for one in printed] == ["3", "4"]
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "publish_text")
        ).one()
    assert entry.facts["number"] == 4


def test_past_days_other_roles_and_older_readings_are_refused(database: Database):
    with pytest.raises(TextDayPassed):
        publish(database, TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        publish(database, by=BOOKS)
    publish(database)
    with pytest.raises(TextChanged):
        publish(database)


def test_the_page_shows_the_version_of_today_and_each_at_its_own_address(
    app: Flask, database: Database, client
):
    publish(database)
    publish(database, TODAY + timedelta(days=9), seen=4)
    page = client.get("/conditions-de-vente").text
    assert "Les prix sont <strong>fermes</strong>" in page
    assert "Réserve de propriété" not in page
    assert re.findall(r'href="/conditions-de-vente/(\d)"', page) == ["4", "3"]
    assert "Réserve de propriété" in client.get("/conditions-de-vente/3").text
    assert "Les prix sont <strong>fermes</strong>" in client.get("/conditions-de-vente/4").text
    for number in (2, 5, 99):
        assert client.get(f"/conditions-de-vente/{number}").status_code == 404


def test_a_free_part_stands_below_what_the_page_says(app: Flask, database: Database, client):
    publish(database, seen=1, text=LEGAL)
    page = client.get("/mentions-legales").text
    assert page.index("1. Prix") > page.index('id="publisher"')


def test_an_e_mail_encloses_the_conditions_of_the_day_on_which_it_was_written(
    database: Database,
):
    publish(database, TODAY + timedelta(days=1))
    made = []
    for days in (0, 1):
        email = Email(
            to="a@b.example",
            language="fr",
            template="x",
            facts={},
            created_at=AT + timedelta(days=days),
        )
        at = AT + timedelta(days=2)
        made.append(enclosed_page(database, email, "terms", public_url="https://x", at=at))
    assert made[0].data != made[1].data
    with database.reading_session() as session:
        assert [terms_at(session, AT + timedelta(days=days)) for days in (0, 1)] == ["3", "4"]


def test_what_changes_is_shown_before_it_is_published(app: Flask, database: Database):
    boss = staff(app, database, ADMIN, language="en")
    assert "Conditions of sale" in boss.get("/bureau/textes").text
    asked = boss.get(PLACE).text
    assert "## 6. Réserve de propriété" in asked
    assert "[livraison et délais](/livraison)" in asked
    shown = boss.post(PLACE, data=typed())
    assert (shown.status_code, "Taken out:" in shown.text) == (200, True)
    with database.reading_session() as session:
        assert terms_at(session, now()) == "3"
    (mark,) = re.findall(r'name="shown" value="([0-9a-f]{16})"', shown.text)
    assert boss.post(PLACE, data=typed(shown=mark)).status_code == 303
    assert "Les prix sont" in boss.get(f"{PLACE}/4").text
    assert boss.get(f"{PLACE}/3").status_code == 404
    late = boss.post(PLACE, data=typed(shown=mark))
    assert (late.status_code, "Written meanwhile" in late.text) == (409, True)


def test_the_delivered_text_is_not_published_again(app: Flask, database: Database):
    office = staff(app, database, ADMIN, language="en")
    asked = document_fromstring(office.get(PLACE).text)
    french, english = (asked.find(f".//textarea[@name='{name}']") for name in ("french", "english"))
    delivered = {"french": french.text_content(), "english": english.text_content()}
    refused = office.post(PLACE, data=typed(**delivered))
    assert refused.status_code == 422 and "nothing would change" in refused.text


def test_each_mistake_stands_beside_its_text_and_nothing_typed_is_lost(
    app: Flask, database: Database
):
    boss = staff(app, database, ADMIN, language="en")
    page = boss.post(PLACE, data=typed(french="Un.\n<b>gras</b>", english=""))
    assert page.status_code == 422
    assert "Line 2 has HTML" in page.text and "&lt;b&gt;gras&lt;/b&gt;" in page.text
    assert "the page exists in both languages" in page.text
    past = boss.post(PLACE, data=typed(since="2026-01-01"))
    assert (past.status_code, "A day that has passed" in past.text) == (422, True)
    assert staff(app, database, ACCOUNTING).get(PLACE).status_code == 403
    assert boss.get("/bureau/textes/rien").status_code == 404
