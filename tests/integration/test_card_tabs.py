"""Paying by card while another tab, another window or another browser changes something, on both
databases.
"""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from checkout.card.procedure import Outcome
from checkout.card.settlement import settle
from checkout.drafts.rules import StepMissing
from checkout.orders.models import Order
from checkout.web.card.processor import EXTENSION
from shop.cart.carts import add_to_cart
from shop.cart.contents import cart_contents
from shop.cart.joining import adopt_cart
from shop.ops.clock import travelled
from shop.signin.passwords import hash_password
from tests.checkouts import LATER, Checkout
from tests.factories import AT, fill_cart, make_checkout, make_person, make_product
from tests.fakes import FakeGateway

PASSWORD = "une phrase de passe"


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def browser(app, client, database, gateway):
    """A guest at step 5, and the account of a person."""
    app.extensions[EXTENSION] = gateway
    with database.transaction() as session:
        _cart_id, token = make_checkout(session, make_product(session, at=AT), at=AT)
        user = make_person(session, at=AT, email="lea@home.example")
        user.password_hash = hash_password(PASSWORD)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    with travelled(AT):
        yield client


def press(client) -> str:
    page = client.get("/commande/paiement").text
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    answer = client.post("/commande/paiement/carte", data={"seal": seal})
    return answer.location.rpartition("/")[2]


def sign_in(client) -> None:
    who = {"email": "lea@home.example", "password": PASSWORD}
    assert client.post("/connexion", data=who).status_code == 303


def test_a_guest_who_signs_in_while_paying_returns_to_the_order(browser, gateway):
    session_id = press(browser)
    sign_in(browser)
    gateway.pay(session_id)
    back = browser.get(f"/commande/retour?session_id={session_id}")
    assert back.location.startswith("/commandes/CO-")
    assert browser.get(back.location).status_code == 200


def test_a_guest_who_signs_in_after_paying_reads_the_order_until_signing_out(browser, gateway):
    session_id = press(browser)
    gateway.pay(session_id)
    where = browser.get(f"/commande/retour?session_id={session_id}").location
    sign_in(browser)
    assert browser.get(where).status_code == 200
    browser.post("/deconnexion")
    assert browser.get(where).location.startswith("/connexion?")


def test_returning_and_paying_again_at_once_never_deadlock(database, gateway):
    with database.transaction() as session:
        product_id = make_product(session, at=AT, on_hand=50)
    faults: list[Exception] = []

    def act(what, ready: threading.Barrier) -> None:
        ready.wait()
        try:
            what()
        except StepMissing:
            return  # the cart is empty: it is sold
        except SQLAlchemyError as fault:
            faults.append(fault)

    for _ in range(10):
        checkout = Checkout.of(database, gateway, product_id)
        session_id = checkout.press()
        gateway.pay(session_id)
        ready = threading.Barrier(2)
        acts = (lambda: checkout.settle(session_id), checkout.press)  # noqa: B023 - joined below
        threads = [threading.Thread(target=act, args=(what, ready)) for what in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    with database.reading_session() as session:
        assert len(session.scalars(select(Order.id)).all()) == 10


def test_units_that_another_tab_added_while_paying_stay_in_the_cart(database, gateway):
    checkout = Checkout(database, gateway)
    session_id = checkout.press()
    checkout.ask_for(3)
    gateway.pay(session_id)
    assert checkout.settle(session_id).outcome is Outcome.PAID
    with database.reading_session() as session:
        left = cart_contents(session, checkout.token).sale_lines
    assert [(line.sku, line.quantity) for line in left] == [("SON-0412", 2)]


def test_paid_units_are_removed_from_the_cart_they_were_merged_into(database, gateway):
    with database.transaction() as session:
        product_id, other_id = (
            make_product(session, sku=sku, at=AT) for sku in ("SON-0412", "MIC-0001")
        )
        person = make_person(session, at=AT)
        cart_id, token = make_checkout(session, product_id, at=AT)
        adopt_cart(session, token, person.id)
    checkout = Checkout.of(database, gateway, product_id, (cart_id, token), person)
    session_id = checkout.press()
    with database.transaction() as session:
        adopt_cart(session, fill_cart(session, other_id, at=AT), person.id)
        add_to_cart(session, None, "SON-0412", 1, at=AT, user_id=person.id)
    gateway.pay(session_id)
    assert settle(database, gateway, session_id, at=LATER).outcome is Outcome.PAID
    with database.reading_session() as session:
        left = cart_contents(session, None, user_id=person.id).sale_lines
    assert sorted((line.sku, line.quantity) for line in left) == [
        ("MIC-0001", 1),
        ("SON-0412", 1),
    ]
