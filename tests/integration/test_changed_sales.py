"""A form of step 5 that is older than the sale is refused with what changed: before and now."""

import html
import re

import pytest
from sqlalchemy import select, update

from checkout.drafts.models import Draft
from quotes.quotes.models import Quote
from shop.cart.carts import add_to_cart, set_quantities
from shop.catalogue.models import Product
from shop.core.money import Money, UnitPrice
from shop.ops.clock import travelled
from tests.factories import AT, make_checkout, make_product, make_town
from tests.people import sign_in

#: The forms of step 5, each with its page and the rest of its answers.
FORMS = {
    "card": ("/commande/paiement", "/commande/paiement/carte", {}),
    "quote": ("/commande/devis", "/commande/devis", {"accepted": "y"}),
}


@pytest.fixture(autouse=True)
def _at_noon():
    with travelled(AT):
        yield


@pytest.fixture(params=FORMS)
def form(request, client, database):
    """A buyer of a town at step 5 with one product; which of the two forms they send."""
    with database.transaction() as session:
        town = make_town(session, at=AT)
        make_product(session, sku="CAB-0001", at=AT, price=1_290)
        _cart, token = make_checkout(session, town.product_id, at=AT, by=town.buyer)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    sign_in(client, town.buyer.user_id)
    return FORMS[request.param]


def add(session, token):
    add_to_cart(session, token, "CAB-0001", 3, at=AT)


def dearer(session, _token):
    raised = {"price_including": Money(60_000), "unit_price": UnitPrice(5_000_000)}
    session.execute(update(Product).where(Product.sku == "SON-0412").values(raised))


def elsewhere(session, _token):
    draft = session.scalars(select(Draft)).one()
    moved = draft.parties["delivery"] | {"line1": "5, place du Marché"}
    called = draft.parties["contact"] | {"phone": "02 33 00 00 00"}
    draft.parties = draft.parties | {"delivery": moved, "contact": called}


def carried(session, _token):
    session.scalars(select(Draft)).one().shipping = "parcel"


#: What happens in another tab, and what the answer says about it.
CHANGES = {
    "another product": (add, ["Enceinte active CAB-0001", "ajouté au panier", "3"]),
    "more units": (
        lambda session, token: set_quantities(session, token, {"SON-0412": 2}),
        ["Enceinte active SON-0412", "quantité 1 → 2", "Total TTC"],
    ),
    "the price": (dearer, ["Enceinte active SON-0412", "457,50 € → 500,00 €", "→ 600,00 €"]),
    "the addresses": (
        elsewhere,
        ["3, rue des Tilleuls", "→ Léa Petit, 5, place du Marché", "→ Léa Petit, 02 33 00 00 00"],
    ),
    "the delivery": (carried, ["Retrait au magasin → Livraison en colis", "→ 563,90 €"]),
}


def fields(page: str) -> dict[str, str]:
    found = re.findall(r'name="(seal|seen|draft|once)"[^>]* value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def said(page: str) -> str:
    notes = page.partition('class="wrap flashes"')[2].partition("<main")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", notes)))


@pytest.mark.parametrize("change", CHANGES)
def test_the_refusal_says_what_changed(client, database, form, change):
    page, action, answers = form
    shown = fields(client.get(page).text)
    happens, expected = CHANGES[change]
    with database.transaction() as session:
        happens(session, client_token(client))
    answer = client.post(action, data=shown | answers)
    assert (answer.status_code, answer.location) == (303, page)
    words = said(client.get(page).text)
    assert [part for part in expected if part not in words] == [], words
    with database.reading_session() as session:
        assert session.scalars(select(Quote).order_by(Quote.id)).all() == []


def client_token(client) -> str:
    with client.session_transaction() as cookie:
        return cookie["cart"]


def test_several_changes_are_all_told(client, database, form):
    page, action, answers = form
    shown = fields(client.get(page).text)
    with database.transaction() as session:
        for happens in (add, dearer, elsewhere):
            happens(session, client_token(client))
    client.post(action, data=shown | answers)
    words = said(client.get(page).text)
    for part in ("CAB-0001", "500,00 €", "place du Marché", "02 33 00 00 00"):
        assert part in words


def test_a_forged_account_of_the_page_is_not_believed(client, database, form):
    page, action, answers = form
    shown = fields(client.get(page).text) | {"seal": "0" * 32, "seen": "eyJ9.forged"}
    client.post(action, data=shown | answers)
    assert "→" not in said(client.get(page).text)


def test_a_product_withdrawn_from_sale_is_named(client, database, form):
    page, action, answers = form
    shown = fields(client.get(page).text)
    with database.transaction() as session:
        session.execute(update(Product).values(published=False))
    answer = client.post(action, data=shown | answers)
    words = said(client.get(answer.location).text)
    assert "Enceinte active SON-0412 n’est plus en vente" in words


def test_conditions_that_are_not_ticked_say_what_changed_too(client, database, form):
    page, action, answers = form
    if not answers:
        return
    shown = fields(client.get(page).text)
    with database.transaction() as session:
        dearer(session, client_token(client))
    assert "457,50 € → 500,00 €" in said(client.post(action, data=shown).text)


def test_a_method_that_is_no_longer_possible_is_named(client, database, form):
    with database.transaction() as session:
        carried(session, "")
        set_quantities(session, client_token(client), {"SON-0412": 4})
    assert client.get("/commande/paiement").location == "/commande/livraison"
    words = said(client.get("/commande/livraison").text)
    assert "Livraison en colis n’est plus possible" in words
    assert "Livraison sur palette" in words
