"""The five steps: none can be skipped, going back loses nothing, on both databases."""

import re
import threading

import pytest
from sqlalchemy import select

from checkout.drafts.drafts import close_draft, ready_draft
from checkout.drafts.models import Draft
from checkout.drafts.rules import SaleChanged
from checkout.web.steps.visit import shipping_names
from shop.cart.carts import set_quantities
from shop.cart.contents import cart_contents
from shop.cart.joining import adopt_cart
from shop.core.actors import BUYER, CUSTOMER, Actor
from shop.core.parties import Contact, Place
from shop.letterheads.letterheads import set_letterhead
from shop.ops.clock import now, travelled
from shop.organisations.addresses import add_place
from shop.verification.verification import verify
from shop.web.kit.sessions import VISITOR
from tests.factories import (
    AT,
    EVIDENCE,
    OFFICE,
    SELLER,
    fill_cart,
    make_body,
    make_checkout,
    make_person,
    make_product,
    make_town,
    sale_line,
)
from tests.people import sign_in

STEPS = ("identification", "adresses", "livraison", "paiement")
HOME = {
    "header_name": "Léa Petit",
    "header_line1": "3, rue des Tilleuls",
    "header_postal_code": "61000",
    "header_city": "Alençon",
    "delivery": "same",
    "contact_name": "Léa Petit",
    "contact_phone": "06\u00a012\u00a034\u00a056\u00a078",
    "title": "Sono du préau",
}


@pytest.fixture(autouse=True)
def _at_noon():
    with travelled(AT):
        yield


@pytest.fixture
def cart(database, client) -> str:
    with database.transaction() as session:
        token = fill_cart(session, make_product(session, at=AT), at=AT)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    return token


def test_an_empty_cart_leads_to_the_cart_whatever_the_step(client):
    for step in STEPS:
        answer = client.get(f"/commande/{step}")
        assert (answer.status_code, answer.location) == (303, "/panier")


def test_no_step_can_be_skipped_and_going_back_loses_nothing(client, cart):
    for step in STEPS[1:]:
        assert client.get(f"/commande/{step}").location == "/commande/identification"
    assert client.get("/commande/identification").status_code == 200
    answer = client.post("/commande/identification", data={"email": "lea@home.example"})
    assert (answer.status_code, answer.location) == (303, "/commande/adresses")
    for step in STEPS[2:]:
        assert client.get(f"/commande/{step}").location == "/commande/adresses"
    answer = client.post("/commande/adresses", data=HOME)
    assert (answer.status_code, answer.location) == (303, "/commande/livraison")
    assert client.get("/commande/paiement").location == "/commande/livraison"
    answer = client.post("/commande/livraison", data={"shipping": "parcel"})
    assert (answer.status_code, answer.location) == (303, "/commande/paiement")
    page = client.get("/commande/paiement").text
    assert HOME["contact_phone"] in page
    assert "lea@home.example" in client.get("/commande/identification").text
    back = client.get("/commande/adresses").text
    for kept in HOME.values():
        assert kept in back
    assert client.get("/commande/paiement").status_code == 200


