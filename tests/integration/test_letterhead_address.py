"""The letterhead address that an organisation gives when it registers: its first quote bears it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from quotes.quotes.models import Quote
from shop.ops.clock import now
from shop.organisations.models import Establishment, Organisation
from shop.storage.db import Database
from shop.verification.verification import verify
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import (
    CHINON,
    EVIDENCE,
    OFFICE,
    fill_cart,
    make_letterhead,
    make_person,
    make_product,
    register_town,
)
from tests.people import LETTERHEAD, register_and_activate, sign_in
from tests.register_server import StateServer, served, siret

REGISTRATION = {
    "name": "Claire Marchand",
    "phone": "02 47 00 00 00",
    "email": "claire@chinon.example",
    "password": "quatre mots faciles à retenir",
    "buys_for": "public",
    "siret": CHINON,
    "organisation": "Ville de Chinon",
}
NAMED = {key: REGISTRATION[key] for key in ("buys_for", "siret", "organisation")}


@pytest.fixture
def chinon(database: Database) -> None:
    """The embedded register knows the town, its postal code and no street."""
    with database.transaction() as session:
        register_town(session)


@pytest.fixture
def state() -> Iterator[StateServer]:
    with served() as found:
        yield found


@pytest.fixture
def asking(opened: Opening, database: Database, state: StateServer):
    """A shop that asks the State's register, and somebody with an account."""
    app = opened(database, replace(TEST_SETTINGS, register="state", register_url=state.url))
    with database.transaction() as session:
        user = make_person(session, at=now())
        user.email_confirmed_at = now()
    return sign_in(app.test_client(), user.id)


def header(database: Database) -> dict[str, str]:
    with database.reading_session() as session:
        return session.scalars(select(Establishment.header)).one()


def typed(page: str, name: str) -> str:
    """The value of a field."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag is not None
    value = re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""


def test_the_first_quote_bears_the_address_that_was_given_at_the_registration(
    client, database, chinon
):
    assert register_and_activate(client, database, REGISTRATION | LETTERHEAD).status_code == 303
    with database.transaction() as session:
        make_letterhead(session, at=now())
        body = session.scalars(select(Organisation)).one()
        verify(session, body, evidence=EVIDENCE, by=OFFICE, at=now())
        product = make_product(session, at=now())
        token = fill_cart(session, product, at=now())
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    page = client.get("/commande/adresses").text
    proposed = {name: typed(page, name) for name in LETTERHEAD}
    assert proposed == LETTERHEAD
    answers = proposed | {
        "delivery": "same",
        "service_name": "Comptabilité",
        "contact_name": "Marc",
        "contact_phone": "02 47 00 00 00",
    }
    assert client.post("/commande/adresses", data=answers).status_code == 303
    client.post("/commande/livraison", data={"shipping": "pick_up"})
    page = client.get("/commande/devis").text
    seal = {name: typed(page, name) for name in ("seal", "draft")}
    answer = client.post("/commande/devis", data=seal | {"accepted": "y", "by": "pdf"})
    assert answer.status_code == 303
    with database.reading_session() as session:
        head = session.scalars(select(Quote)).one().parties["header"]
    assert (head["line1"], head["postal_code"], head["city"]) == tuple(LETTERHEAD.values())


def test_the_street_is_asked_where_the_register_does_not_know_it(client, database, chinon):
    answer = client.post("/inscription", data=REGISTRATION)
    assert answer.status_code == 422
    assert answer.text.count('href="#header_') == 1
    assert 'href="#header_line1"' in answer.text
    assert typed(answer.text, "header_postal_code") == "37500"
    assert typed(answer.text, "header_city") == "Chinon"


def test_a_private_person_is_asked_for_no_letterhead(client):
    person = REGISTRATION | {"buys_for": "self", "siret": "", "organisation": ""}
    assert client.post("/inscription", data=person).status_code == 303


def test_the_register_fills_in_the_address_that_it_knows(asking, database, state):
    town = siret(1)
    state.know(town)
    answer = asking.post("/compte/organisation", data=NAMED | {"siret": town})
    assert answer.status_code == 303
    assert header(database)["line1"] == "1 PLACE DU MARCHE"
    assert header(database)["postal_code"] == "37500"


def test_a_body_found_in_the_register_brings_its_address_into_the_form(asking, state):
    town = siret(1)
    state.know(town)
    page = asking.get("/registre/recherche?q=chinon").text
    assert 'data-postal_code="37500"' in page
    page = asking.post("/compte/organisation", data={"pick": town, "find_words": "chinon"}).text
    assert typed(page, "header_postal_code") == "37500"
    assert typed(page, "header_city").casefold() == "chinon"


def test_a_register_that_does_not_answer_leaves_the_whole_address_to_the_person(
    asking, database, state
):
    state.fault = "503"
    answer = asking.post("/compte/organisation", data=NAMED)
    assert answer.status_code == 422
    assert 'href="#header_line1"' in answer.text
    assert asking.post("/compte/organisation", data=NAMED | LETTERHEAD).status_code == 303
    assert header(database)["line1"] == LETTERHEAD["header_line1"]


def test_who_joins_a_known_establishment_does_not_change_its_letterhead(
    app, database, client, chinon
):
    register_and_activate(client, database, REGISTRATION | LETTERHEAD)
    joins = REGISTRATION | LETTERHEAD | {"email": "x@y.example", "header_line1": "9, rue Ailleurs"}
    register_and_activate(app.test_client(), database, joins)
    assert header(database)["line1"] == LETTERHEAD["header_line1"]


def test_a_postal_code_of_another_town_is_asked_about(client, chinon):
    wrong = REGISTRATION | LETTERHEAD | {"header_postal_code": "61000"}
    answer = client.post("/inscription", data=wrong)
    assert answer.status_code == 422
    assert 'name="header_checked"' in answer.text
    assert (
        client.post("/inscription", data=wrong | {"header_checked": "61000 Chinon"}).status_code
        == 303
    )
