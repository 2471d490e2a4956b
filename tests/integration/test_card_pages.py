"""The card from step 5 to the order's page, with the sandbox processor over real HTTP."""

import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from checkout.card.models import ProcessorEvent
from checkout.card.reconciliation import reconcile
from checkout.card.sandbox.server import running
from checkout.card.stripe_gateway import StripeGateway
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.orders.models import Order
from checkout.orders.orders import get_order, lines_of
from checkout.web.card.processor import EXTENSION
from shop.catalogue import stock
from shop.catalogue.models import Stock
from shop.jobs import make_pdfs
from shop.ops.clock import now
from tests.factories import STORES, make_checkout, make_letterhead, make_product
from tests.sandboxed import DECLINED, KEY, SECRET, SECURED

SEAL = 'name="seal" value="'


@pytest.fixture
def sandbox():
    with running() as processor:
        yield processor


@pytest.fixture
def shop(app, sandbox):
    """The shop served on a port, so that the processor can post its webhooks to it."""
    gateway = StripeGateway(KEY, SECRET, sandbox.base_url)
    app.extensions[EXTENSION] = gateway
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.extensions["comptoir.settings"] = replace(
        app.extensions["comptoir.settings"], public_url=f"http://127.0.0.1:{server.server_port}"
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    sandbox.hook(f"http://127.0.0.1:{server.server_port}/card/webhook", SECRET)
    yield app
    server.shutdown()
    thread.join()
    server.server_close()
    gateway.close()


@pytest.fixture
def product_id(database) -> int:
    with database.transaction() as session:
        return make_product(session, at=now(), on_hand=5)


@pytest.fixture
def buyer(shop, database, product_id):
    """A guest's browser at step 5."""
    with database.transaction() as session:
        _cart_id, token = make_checkout(session, product_id, at=now())
    client = shop.test_client()
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    return client


def press(client) -> str:
    """Press « Payer par carte »; the address that the browser is redirected to."""
    seal = client.get("/commande/paiement").text.partition(SEAL)[2].partition('"')[0]
    answer = client.post("/commande/paiement/carte", data={"seal": seal})
    assert answer.status_code == 303
    return answer.location


def local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def orders(database) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(Order))


def reserved(database) -> int:
    with database.reading_session() as session:
        return session.scalars(select(Stock.reserved)).one()


def test_paid_then_back_makes_the_order_and_thanks_once(buyer, database, sandbox):
    sandbox.knobs(drop=True)
    back = sandbox.customer.pay(press(buyer)).location
    answer = buyer.get(local(back))
    assert (answer.status_code, answer.location) == (303, "/commandes/CO-" + answer.location[-11:])
    page = buyer.get(answer.location)
    assert page.status_code == 200
    assert "CO-" in page.text
    assert "4242" in page.text
    assert len(buyer.get(answer.location).text) < len(page.text)
    assert buyer.get(local(back)).location == answer.location
    assert (orders(database), reserved(database)) == (1, 1)


def test_what_another_tab_added_while_paying_is_still_counted_in_the_header(
    buyer, database, sandbox
):
    page = press(buyer)
    with database.transaction() as session:
        make_product(session, sku="MIC-0001", at=now())
    buyer.post("/panier", data={"sku": "MIC-0001", "quantity": "3"})
    buyer.get(local(sandbox.customer.pay(page).location))
    with buyer.session_transaction() as cookie:
        assert cookie["cart_count"] == 3


def test_webhook_first_then_back(buyer, database, sandbox):
    back = sandbox.customer.pay(press(buyer)).location
    sandbox.flush()
    assert orders(database) == 1
    assert buyer.get(local(back)).location.startswith("/commandes/CO-")
    assert (orders(database), reserved(database)) == (1, 1)


def test_back_first_then_the_webhook_twice(buyer, database, sandbox):
    sandbox.knobs(drop=True)
    back = sandbox.customer.pay(press(buyer)).location
    buyer.get(local(back))
    sandbox.knobs(dup=2)
    sandbox.flush(dropped=True)
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(ProcessorEvent)) >= 1
    assert (orders(database), reserved(database)) == (1, 1)


def test_a_closed_tab_without_webhook_is_found_by_the_worker(buyer, database, sandbox, shop):
    sandbox.knobs(drop=True)
    sandbox.customer.pay(press(buyer))
    assert orders(database) == 0
    reconcile(database, shop.extensions[EXTENSION], at=now() + timedelta(minutes=5))
    assert (orders(database), reserved(database)) == (1, 1)