def test_a_mistake_is_shown_beside_its_field_and_the_rest_is_kept(client, cart):
    answer = client.post("/commande/identification", data={"email": "lea"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    client.post("/commande/identification", data={"email": "lea@home.example"})
    wrong = HOME | {"contact_phone": "", "header_postal_code": "6100"}
    answer = client.post("/commande/adresses", data=wrong)
    assert answer.status_code == 422
    assert 'href="#contact_phone"' in answer.text
    assert 'href="#header_postal_code"' in answer.text
    assert "3, rue des Tilleuls" in answer.text


def test_a_telephone_is_written_in_pairs_however_it_was_typed(client, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME | {"contact_phone": "06.12345678"})
    assert HOME["contact_phone"] in client.get("/commande/adresses").text


def test_another_place_must_be_complete(client, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    answer = client.post("/commande/adresses", data=HOME | {"delivery": "other"})
    assert answer.status_code == 422
    assert 'href="#place_line1"' in answer.text


def test_a_parcel_is_no_longer_offered_when_the_cart_grew_too_heavy(client, cart, database):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME)
    client.post("/commande/livraison", data={"shipping": "parcel"})
    with database.transaction() as session:
        set_quantities(session, cart, {"SON-0412": 4})
    assert client.get("/commande/paiement").location == "/commande/livraison"
    assert client.post("/commande/livraison", data={"shipping": "parcel"}).status_code == 422
    client.post("/commande/livraison", data={"shipping": "pallet"})
    assert client.get("/commande/paiement").status_code == 200


def test_the_checkout_of_a_member_starts_from_the_bodys_address_book(client, database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        hall = Place("Salle Arletty", "14 rue du Stade", "37500", "Chinon")
        add_place(
            session,
            hall,
            contact=Contact("Rémi Gardien", "02 47 00 00 00"),
            by=town.buyer,
            at=AT,
        )
        token = fill_cart(session, town.product_id, at=AT)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    sign_in(client, town.buyer.user_id)
    assert client.get("/commande/identification").location == "/commande/adresses"
    page = client.get("/commande/adresses").text
    assert "Salle Arletty, 14 rue du Stade" in page
    assert "Rémi Gardien" in page
    body = HOME | {"delivery": "same", "service_name": "Comptabilité", "service_code": "CULT-02"}
    assert client.post("/commande/adresses", data=body | {"service_name": ""}).status_code == 422
    assert client.post("/commande/adresses", data=body).status_code == 303
    client.post("/commande/livraison", data={"shipping": "pick_up"})
    with database.reading_session() as session:
        cart_id = cart_contents(session, token).cart_id
        ready = ready_draft(
            session, cart_id, names=shipping_names(), language="fr", by=town.buyer, at=now()
        )
    assert ready.sale.parties.header.name == "Ville de Chinon"
    assert ready.sale.parties.siret == "21370072700018"
    assert ready.sale.parties.paying_service is not None
    assert ready.sale.title == "Sono du préau"
    assert client.get("/commande/paiement").status_code == 200


def test_a_checkout_is_not_shown_to_somebody_else_on_the_same_computer(client, database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        _cart, token = make_checkout(session, town.product_id, at=AT, by=town.buyer)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    assert client.get("/commande/adresses").location == "/commande/identification"
    client.post("/commande/identification", data={"email": "lea@home.example"})
    assert "rue des Tilleuls" not in client.get("/commande/adresses").text


def test_a_sale_that_changed_in_another_tab_is_recognised(database):
    with database.transaction() as session:
        product_id = make_product(session, at=AT)
        cart_id, _token = make_checkout(session, product_id, at=AT)
    by = VISITOR
    with database.transaction() as session:
        seen = ready_draft(session, cart_id, names=shipping_names(), language="fr", by=by, at=AT)
        again = ready_draft(
            session, cart_id, names=shipping_names(), language="fr", by=by, at=AT, seal=seen.seal
        )
        assert again.seal == seen.seal
        draft = session.scalars(select(Draft)).one()
        draft.parties = draft.parties | {
            "contact": {"name": "Autre", "phone": "0", "own_email": ""}
        }
        session.flush()
        with pytest.raises(SaleChanged):
            ready_draft(
                session,
                cart_id,
                names=shipping_names(),
                language="fr",
                by=by,
                at=AT,
                seal=seen.seal,
            )


def test_a_double_click_on_step_2_begins_one_checkout(app, database, cart):
    ready, answers = threading.Barrier(4), []

    def click() -> None:
        window = app.test_client()
        with window.session_transaction() as cookie:
            cookie["cart"] = cart
        ready.wait()
        answer = window.post("/commande/identification", data={"email": "lea@home.example"})
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/commande/adresses")] * 4
    with database.reading_session() as session:
        assert session.scalars(select(Draft.email).order_by(Draft.id)).all() == ["lea@home.example"]


def test_signing_in_during_the_checkout_asks_for_the_paying_service(client, database, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME)
    client.post("/commande/livraison", data={"shipping": "pick_up"})
    assert client.get("/commande/paiement").status_code == 200
    with database.transaction() as session:
        user = make_person(session, at=AT, email="claire@chinon.example")
        body = make_body(session, user, at=AT)
        verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        buyer = Actor(user.name, frozenset({CUSTOMER, BUYER}), user.id, body.id, user.email)
    sign_in(client, user.id)
    for step in ("paiement", "livraison"):
        assert client.get(f"/commande/{step}").location == "/commande/adresses"
    assert client.get("/commande/devis").location == "/commande/adresses"
    body = HOME | {"service_name": "Comptabilité", "delivery": "pick_up"}
    client.post("/commande/adresses", data=body)
    assert client.get("/commande/paiement").status_code == 200
    with database.reading_session() as session:
        draft = session.scalars(select(Draft)).one()
        ready = ready_draft(
            session, draft.cart_id, names=shipping_names(), language="fr", by=buyer, at=AT
        )
    assert ready.sale.buyer.email == "claire@chinon.example"


def test_the_cart_of_another_person_is_no_checkout(app, client, database, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME)
    with database.transaction() as session:
        user_id = make_person(session, at=AT).id
        adopt_cart(session, cart, user_id)
    assert client.get("/commande/livraison").location == "/panier"
    answer = client.post("/commande/identification", data={"email": "evil@example.org"})
    assert answer.location == "/panier"
    owner = app.test_client()
    sign_in(owner, user_id)
    page = owner.get("/commande/adresses").text
    assert "rue des Tilleuls" in page


def test_the_sale_of_a_guest_does_not_change_other_carts(database):
    with database.transaction() as session:
        product = make_product(session, at=AT)
        sold, _token = make_checkout(session, product, at=AT)
        other = fill_cart(session, product, at=AT)
        close_draft(session, sold, [sale_line(session, product)], user_id=None)
        session.flush()
        assert cart_contents(session, sold).lines == ()
        assert [line.quantity for line in cart_contents(session, other).sale_lines] == [1]


def test_a_private_person_types_their_name_once(client, database, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME | {"header_name": ""})
    with database.reading_session() as session:
        parties = session.scalars(select(Draft)).one().parties
    assert parties["header"]["name"] == parties["contact"]["name"] == "Léa Petit"
    page = client.get("/commande/adresses").text
    assert 'name="header_name" type="text" value=""' in page
    client.post("/commande/adresses", data=HOME | {"header_name": "SARL Petit"})
    assert 'value="SARL Petit"' in client.get("/commande/adresses").text


def test_a_pick_up_needs_no_place_of_delivery_and_no_served_address(client, database, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    island = {"header_postal_code": "97400", "header_city": "Saint-Denis"}
    stopped = client.post("/commande/adresses", data=HOME | island)
    assert stopped.status_code == 422
    there = HOME | island | {"delivery": "pick_up", "place_postal_code": "pas un code"}
    assert client.post("/commande/adresses", data=there).location == "/commande/livraison"
    step = client.get("/commande/livraison").text
    assert 'value="pick_up"' in step
    assert 'value="parcel"' not in step
    assert client.post("/commande/livraison", data={"shipping": "parcel"}).status_code == 422
    client.post("/commande/livraison", data={"shipping": "pick_up"})
    assert client.get("/commande/paiement").status_code == 200
    assert 'value="pick_up" checked' in re.sub(
        r'checked (.*?)value="pick_up"',
        r'\1value="pick_up" checked',
        client.get("/commande/adresses").text,
    )


def test_the_sum_of_step_4_contains_the_delivery_that_is_ticked(client, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME)
    page = client.get("/commande/livraison").text
    sums = re.sub(r"<[^>]+>|\s+", " ", page.partition('class="mini"')[2])
    assert re.search(r"Livraison en colis TTC\s+14,90 €", sums)
    assert re.search(r"Total TTC\s+563,90 €", sums)
    assert "s’ajoute à l’étape 4" not in page


def test_a_delivery_chosen_instead_of_a_pick_up_is_asked_again_at_step_4(client, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME | {"delivery": "pick_up"})
    assert client.get("/commande/paiement").status_code == 200
    client.post("/commande/adresses", data=HOME)
    assert client.get("/commande/paiement").location == "/commande/livraison"


def test_a_pick_up_says_where_and_when(client, database, cart):
    with database.transaction() as session:
        set_letterhead(session, SELLER | {"hours": "Du lundi au samedi"}, at=AT)
    client.post("/commande/identification", data={"email": "lea@home.example"})
    addresses = client.get("/commande/adresses").text
    client.post("/commande/adresses", data=HOME | {"delivery": "pick_up"})
    pages = [
        addresses,
        client.get("/commande/livraison").text,
        client.get("/commande/paiement").text,
    ]
    for page in pages:
        assert "Du lundi au samedi" in page.partition("<main")[2].partition("<footer")[0]
    assert "Prêt" in pages[1]


def test_a_mistyped_domain_is_asked_about_and_can_be_kept_or_changed_at_step_5(client, cart):
    where = "/commande/identification"
    asked = client.post(where, data={"email": "lea@gmial.con"})
    assert asked.status_code == 422
    assert "lea@gmail.com" in asked.text
    assert 'name="email_checked"' in asked.text
    kept = {"email": "lea@gmial.con", "email_checked": "lea@gmial.con"}
    assert client.post(where, data=kept).status_code == 303
    client.post("/commande/adresses", data=HOME | {"delivery": "pick_up"})
    page = client.get("/commande/paiement").text
    assert "lea@gmial.con" in page
    assert "Modifier l’adresse e-mail" in page


def test_terms_and_withdrawal_are_linked_before_the_button_that_pays(client, cart):
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME | {"delivery": "pick_up"})
    page = client.get("/commande/paiement").text
    before = page.partition("<main")[2].partition('action="/commande/paiement/carte"')[0]
    for link in ("/conditions-de-vente", "/retractation"):
        assert f'href="{link}"' in before
