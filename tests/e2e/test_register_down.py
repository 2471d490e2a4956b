"""The State's register is asked over HTTP: it answers, or it does not, and nobody is blocked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shop.jobs import ask_register
from tests.e2e.gestures import button, main, new_address, says, sign_in
from tests.e2e.joining import activate, register
from tests.e2e.live import LiveShop, live_shop
from tests.e2e.tabs import People
from tests.register_server import PRIVATE, StateServer, served, siret


@pytest.fixture
def state() -> Iterator[StateServer]:
    with served() as register_of_the_state:
        yield register_of_the_state


@pytest.fixture
def shop(
    filled: Path, state: StateServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveShop]:
    """A shop that asks the State's register."""
    directory = tmp_path_factory.mktemp("register")
    with live_shop(
        filled, directory, lambda usual: replace(usual, register="state", register_url=state.url)
    ) as opened:
        yield opened


def number_for(people: People) -> int:
    """Another body for each screen."""
    return {"desktop": 10, "without-scripts": 20, "phone": 30}[people.screen.name]


def test_a_registration_waits_while_the_register_is_down(
    people: People, shop: LiveShop, state: StateServer
) -> None:
    body, address = siret(number_for(people)), new_address()
    state.fault = "503"
    buyer = people.arrive()
    register(buyer, address, "Rose Caron", siret=body, organisation="Collège de la Vallée")
    activate(buyer, shop, address)
    says(buyer, re.compile("Vérification en cours"))
    office = people.arrive()
    sign_in(office, "adv@comptoir.example")
    office.go("/bureau/verifications")
    expect(main(office)).to_contain_text("Collège de la Vallée")

    state.fault = None
    state.know(body, "7331", nom_raison_sociale="COLLEGE DE LA VALLEE")
    with shop.later(timedelta(minutes=10)):
        ask_register(shop.database, shop.settings)
    office.press(office.page.get_by_role("link", name=re.compile("COLL[EÈ]GE", re.I)).first)
    expect(main(office)).to_contain_text("7331")
    expect(main(office)).to_contain_text("COLLEGE DE LA VALLEE")


def test_a_company_declared_as_public_pays_by_card_once_the_register_answers(
    people: People, shop: LiveShop, state: StateServer
) -> None:
    state.fault = None
    company = state.know(siret(number_for(people) + 1), PRIVATE)
    buyer, address = people.arrive(), new_address()
    register(buyer, address, "Paul Roy", siret=company, organisation="Théâtre du Quai")
    activate(buyer, shop, address)
    says(buyer, re.compile("réservés? aux organismes publics"))


def test_a_closed_establishment_is_shown_beside_its_field(
    people: People, shop: LiveShop, state: StateServer
) -> None:
    state.fault = None
    closed = state.know(siret(number_for(people) + 2), etat_administratif="C")
    buyer, address = people.arrive(), new_address()
    register(
        buyer, address, "Ana Lopez", siret=closed, organisation="Syndicat des eaux", status=422
    )
    expect(buyer.page.locator("[name=siret]")).to_have_value(re.compile("[0-9 ]{14,}"))
    expect(main(buyer)).to_contain_text(re.compile("ferm"))
    expect(button(buyer, "Ouvrir mon compte")).to_be_visible()
