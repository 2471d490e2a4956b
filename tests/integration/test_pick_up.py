"""A sale that is collected at the shop: every paper, page and e-mail names the shop as its place,
and none says that something was shipped.
"""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.models import DeliveryNote
from checkout.invoices.invoices import issue_invoice
from checkout.invoices.receipts import record_delivery_receipt
from checkout.orders.confirmation import confirmation_of
from checkout.orders.models import Order
from checkout.orders.orders import lines_of, sale_of_order
from checkout.payments.billing import bill_order
from quotes.quotes.quotes import issue_quote
from shop.core.actors import LOGISTICS
from shop.core.sales import line_of
from shop.dossiers.models import Paper
from shop.emails.messages import render_email
from shop.letterheads.letterheads import current_letterhead
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, make_buyer, make_sale, make_shop
from tests.orders import deliver_all, locked_order, make_card_order, make_order_from_original
from tests.people import sign_in, staff

#: The place that a person gave before they chose to collect, and the shop's.
GIVEN, SHOP = "14 rue du Stade", "12, quai des Forges"
#: What is untrue of goods that nobody carries.
CARRIED = re.compile("shipped|carrier|Delivery expected", re.IGNORECASE)


@pytest.fixture
def collected(database: Database) -> tuple[str, str, int]:
    """The file of a town that collects, delivered and invoiced: quote, order, buyer."""
    with database.transaction() as session:
        lines, buyer = make_shop(session), make_buyer(session)
        sale = make_sale(buyer, lines, shipping="pick_up", expected_on=AT.date())
        quote = issue_quote(session, sale, by=buyer, at=AT)
        order = make_order_from_original(session, quote)
        deliver_all(session, order)
        issue_invoice(session, order, by=BOOKS, at=AT)
        assert buyer.user_id is not None
        return quote.number, order.number, buyer.user_id


def text_of(session: Session, template: str, **more: Any) -> str:
    """The subject and the text of the newest e-mail of that kind, in English."""
    newest = select(Email).where(Email.template == template).order_by(Email.id.desc()).limit(1)
    facts = session.scalars(newest).one().facts | more
    told = render_email(template, facts, language="en", public_url="https://x.fr")
    return f"{told.subject}\n{told.body}"


def test_the_delivery_of_a_file_is_done_once_the_goods_are_collected(
    collected, app: Flask, database: Database
):
    number, order, buyer = collected
    browser = sign_in(app.test_client(), buyer)
    assert steps_of(browser.get(f"/devis/{number}").text) == ["done", "done", "now", "now"]
    with database.transaction() as session:
        note = session.scalars(select(DeliveryNote.number)).one()
        held = locked_order(session, order)
        record_delivery_receipt(session, note, held, AT.date(), by=BOOKS, at=AT)
    assert steps_of(browser.get(f"/devis/{number}").text) == ["done", "done", "done", "now"]


def steps_of(page: str) -> list[str]:
    """The state of each step of the progress line; one of them alone is the current one."""
    assert page.count('aria-current="step"') == 1
    return re.findall(r'class="paper paper--(\w+)"', page)


def test_the_papers_name_the_shop_as_the_place(collected, database: Database):
    with database.reading_session() as session:
        papers = session.scalars(select(Paper.content).order_by(Paper.id)).all()
    assert [paper["kind"] for paper in papers] == ["quote", "delivery_note", "invoice"]
    for paper in papers:
        assert paper["delivery"]["collected"] is True
        assert paper["delivery"]["address"] == ["12, quai des Forges", "69007 Lyon"]
        assert paper["delivery"]["contact_name"] == "Claire Marchand"
        assert GIVEN not in str(paper)


def test_the_pages_name_the_shop_as_the_place(collected, app: Flask, database: Database):
    quote, order, buyer = collected
    browser = sign_in(app.test_client(), buyer, language="en")
    stores = staff(app, database, LOGISTICS, language="en")
    pages = {
        "file": browser.get(f"/devis/{quote}").text,
        "desk": stores.get(f"/bureau/livraisons/{order}").text,
        "home": browser.get("/compte").text,
    }
    for name, page in pages.items():
        assert GIVEN not in page, name
        assert not CARRIED.search(main_of(page)) or name == "desk", name
    assert SHOP in pages["file"] and SHOP in pages["desk"]
    assert "Ready for collection since Wednesday 18 November 2026" in pages["file"]


def main_of(page: str) -> str:
    """The page without its head and foot."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_page_of_a_card_order_names_the_shop_as_the_place(app: Flask, database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session), shipping="pick_up")
        number = order.number
    browser = app.test_client()
    browser.get(f"/commandes/{number}?key={'k' * 43}")
    with browser.session_transaction() as cookie:
        cookie["language"] = "en"
    page = main_of(browser.get(f"/commandes/{number}").text)
    assert SHOP in page
    assert not CARRIED.search(page)


def test_the_emails_name_the_shop_as_the_place(collected, database: Database):
    with database.reading_session() as session:
        for template in ("order_confirmed", "delivery_sent"):
            told = text_of(session, template)
            assert "ready for collection" in told, template
            assert not CARRIED.search(told), template
        assert "Where you collect the goods:\n\n- Comptoir\n- 12, quai des Forges" in told


def test_the_confirmation_of_a_card_order_names_the_shop_as_the_place(database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session), shipping="pick_up")
        sale = sale_of_order(session, order, map(line_of, lines_of(session, order.id)))
        told = confirmation_of(order, sale, current_letterhead(session))
    assert told["delivery"] == ["Comptoir", "12, quai des Forges", "69007 Lyon"]
    facts = {"number": "CO-1", "amount": 1, "guest_key": "", "name": "", **told}
    text = render_email("card_order_confirmed", facts, language="en", public_url="https://x").body
    assert "Where you collect the goods:" in text
    assert not CARRIED.search(text)


def test_a_sale_that_is_delivered_keeps_its_place(database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        note = deliver_all(session, order)
        delivery = session.get_one(Paper, note.paper_id).content["delivery"]
        assert "collected" not in delivery
        assert delivery["address"] == ["3, rue des Tilleuls", "61000 Alençon"]
        assert session.scalars(select(Order)).one().is_collected is False


def test_an_order_to_collect_is_complete_once_its_receipt_is_recorded(client, database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session), shipping="pick_up")
        note = deliver_all(session, order).number
        bill_order(session, order, by=BOOKS, at=AT)
    client.get(f"/commandes/{order.number}?key={'k' * 43}")
    address = f"/commandes/{order.number}"
    shown = client.get(address).text
    assert "Payée, prête à être retirée" in shown and ">Terminée" not in shown
    with database.transaction() as session:
        held = locked_order(session, order.number)
        record_delivery_receipt(session, note, held, AT.date(), by=BOOKS, at=AT)
    shown = client.get(address).text
    assert "Payée, prête à être retirée" not in shown and "Terminée" in shown
