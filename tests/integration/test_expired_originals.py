"""What comes after a quote has expired: its copy stays on the desk, and nothing untrue is said."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from quotes.purchase_orders.expired import give_up
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.purchase_orders.purchase_orders import receive_scan, refuse_purchase_order
from quotes.purchase_orders.queue import awaited, count_awaited
from quotes.purchase_orders.rules import GivingUpReasonMissing, Told
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote, lapse_quote
from shop.core.actors import SALES_ADMIN, THE_CLOCK
from shop.core.errors import IllegalTransition
from shop.dossiers.papers import PDF, SCAN, keep_file
from shop.emails.messages import render_email
from shop.ops import clock
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from tests.factories import AT, OFFICE, make_buyer, make_shop
from tests.orders import make_quote, scan
from tests.people import sign_in, staff

LATER = AT + timedelta(days=40)


def copy_of(session, quote: Quote, *, at=AT, **said: object) -> None:
    kept = keep_file(
        session,
        scan(),
        kind=SCAN,
        filename=f"bon-{at:%d}.pdf",
        media_type=PDF,
        by=OFFICE,
        at=at,
        dossier_id=quote.dossier_id,
    )
    told = {"reference": "BC-26-0871"} | said
    receive_scan(session, quote, kept, Told(**told), by=OFFICE, at=at)  # type: ignore[arg-type]


@pytest.fixture
def expired(database: Database) -> str:
    """Two quotes that have expired, of which one copy was received; the number of that one."""
    with database.transaction() as session:
        lines, buyer = make_shop(session), make_buyer(session)
        quotes = [make_quote(session, buyer, lines) for _each in range(2)]
        copy_of(session, quotes[0])
        for quote in quotes:
            lapse_quote(session, quote, by=THE_CLOCK, at=LATER)
        return quotes[0].number


def the_quote(session, number: str) -> Quote:
    return session.scalars(select(Quote).where(Quote.number == number)).one()


def waiting(database: Database) -> list[str]:
    with database.reading_session() as session:
        rows = [row.number for row in awaited(session, LATER.date())]
        assert read_number(session, count_awaited()) == len(rows)
        return rows


def test_an_expired_quote_with_a_copy_stays_on_the_desk_with_its_age(
    app: Flask, database: Database, expired: str
):
    assert waiting(database) == [expired]
    with clock.travelled(timedelta(days=40)):
        desk = staff(app, database, SALES_ADMIN, language="en").get("/bureau/bons-de-commande").text
    assert expired in desk
    assert "expired 22 days ago" not in desk
    assert "expired 10 days ago" in desk


def test_it_leaves_the_desk_when_it_is_given_up_and_comes_back_with_a_reason_only(
    database: Database, expired: str
):
    with database.transaction() as session:
        quote = the_quote(session, expired)
        with pytest.raises(GivingUpReasonMissing):
            give_up(session, quote, reason=" ", by=OFFICE, at=LATER)
    assert waiting(database) == [expired]
    with database.transaction() as session:
        quote = the_quote(session, expired)
        give_up(session, quote, reason="Le budget est refusé", by=OFFICE, at=LATER)
    assert waiting(database) == []


def test_it_leaves_the_desk_when_it_is_refused(database: Database, expired: str):
    with database.transaction() as session:
        quote = the_quote(session, expired)
        refuse_purchase_order(session, quote, reason="Trop tard", by=OFFICE, at=LATER)
        email = session.scalars(
            select(Email).where(Email.template == "purchase_order_refused")
        ).one()
        told = render_email(email.template, email.facts, language="en", public_url="x").body
    assert waiting(database) == []
    assert "has expired" in told
    assert "remains open" not in told


def test_a_quote_that_runs_is_not_given_up(database: Database):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        with pytest.raises(IllegalTransition):
            give_up(session, quote, reason="Non", by=OFFICE, at=AT)


@pytest.mark.parametrize("with_copy", [True, False])
@pytest.mark.parametrize("way", ["lapse", "cancel"])
def test_goods_are_called_released_only_where_they_were_set_aside(
    app: Flask, database: Database, way: str, with_copy: bool
):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        if with_copy:
            copy_of(session, quote)
        if way == "lapse":
            lapse_quote(session, quote, by=THE_CLOCK, at=LATER)
        else:
            cancel_quote(session, quote, by=OFFICE, at=AT)
        email = session.scalars(select(Email).order_by(Email.id.desc())).first()
        assert email is not None
        told = render_email(email.template, email.facts, language="en", public_url="x").body
        number, user_id = quote.number, quote.user_id
    page = sign_in(app.test_client(), user_id, language="en").get(f"/devis/{number}").text
    assert ("Goods set aside are released." in page) is with_copy
    assert ("have been released" in told) is with_copy
    assert "Available here as soon as they are issued" not in page


@pytest.mark.parametrize(("language", "words"), [("fr", "mis de côté"), ("en", "set aside")])
@pytest.mark.parametrize("with_copy", [True, False])
def test_the_page_that_asks_before_it_cancels_names_goods_set_aside_only_where_there_are_some(
    app: Flask, database: Database, language: str, words: str, with_copy: bool
):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        if with_copy:
            copy_of(session, quote)
        number, user_id = quote.number, quote.user_id
    browser = sign_in(app.test_client(), user_id, language=language)
    assert (words in browser.get(f"/devis/{number}/annulation").text) is with_copy


def test_a_second_copy_says_which_one_it_replaces(app: Flask, database: Database):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        copy_of(session, quote)
        number, user_id = quote.number, quote.user_id
    browser = sign_in(app.test_client(), user_id, language="en")
    assert "It replaces bon-18.pdf" in browser.get(f"/devis/{number}").text
    with database.transaction() as session:
        copy_of(session, the_quote(session, number), at=AT + timedelta(days=1))
    page = browser.get(f"/devis/{number}").text
    assert page.count("replaced since") == 1
    assert page.count("Goods set aside.") == 1
    assert "It replaces the copy received before." in page
    assert "<strong>Copy of the purchase order received.</strong>" in page


def test_what_the_buyer_says_of_the_copy_is_filled_in_for_the_original(
    app: Flask, database: Database
):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        number, user_id = quote.number, quote.user_id
    browser = sign_in(app.test_client(), user_id, language="en")
    answers = {
        "scan": (BytesIO(scan()), "bon.pdf"),
        "reference": " BC-26-0871 ",
        "dated_on": "2026-11-18",
        "engagement": "2026-004417",
        "service_code": "CULT-09",
        "signatory_name": "Paul Lenoir",
        "signatory_capacity": "Maire",
    }
    assert browser.post(f"/devis/{number}/bon-de-commande", data=answers).status_code == 303
    with database.transaction() as session:
        sent = session.scalars(select(PurchaseOrderScan)).one()
        assert (sent.reference, sent.dated_on) == ("BC-26-0871", date(2026, 11, 18))
        copy_of(session, the_quote(session, number), reference="")
    desk = staff(app, database, SALES_ADMIN).get(f"/bureau/bons-de-commande/{number}").text
    for name, value in (
        ("reference", "BC-26-0871"),
        ("dated_on", "2026-11-18"),
        ("engagement", "2026-004417"),
        ("service_code", "CULT-09"),
        ("signatory_name", "Paul Lenoir"),
        ("signatory_capacity", "Maire"),
    ):
        box = desk.partition(f'name="{name}"')
        around = box[0].rpartition("<input")[2] + box[2].partition(">")[0]
        assert f'value="{value}"' in around, name
