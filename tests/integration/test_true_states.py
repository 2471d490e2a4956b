"""What a page says of a state is true for each reader: the buyer, an accountant, a reader."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.invoices import issue_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import forward_invoice_file
from checkout.orders.models import Order
from checkout.payments.payments import record_payment
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from shop.core.actors import ACCOUNTANT, BUYER, READER
from shop.ops import clock
from shop.storage.db import Database
from tests.factories import AT, BOOKS, Town, make_person, make_town, sale_line
from tests.orders import deliver_all, make_order_from_original, make_quote
from tests.people import sign_in
from tests.teams import make_member

#: The title of what the page says first, and a state of which it is true.
TITLES = {
    "quoted": "We have not received the original of your purchase order",
    "expired": "This quote has expired",
    "cancelled": "This file is cancelled",
    "ordered": "In progress at our end",
    "delivered": "In progress at our end",
    "invoiced": "With the paying service",
    "never sent": "With the paying service",
    "overdue": "Invoice overdue",
    "paid": "This file is complete",
}
READERS = (BUYER, ACCOUNTANT, READER)


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return make_town(session, at=AT, on_hand=50)


def a_quote(session: Session, town: Town) -> Quote:
    return make_quote(session, town.buyer, [sale_line(session, town.product_id)])


def an_order(session: Session, town: Town) -> Order:
    quote = a_quote(session, town)
    return make_order_from_original(session, quote, reference=f"BC-{quote.number}")


def an_invoice(session: Session, town: Town) -> Invoice:
    order = an_order(session, town)
    deliver_all(session, order)
    return issue_invoice(session, order, by=BOOKS, at=AT)


def a_sent_invoice(session: Session, town: Town) -> None:
    """Sent on the day of issue: received two days later, payable within 30 days."""
    invoice = an_invoice(session, town)
    order = session.get_one(Order, invoice.order_id)
    forward_invoice_file(session, invoice, order, AT.date(), by=BOOKS, at=AT)


def paid(session: Session, invoice: Invoice) -> None:
    record_payment(
        session,
        invoice,
        amount=invoice.including,
        received_on=date(2026, 11, 18),
        reference=f"VIR-{invoice.number}",
        by=BOOKS,
        at=AT,
    )


#: How each state comes about, and how many days later the page is read.
STATES: dict[str, tuple[Callable[[Session, Town], object], int]] = {
    "quoted": (a_quote, 0),
    "expired": (a_quote, 40),
    "cancelled": (
        lambda session, town: cancel_quote(session, a_quote(session, town), by=town.buyer, at=AT),
        0,
    ),
    "ordered": (an_order, 0),
    "delivered": (lambda session, town: deliver_all(session, an_order(session, town)), 0),
    "invoiced": (an_invoice, 0),
    "never sent": (an_invoice, 40),
    "overdue": (a_sent_invoice, 33),
    "paid": (lambda session, town: paid(session, an_invoice(session, town)), 0),
}


def user_of(session: Session, town: Town, role: str) -> int:
    """The town's buyer, or a colleague with that right alone, by their user id."""
    person = town.buyer
    if role != BUYER:
        person = make_member(session, f"{role}@chinon.example", role)
    assert person.user_id is not None
    return person.user_id


@pytest.mark.parametrize("role", READERS)
def test_each_reader_is_told_the_same_state_of_a_file(
    app: Flask, database: Database, town: Town, role: str
):
    with database.transaction() as session:
        user_id = user_of(session, town, role)
    for state, (arrange, days) in STATES.items():
        with database.transaction() as session:
            arrange(session, town)
            number = session.scalars(select(Quote.number).order_by(Quote.id.desc())).first()
        with clock.travelled(timedelta(days=days)):
            page = sign_in(app.test_client(), user_id, language="en").get(f"/devis/{number}").text
        told = {title for title in TITLES.values() if title in page}
        assert told == {TITLES[state]}, state


def test_only_who_may_send_a_copy_is_offered_the_form(app: Flask, database: Database, town: Town):
    with database.transaction() as session:
        number = a_quote(session, town).number
        users = {role: user_of(session, town, role) for role in READERS}
    for role, user_id in users.items():
        page = sign_in(app.test_client(), user_id, language="en").get(f"/devis/{number}").text
        assert ("Send the copy" in page) is (role == BUYER), role


def test_an_order_from_a_purchase_order_is_not_called_paid_before_it_is(
    app: Flask, database: Database, town: Town
):
    words = {
        an_order: "Being prepared",
        an_invoice: "Invoiced, awaiting payment",
        STATES["paid"][0]: "Complete",
    }
    for arrange, told in words.items():
        with database.transaction() as session:
            arrange(session, town)
        browser = sign_in(app.test_client(), town.buyer.user_id or 0, language="en")
        page = browser.get("/commandes").text
        assert told in page
        assert "Paid, being prepared" not in page


def test_a_private_customer_finds_their_orders_from_every_page(app: Flask, database: Database):
    with database.transaction() as session:
        person = make_person(session, at=AT, email="lea@home.example", name="Léa Petit")
    browser = sign_in(app.test_client(), person.id, language="en")
    for address in ("/", "/compte", "/livraison"):
        assert 'href="/commandes"' in browser.get(address).text, address
    assert "No order yet" in browser.get("/commandes").text


def test_nobody_is_told_to_request_a_quote_that_they_cannot_have(
    app: Flask, database: Database, town: Town
):
    with database.transaction() as session:
        person = make_person(session, at=AT, email="lea@home.example", name="Léa Petit")
    for user_id, may in ((person.id, False), (town.buyer.user_id or 0, True)):
        page = sign_in(app.test_client(), user_id, language="en").get("/devis").text
        shown = page.partition("<main")[2].partition("</main>")[0]
        assert ("request your quote" in shown) is may
        assert ('href="/commandes"' in shown) is not may


def test_nothing_follows_a_quote_that_is_over(app: Flask, database: Database, town: Town):
    with database.transaction() as session:
        number = a_quote(session, town).number
    with clock.travelled(timedelta(days=40)):
        browser = sign_in(app.test_client(), town.buyer.user_id or 0, language="en")
        page = browser.get(f"/devis/{number}").text
    assert "Nothing to follow" in page
    assert "Not received" in page
    assert "(to come)" not in page
    assert "It was valid until Friday 18 December 2026 inclusive." in page
    assert "Valid until" not in page
    assert "To follow" not in page


def test_the_file_says_the_interest_of_its_late_invoice_as_the_list_of_invoices_does(
    app: Flask, database: Database, town: Town
):
    with database.transaction() as session:
        a_sent_invoice(session, town)
        buyer = user_of(session, town, BUYER)
        number = session.scalars(select(Quote.number)).one()
    told = {}
    for days in (0, 33):
        with clock.travelled(timedelta(days=days)):
            browser = sign_in(app.test_client(), buyer, language="en")
            pages = (browser.get(f"/devis/{number}").text, browser.get("/factures").text)
            told[days] = [
                re.findall(r"By law, interest of [^<]*?recovery costs\.", p) for p in pages
            ]
    assert told[0] == [[], []]
    file, invoices = told[33]
    assert len(file) == 1 and file == invoices
    assert "€40.00" in file[0]
