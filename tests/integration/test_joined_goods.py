"""Goods of an earlier cart that join at sign-in are told, and taken out in one press."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from shop.cart.carts import add_to_cart, set_quantities
from shop.cart.contents import Contents, cart_contents
from shop.cart.joining import adopt_cart, keep_joined, remove_joined
from shop.core import text
from shop.ops.clock import travelled
from shop.people.models import User
from shop.signin.passwords import hash_password
from tests.factories import AT, make_body, make_person, make_product

PASSWORD = "cinq vaches dans un pré"
HASH = hash_password(PASSWORD)
EARLIER = AT - timedelta(days=23)
ADDRESS = "claire@chinon.example"


@pytest.fixture(autouse=True)
def _at_noon():
    with travelled(AT):
        yield


@pytest.fixture
def person(database) -> int:
    """Somebody with four loudspeakers and a stand in the cart of another day."""
    with database.transaction() as session:
        user = make_person(session, at=AT, email=ADDRESS)
        session.execute(update(User).values(password_hash=HASH))
        for sku, units in (("SON-0412", 4), ("ACC-0099", 1)):
            make_product(session, sku=sku, at=AT)
            add_to_cart(session, None, sku, units, at=EARLIER, user_id=user.id)
        make_product(session, sku="CAB-0001", at=AT)
    return int(user.id)


def of(database, person: int) -> Contents:
    with database.reading() as connection:
        return cart_contents(connection, None, user_id=person)


def quantities(database, person: int) -> dict[str, int]:
    return {line.sale.sku: line.sale.quantity for line in of(database, person).lines}


def enter(client, then: str | None = None):
    answer = client.post(
        "/connexion", query_string={"next": then}, data={"email": ADDRESS, "password": PASSWORD}
    )
    assert answer.status_code == 303
    return client.get(answer.location)


def told(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.partition('id="joined-goods"')[2]))


@pytest.mark.parametrize("then", ["/commande/adresses", None])
def test_the_page_after_the_sign_in_tells_what_joined(client, database, person, then):
    client.post("/panier", data={"sku": "CAB-0001"})
    client.post("/panier", data={"sku": "SON-0412"})
    page = enter(client, then)
    assert page.status_code == 200
    said = told(page.text)
    assert "3 × Enceinte active" in said and "(SON-0412)" in said
    assert "1 × Enceinte active" in said and "(ACC-0099)" in said
    assert "(CAB-0001)" not in said
    assert said.count(text.day(EARLIER)) == 2
    contents = of(database, person)
    assert contents.totals_before.goods < contents.totals.goods
    assert contents.totals_before.goods.cents == sum(
        line.sale.amount.cents // line.sale.quantity
        for line in contents.lines
        if line.sale.sku != "ACC-0099"
    )


def test_the_names_of_products_bear_their_language_on_an_english_page(client, database, person):
    client.post("/panier", data={"sku": "CAB-0001"})
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    told = enter(client).text.partition('id="joined-goods"')[2]
    assert '<strong lang="fr">Enceinte active SON-0412</strong>' in told


def test_one_press_takes_out_what_joined_and_leads_back_to_the_step(client, database, person):
    client.post("/panier", data={"sku": "CAB-0001"})
    client.post("/panier", data={"sku": "SON-0412"})
    enter(client, "/commande/adresses")
    answer = client.post("/panier/articles-ajoutes/retirer", data={"next": "/commande/adresses"})
    assert (answer.status_code, answer.location) == (303, "/commande/adresses")
    assert quantities(database, person) == {"CAB-0001": 1, "SON-0412": 1}
    page = client.get("/commande/adresses").text
    assert "joined-goods" not in page
    assert "Retiré" in page


def test_what_is_kept_is_told_no_longer(client, database, person):
    client.post("/panier", data={"sku": "CAB-0001"})
    enter(client)
    assert "joined-goods" in client.get("/").text
    client.post("/panier/articles-ajoutes/conserver", data={"next": "/"})
    assert "joined-goods" not in client.get("/").text
    assert quantities(database, person) == {"CAB-0001": 1, "SON-0412": 4, "ACC-0099": 1}
    assert of(database, person).joined == ()


def test_a_visitor_without_goods_only_finds_their_own_cart_again(client, database, person):
    assert "joined-goods" not in enter(client).text
    assert of(database, person).joined == ()


def test_another_browser_of_the_person_tells_it_in_the_cart(app, client, database, person):
    client.post("/panier", data={"sku": "CAB-0001"})
    other = app.test_client()
    enter(other)
    enter(client)
    assert "joined-goods" in other.get("/panier").text


def test_an_organisation_reads_the_amounts_excluding_vat(client, database, person):
    with database.transaction() as session:
        make_body(session, session.get_one(User, person), at=AT)
    client.post("/panier", data={"sku": "CAB-0001"})
    assert "HT" in told(enter(client, "/panier").text)


def test_a_quantity_that_the_person_sets_is_their_own(database, person):
    with database.transaction() as session:
        visiting = add_to_cart(session, None, "CAB-0001", 1, at=AT).token
        assert adopt_cart(session, visiting, person).joined == 5
        set_quantities(session, None, {"SON-0412": 2}, user_id=person)
    with database.transaction() as session:
        remove_joined(session, None, user_id=person)
    assert quantities(database, person) == {"CAB-0001": 1, "SON-0412": 2}


def test_units_added_after_the_sign_in_stay_when_the_others_are_taken_out(database, person):
    with database.transaction() as session:
        visiting = add_to_cart(session, None, "CAB-0001", 1, at=AT).token
        adopt_cart(session, visiting, person)
        add_to_cart(session, None, "SON-0412", 2, at=AT, user_id=person)
    with database.transaction() as session:
        remove_joined(session, None, user_id=person)
        keep_joined(session, None, user_id=person)
    assert quantities(database, person) == {"CAB-0001": 1, "SON-0412": 2}