def test_a_declined_card_can_be_tried_again_on_the_same_page(buyer, database, sandbox):
    page = press(buyer)
    sandbox.customer.pay(page, DECLINED)
    assert press(buyer) == page
    back = sandbox.customer.pay(page).location
    assert buyer.get(local(back)).location.startswith("/commandes/CO-")
    assert orders(database) == 1


def test_three_d_secure_passed_and_failed(buyer, database, sandbox):
    page = press(buyer)
    bank = sandbox.customer.pay(page, SECURED).location
    sandbox.customer.authenticate(bank, passed=False)
    assert orders(database) == 0
    bank = sandbox.customer.pay(page, SECURED).location
    back = sandbox.customer.authenticate(bank).location
    assert buyer.get(local(back)).location.startswith("/commandes/CO-")
    assert orders(database) == 1


def test_sold_out_while_paying_is_refunded_and_explained(buyer, database, sandbox, product_id):
    page = press(buyer)
    with database.transaction() as session:
        stock.reserve(session, {product_id: 5}, reference="elsewhere", at=now())
    sandbox.knobs(drop=True)
    back = sandbox.customer.pay(page).location
    answer = buyer.get(local(back))
    assert answer.status_code == 200
    assert "refund" in answer.text or "rembours" in answer.text
    assert orders(database) == 0
    assert buyer.get("/panier").status_code == 200


def test_a_cart_changed_in_another_tab_is_recognised_at_the_button(buyer, database):
    answer = buyer.post("/commande/paiement/carte", data={"seal": "of an older cart"})
    assert (answer.status_code, answer.location) == (303, "/commande/paiement")
    assert orders(database) == 0
    assert buyer.get("/commande/paiement").status_code == 200


def test_an_unreachable_processor_is_reported_and_nothing_is_lost(buyer, shop):
    shop.extensions[EXTENSION] = StripeGateway(KEY, SECRET, "http://127.0.0.1:9")
    seal = buyer.get("/commande/paiement").text.partition(SEAL)[2].partition('"')[0]
    answer = buyer.post("/commande/paiement/carte", data={"seal": seal})
    assert (answer.status_code, answer.location) == (303, "/commande/paiement")
    assert buyer.get("/commande/paiement").status_code == 200


def test_a_guest_reads_an_order_with_its_key_only(buyer, shop, database, sandbox):
    back = sandbox.customer.pay(press(buyer)).location
    where = buyer.get(local(back)).location
    stranger = shop.test_client()
    assert stranger.get(where).location.startswith("/connexion?")
    assert stranger.get(f"{where}?key=guess").status_code == 404
    assert stranger.get(local(back)).status_code == 404
    with buyer.session_transaction() as cookie:
        key = cookie["orders"][where.rpartition("/")[2]]
    friend = shop.test_client()
    assert friend.get(f"{where}?key={key}").location == where
    assert friend.get(where).status_code == 200


def test_a_guest_downloads_the_documents_of_an_order(buyer, database, sandbox):
    back = sandbox.customer.pay(press(buyer)).location
    where = buyer.get(local(back)).location
    number = where.rpartition("/")[2]
    with database.transaction() as session:
        make_letterhead(session, at=now())
        order = get_order(session, number, by=STORES)
        units = {x.position: x.quantity for x in lines_of(session, order.id) if x.product_id}
        issue_delivery_note(session, order, units, by=STORES, at=now())
    page = buyer.get(where).text
    link = page.partition(f'href="/dossiers/{number}/documents/')[2].partition('"')[0]
    make_pdfs(database)
    paper = buyer.get(f"/dossiers/{number}/documents/{link}")
    assert paper.status_code == 200
    assert paper.data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        (49, "Le paiement par carte commence à 0,50"),
        (100_000_000, "Le paiement par carte va jusqu’à 999"),
    ],
)
def test_step_5_says_why_an_amount_cannot_be_paid_by_card(shop, database, price, sentence):
    with database.transaction() as session:
        product = make_product(session, at=now(), price=price, on_hand=1)
        _cart_id, token = make_checkout(session, product, at=now())
    client = shop.test_client()
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    page = client.get("/commande/paiement").text
    assert sentence in page
    assert SEAL not in page, "there is no button"
    forged = client.post("/commande/paiement/carte", data={"seal": ""})
    assert (forged.status_code, orders(database)) == (303, 0)


def test_the_minimum_is_paid(shop, database):
    with database.transaction() as session:
        product = make_product(session, at=now(), price=50, on_hand=1)
        _cart_id, token = make_checkout(session, product, at=now())
    client = shop.test_client()
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    assert "/c/pay/" in press(client)
