"""Where the shop delivers: at step 3 and in the services, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from checkout.card.models import CardPayment
from checkout.drafts.drafts import find_draft, ready_draft, set_addresses, set_shipping
from checkout.drafts.shipping import offers
from checkout.web.steps.visit import shipping_names
from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote
from shop.cart.joining import adopt_cart
from shop.core import text
from shop.core.parties import Contact, Parties, Place
from shop.ops.clock import travelled
from shop.organisations.addresses import add_place, place_from
from shop.organisations.models import Address
from shop.places.rules import RATES, PlaceNotServed
from shop.web.kit.sessions import VISITOR
from tests.factories import (
    AT,
    fill_cart,
    make_buyer,
    make_checkout,
    make_parties,
    make_person,
    make_product,
    make_sale,
    make_town,
    sale_line,
)
from tests.people import sign_in

HOME = {
    "header_name": "Léa Petit",
    "header_line1": "3, rue des Tilleuls",
    "header_postal_code": "61000",
    "header_city": "Alençon",
    "delivery": "same",
    "contact_name": "Léa Petit",
    "contact_phone": "06 12 34 56 78",
}
#: Country, postal code, town.
SERVED = [
    ("FR", "61000", "Alençon"),
    ("FR", "20137", "Porto-Vecchio"),
    ("FR", "98000", "Monaco"),
    ("MC", "98000", "Monaco"),
    ("FR", "38027", "Grenoble CEDEX 1"),
    ("FR", "00100", "Armées"),
]
NOT_SERVED = [
    ("FR", "97110", "Pointe-à-Pitre"),
    ("FR", "97133", "Saint-Barthélemy"),
    ("FR", "97150", "Saint-Martin"),
    ("FR", "97200", "Fort-de-France"),
    ("FR", "97300", "Cayenne"),
    ("FR", "97400", "Saint-Denis"),
    ("FR", "97500", "Saint-Pierre"),
    ("FR", "97600", "Mamoudzou"),
    ("FR", "98600", "Uvea"),
    ("FR", "98713", "Papeete"),
    ("FR", "98800", "Nouméa"),
    ("FR", "99999", "Nulle"),
    ("FR", "99999", "Bruxelles (Belgique)"),
    ("RE", "97400", "Saint-Denis"),
    ("BE", "1000", "Bruxelles"),
    ("CH", "1204", "Genève"),
]
REFUSED = "La boutique en ligne ne livre pas"


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
    client.post("/commande/identification", data={"email": "lea@home.example"})
    return token


def home(country: str, code: str, town: str, **more: str) -> dict[str, str]:
    """The answers of step 3 for a header there, where the goods go too."""
    there = {"header_country": country, "header_postal_code": code, "header_city": town}
    return HOME | there | more


@pytest.mark.parametrize("where", SERVED, ids=":".join)
def test_step_3_goes_on_for_a_place_that_the_shop_delivers_to(client, cart, where):
    answer = client.post("/commande/adresses", data=home(*where))
    assert (answer.status_code, answer.location) == (303, "/commande/livraison")


@pytest.mark.parametrize("where", NOT_SERVED, ids=":".join)
def test_step_3_stops_for_any_other_place_and_shows_the_way_to_a_quote(client, cart, where):
    answer = client.post("/commande/adresses", data=home(*where) | ticked(*where))
    assert answer.status_code == 422
    assert 'href="#delivery"' in answer.text
    assert REFUSED in answer.text
    assert "Un devis individuel" in answer.text
    assert client.get("/commande/livraison").location == "/commande/adresses"


def ticked(_country: str, code: str, town: str) -> dict[str, str]:
    return {"header_checked": f"{code} {town}"}


@pytest.mark.parametrize("where", NOT_SERVED[-4:], ids=":".join)
def test_whoever_lives_elsewhere_may_have_goods_delivered_where_the_shop_delivers(
    client, cart, where
):
    hall = {
        "delivery": "other",
        "place_name": "Salle Arletty",
        "place_line1": "14 rue du Stade",
        "place_postal_code": "37500",
        "place_city": "Chinon",
    }
    answer = client.post("/commande/adresses", data=home(*where, **hall) | ticked(*where))
    assert answer.status_code == 303
    page = client.get("/commande/adresses").text
    assert f'value="{where[1]}"' in page
    assert f'<option selected value="{where[0]}">' in page


def test_another_place_and_one_of_the_address_book_stop_too(client, cart, database):
    other = {
        "delivery": "other",
        "place_name": "Dépôt",
        "place_line1": "1, rue du Port",
        "place_postal_code": "97400",
        "place_city": "Saint-Denis",
    }
    answer = client.post("/commande/adresses", data=HOME | other)
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    with database.transaction() as session:
        buyer = make_buyer(session)
        depot = Place("Dépôt", "1, rue du Port", "97400", "Saint-Denis")
        kept = add_place(session, depot, by=buyer, at=AT).id
        adopt_cart(session, cart, buyer.user_id)
    sign_in(client, buyer.user_id)
    book = HOME | {"delivery": f"book-{kept}", "service_name": "Comptabilité"}
    answer = client.post("/commande/adresses", data=book)
    assert (answer.status_code, REFUSED in answer.text) == (422, True)


@pytest.mark.parametrize("where", NOT_SERVED, ids=":".join)
def test_an_older_checkout_for_such_a_place_is_refused_by_the_service(client, database, where):
    country, code, town = where
    place = Place("Léa Petit", "3, rue des Tilleuls", code, town, country=country)
    with database.transaction() as session:
        cart_id, token = make_checkout(session, make_product(session, at=AT), at=AT)
        draft = find_draft(session, cart_id, by=VISITOR)
        assert draft is not None
        set_addresses(draft, Parties(place, place, Contact("Léa Petit", "06 00 00 00 00")))
        set_shipping(draft, "parcel", offers(weight_g=0, lead_days=0, at=AT))
    with database.reading_session() as session, pytest.raises(PlaceNotServed):
        ready_draft(session, cart_id, names=shipping_names(), language="fr", by=VISITOR, at=AT)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    for answer in (client.get("/commande/paiement"), client.post("/commande/paiement/carte")):
        assert (answer.status_code, answer.location) == (303, "/commande/adresses")
    page = client.get("/commande/adresses").text
    assert REFUSED in page
    assert code in page
    with database.reading_session() as session:
        assert session.scalar(select(func.count(CardPayment.id))) == 0


@pytest.mark.parametrize("where", NOT_SERVED, ids=":".join)
def test_no_quote_is_issued_for_such_a_place(database, where):
    country, code, town = where
    with database.transaction() as session:
        bodies = make_town(session, at=AT)
        there = Place("Dépôt", "1, rue du Port", code, town, country=country)
        parties = replace(make_parties(), delivery=there)
        sale = make_sale(bodies.buyer, [sale_line(session, bodies.product_id)], parties=parties)
        with pytest.raises(PlaceNotServed):
            issue_quote(session, sale, by=bodies.buyer, at=AT)
        assert session.scalar(select(func.count(Quote.id))) == 0


@pytest.mark.parametrize("where", SERVED, ids=":".join)
def test_a_quote_is_issued_for_a_place_that_the_shop_delivers_to(database, where):
    country, code, town = where
    with database.transaction() as session:
        body = make_town(session, at=AT)
        there = Place("Salle", "1, rue du Port", code, town, country=country)
        parties = replace(make_parties(), delivery=there)
        sale = make_sale(body.buyer, [sale_line(session, body.product_id)], parties=parties)
        assert issue_quote(session, sale, by=body.buyer, at=AT).number


def test_a_town_with_another_postal_code_is_asked_about_once_and_can_be_kept(client, cart):
    wrong = home("FR", "61000", "Chinon")
    asked = client.post("/commande/adresses", data=wrong)
    assert asked.status_code == 422
    assert "Ce code postal n’est pas celui de la commune saisie (Chinon)" in asked.text
    assert 'name="header_checked"' in asked.text
    for other in ({"header_city": "Tours"}, {"header_postal_code": "69001"}):
        another = wrong | ticked("", "61000", "Chinon") | other
        assert client.post("/commande/adresses", data=another).status_code == 422
    kept = client.post("/commande/adresses", data=wrong | ticked("", "61000", "Chinon"))
    assert kept.status_code == 303
    assert client.post("/commande/adresses", data=wrong).status_code == 303


def test_the_address_book_asks_too_and_stores_the_country(client, database):
    with database.transaction() as session:
        person = make_person(session, at=AT)
    sign_in(client, person.id)
    new = "/compte/adresses/livraison/nouvelle"
    hall = {"name": "Salle", "line1": "1, rue", "postal_code": "37500", "city": "Alençon"}
    asked = client.post(new, data=hall)
    assert (asked.status_code, 'name="checked"' in asked.text) == (422, True)
    assert client.post(new, data=hall | {"checked": "37500 Alençon"}).status_code == 303
    abroad = {"country": "BE", "postal_code": "1000", "city": "Bruxelles"}
    assert client.post(new, data=hall | abroad).status_code == 303
    with database.reading_session() as session:
        first, second = session.scalars(select(Address).order_by(Address.id))
    edit = f"/compte/adresses/livraison/{first.id}"
    assert client.post(edit, data=hall | {"floor": "2e"}).status_code == 303
    place = place_from(second.content)
    assert place is not None
    assert place.lines == ["1, rue", "1000 Bruxelles", "BELGIQUE"]


def test_a_postal_code_has_five_digits_in_france_and_any_form_abroad(client, database):
    with database.transaction() as session:
        person = make_person(session, at=AT)
    sign_in(client, person.id)
    header = "/compte/adresses/en-tete"
    for country, code, status in (
        ("FR", "3750", 422),
        ("MC", "MC 98000", 422),
        ("FR", "37 500", 303),
        ("GB", "SW1A 1AA", 303),
        ("GB", "<script>", 422),
        ("ZZ", "37500", 422),
    ):
        data = {"line1": "1, rue", "country": country, "postal_code": code, "city": "Chinon"}
        assert client.post(header, data=data).status_code == status, (country, code)


PRODUCT = "/produit/son-0412"


def test_the_delivery_price_is_said_as_soon_as_the_postal_code_is_known(client, cart):
    lowest = "Livraison à partir de 14,90\u00a0€ TTC"
    assert lowest in client.get(PRODUCT).text
    assert lowest in client.get("/panier").text
    client.post("/commande/adresses", data=HOME)
    known = "Livraison à 61000\u00a0: 14,90\u00a0€ TTC"
    assert known in client.get(PRODUCT).text
    assert known in client.get("/panier").text


def test_the_total_of_step_4_has_the_delivery_that_is_ticked(client, cart):
    client.post("/commande/adresses", data=HOME)
    page = client.get("/commande/livraison").text
    assert "563,90\u00a0€" in page
    client.post("/commande/livraison", data={"shipping": "pick_up"})
    page = client.get("/commande/livraison").text
    assert "549,00\u00a0€" in page
    assert "563,90\u00a0€" not in page


def test_goods_arrive_in_corsica_two_business_days_later(client, cart):
    assert "livré vendredi 20 novembre" in client.get(PRODUCT).text
    client.post("/commande/adresses", data=home("FR", "20000", "Ajaccio"))
    assert "livré mardi 24 novembre" in client.get(PRODUCT).text
    assert "mardi 24 novembre" in client.get("/commande/livraison").text


def test_a_bulky_product_travels_on_a_pallet_whatever_it_weighs(client, database):
    with database.transaction() as session:
        beam = make_product(session, sku="SUP-0502", weight_g=15_800, bulky=True, at=AT)
        token = fill_cart(session, beam, at=AT)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    assert "Livraison à partir de 34,80\u00a0€ TTC" in client.get("/produit/sup-0502").text
    assert "Livraison à partir de 34,80\u00a0€ TTC" in client.get("/panier").text
    client.post("/commande/identification", data={"email": "lea@home.example"})
    client.post("/commande/adresses", data=HOME)
    assert client.post("/commande/livraison", data={"shipping": "parcel"}).status_code == 422
    assert client.post("/commande/livraison", data={"shipping": "pallet"}).status_code == 303


def test_an_organisation_reads_the_price_to_its_own_place_excluding_vat(client, database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        cart_id = fill_cart(session, town.product_id, at=AT)
        adopt_cart(session, cart_id, town.buyer.user_id)
    sign_in(client, town.buyer.user_id)
    known = "Livraison à 37500\u00a0: 12,42\u00a0€ HT"
    assert known in client.get("/panier").text
    assert known in client.get(PRODUCT).text
    with database.transaction() as session:
        add_place(session, Place("Salle", "1, rue", "97400", "Saint-Denis"), by=town.buyer, at=AT)
    with client.session_transaction() as cookie:
        del cookie["destination"]
    page = client.get("/panier").text
    assert "La boutique en ligne ne livre pas à 97400" in page


def test_a_place_that_is_not_served_promises_no_day_on_the_product(client, database):
    with database.transaction() as session:
        make_product(session, at=AT)
    with client.session_transaction() as cookie:
        cookie["destination"] = ["FR", "97400"]
    page = client.get(PRODUCT).text
    assert "La boutique en ligne ne livre pas à 97400" in page
    assert "livré" not in page.replace("livrés", "")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_about_delivery_has_the_prices_of_the_table(client, language):
    client.post("/langue", data={"language": language})
    page = client.get("/livraison").text
    for rate in RATES:
        assert text.money(rate.including.cents, language) in page
    assert "Monaco" in page
