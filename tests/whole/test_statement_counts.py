"""The cost of a page for the database: a number of statements that does not depend on the number of
rows.
"""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from checkout.card.events import handle_event
from checkout.card.gateway import Event
from checkout.card.reconciliation import reconcile
from checkout.orders.models import Order
from shop.cart.carts import add_to_cart
from shop.storage.db import Database
from tests.checkouts import LATER, Checkout
from tests.counting import counted
from tests.factories import AT, make_buyer, make_product
from tests.fakes import FakeGateway
from tests.people import sign_in
from tests.shelves import stock_shelves
from tests.teams import make_asking, make_proven_town

pytestmark = pytest.mark.each_database

FEW, MANY = 12, 240
#: The maximum number of statements of each page.
SHARES = {
    "/": 6,
    "/rayon/sonorisation": 6,
    "/rayon/sonorisation?sort=price&page=2": 6,
    "/rayon/sonorisation?usage=plein-air&brand=valcorde&supply=in_stock&from=100": 6,
    "/produit/produit-1": 5,
    "/recherche?q=enceinte": 6,
    "/recherche?q=SON-00003": 6,
    "/recherche?q=encinte+activ": 6,
}


@pytest.fixture(params=[FEW, MANY], ids=["few", "many"])
def rows(database: Database, request: pytest.FixtureRequest) -> int:
    """So many products in the catalogue."""
    stock_shelves(database, request.param)
    return request.param


@pytest.fixture
def readers(app, database: Database, rows: int) -> dict[str, Any]:
    """The browsers of a visitor and of a buyer; the cache of departments is filled."""
    with database.transaction() as session:
        buyer = make_buyer(session)
    assert buyer.user_id is not None
    clients = {"visitor": app.test_client(), "buyer": sign_in(app.test_client(), buyer.user_id)}
    for name, client in clients.items():
        assert ("Ville de Chinon" in client.get("/").text) == (name == "buyer")
    return clients


@pytest.fixture
def cost(app, database: Database) -> Callable[..., int]:
    """The statements of a request; the cache of departments is checked again."""

    def of(client: Any, method: str, url: str, **data: str) -> int:
        app.extensions["comptoir.tree"].look_again()
        with counted(database) as sent:
            answer = getattr(client, method)(url, data=data or None)
        assert answer.status_code in (200, 303), answer.status_code
        return len(sent)

    return of


def test_a_page_sends_no_more_statements_than_its_limit(readers, cost):
    costs = {
        (name, url): cost(client, "get", url) for name, client in readers.items() for url in SHARES
    }
    assert {asked: n for asked, n in costs.items() if n > SHARES[asked[1]]} == {}


def test_adding_to_a_cart_and_showing_it_stay_within_their_limits(readers, cost, rows: int):
    for client in readers.values():
        for number in range(min(rows, 40)):
            sku = f"SON-{number:05d}"
            assert cost(client, "post", "/panier", sku=sku, quantity="1") <= 4
        assert cost(client, "get", "/panier") <= 4
        assert cost(client, "post", "/panier/quantites", **{"quantity-SON-00001": "3"}) <= 5
        assert cost(client, "post", "/panier/SON-00001/retrait") <= 7


def test_the_size_of_a_full_list_stays_within_its_limit(database: Database, client):
    stock_shelves(database, MANY)
    for url in ("/rayon/sonorisation", "/rayon/sonorisation?sort=price&page=10"):
        page = client.get(url).data
        assert len(page) <= 40_000, len(page)
        assert len(gzip.compress(page, 6)) <= 9_000


def test_people_who_wait_add_no_statement_to_the_page_of_their_organisation(
    client, database: Database
):
    with database.transaction() as session:
        claire = make_proven_town(session)
        make_asking(session, "w0@chinon.example")
    sign_in(client, claire.user_id)
    client.get("/compte/organisation/membres")
    with counted(database) as few:
        assert client.get("/compte/organisation/membres").status_code == 200
    with database.transaction() as session:
        for place in range(1, 6):
            make_asking(session, f"w{place}@chinon.example")
    with counted(database) as many:
        assert "w5@chinon.example" in client.get("/compte/organisation/membres").text
    assert len(many) == len(few)


#: What a settlement may send, whoever asks for it (one of them the terms of its invoice); what the
#: webhook and a round of the worker add.
SETTLING, WEBHOOK, ROUND = 20, 2, 6


@pytest.fixture
def paid(database: Database) -> Checkout:
    """A guest's checkout whose payment page was paid."""
    checkout = Checkout(database, FakeGateway())
    checkout.gateway.pay(checkout.press())
    return checkout


def order_of(database: Database) -> Order:
    with database.reading_session() as session:
        return session.scalars(select(Order)).one()


def test_a_card_payment_is_settled_and_invoiced_within_its_limit(database: Database, paid):
    (session_id,) = paid.gateway.payments
    with counted(database) as first:
        assert paid.settle(session_id).order_number == "CO-2026-000001"
    with counted(database) as again:
        assert paid.settle(session_id).order_number == "CO-2026-000001"
    assert len(first) <= SETTLING, "\n".join(first)
    assert len(again) <= 3


def test_the_goods_of_an_order_add_no_statement_to_its_settlement(database: Database):
    checkout = Checkout(database, FakeGateway())
    with database.transaction() as session:
        for number in range(5):
            make_product(session, sku=f"SON-10{number}", at=AT, on_hand=5)
            add_to_cart(session, checkout.token, f"SON-10{number}", 1, at=AT)
    session_id = checkout.press()
    checkout.gateway.pay(session_id)
    with counted(database) as sent:
        checkout.settle(session_id)
    assert order_of(database).line_count >= 6
    assert len(sent) <= SETTLING, "\n".join(sent)


def test_the_webhook_settles_within_its_limit(database: Database, paid):
    (session_id,) = paid.gateway.payments
    event = Event("evt_1", "checkout.session.completed", session_id, None, None)
    with counted(database) as sent:
        handle_event(database, paid.gateway, event, at=LATER)
    assert order_of(database).number
    assert len(sent) <= SETTLING + WEBHOOK, "\n".join(sent)


def test_a_round_of_the_worker_settles_within_its_limit(database: Database, paid):
    with counted(database) as sent:
        assert reconcile(database, paid.gateway, at=LATER).settled == 1
    assert order_of(database).number
    assert len(sent) <= SETTLING + ROUND, "\n".join(sent)
    with counted(database) as idle:
        reconcile(database, paid.gateway, at=LATER)
    assert len(idle) <= ROUND, "\n".join(idle)
