"""Requests that no page of the shop sends, and their answers."""

import pytest
from sqlalchemy import func, select

from checkout.card.models import CardPayment
from checkout.orders.models import Order
from checkout.web.card.processor import EXTENSION
from shop.ops.clock import now
from shop.storage.db import Database
from tests.factories import AT, fill_cart, make_checkout, make_person, make_product, make_shop
from tests.fakes import FakeGateway
from tests.orders import make_card_order
from tests.people import sign_in


@pytest.fixture(autouse=True)
def gateway(app) -> FakeGateway:
    app.extensions[EXTENSION] = FakeGateway()
    return app.extensions[EXTENSION]


def count(database: Database, kind: type) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(kind))


def carry(client, token: str) -> None:
    with client.session_transaction() as cookie:
        cookie["cart"] = token


def test_paying_with_an_empty_cart_leads_to_the_cart(client, database):
    assert client.post("/commande/paiement/carte").location == "/panier"
    assert count(database, CardPayment) == 0


def test_paying_before_the_steps_leads_to_the_first_missing_one(client, database):
    with database.transaction() as session:
        carry(client, fill_cart(session, make_product(session, at=AT), at=AT))
    answer = client.post("/commande/paiement/carte")
    assert (answer.status_code, answer.location) == (303, "/commande/identification")
    answer = client.post("/commande/livraison", data={"shipping": "parcel"})
    assert (answer.status_code, answer.location) == (303, "/commande/identification")
    assert count(database, CardPayment) == 0


def test_the_amount_is_never_read_from_the_browser(client, database, gateway):
    with database.transaction() as session:
        _cart_id, token = make_checkout(session, make_product(session, at=AT), at=now())
    carry(client, token)
    page = client.get("/commande/paiement").text
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    client.post("/commande/paiement/carte", data={"seal": seal, "amount": "1", "price": "1"})
    assert [total for _started, total in gateway.started.values()] == [54_900]


def test_an_unknown_way_of_delivery_is_a_form_error(client, database):
    with database.transaction() as session:
        _cart_id, token = make_checkout(session, make_product(session, at=AT), at=now())
    carry(client, token)
    for forged in ("pallet", "helicopter", ""):
        assert client.post("/commande/livraison", data={"shipping": forged}).status_code == 422


def test_an_entry_of_another_address_book_cannot_be_chosen(client, database):
    with database.transaction() as session:
        _cart_id, token = make_checkout(session, make_product(session, at=AT), at=now())
    carry(client, token)
    assert client.post("/commande/adresses", data={"delivery": "book-1"}).status_code == 422


def test_an_unsigned_webhook_is_refused_and_settles_nothing(client, database):
    for signature in ("", "t=1,v1=forged"):
        answer = client.post(
            "/card/webhook", data=b"evt_1 cs_1", headers={"Stripe-Signature": signature}
        )
        assert answer.status_code == 400
    assert count(database, Order) == 0


def test_a_webhook_about_an_unknown_payment_is_accepted(client, gateway):
    gateway.payments = {}
    answer = client.post("/card/webhook", data=b"evt_1 cs_1", headers={"Stripe-Signature": "good"})
    assert answer.status_code == 503  # the processor itself does not have that session


def test_a_webhook_that_cannot_be_settled_asks_for_a_retry(client, gateway):
    gateway.down = True
    answer = client.post("/card/webhook", data=b"evt_1 cs_1", headers={"Stripe-Signature": "good"})
    assert answer.status_code == 503


def test_a_forged_return_address_is_not_found(client):
    assert client.get("/commande/retour?session_id=cs_1").status_code == 404
    assert client.get("/commande/retour").status_code == 404


def test_an_order_of_another_customer_is_not_found(client, database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        stranger = make_person(session, at=AT).id
    for number in (order.number, "CO-2026-999999"):
        assert client.get(f"/commandes/{number}").location.startswith("/connexion?")
    sign_in(client, stranger)
    assert client.get(f"/commandes/{order.number}").status_code == 404
    assert client.get(f"/dossiers/{order.number}/documents/1.pdf").status_code == 404
    assert order.number not in client.get("/commandes").text
