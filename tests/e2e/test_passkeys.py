"""A passkey on a device of the browser's own: added, used instead of the password, removed.

Browsers bind passkeys to a domain: this shop is opened as localhost, not at its network address.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from shop.ops.config import Settings
from tests.e2e.gestures import PASSWORD, button, fill, headed, link, main, says, sign_in
from tests.e2e.live import LOOPBACK, LiveShop, live_shop
from tests.e2e.tabs import SCREENS, People, Screen, Tab

CLIENT = "particulier@example.org"
#: A telephone that recognises its owner by a finger, and stores passkeys.
TELEPHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _by_name(usual: Settings) -> Settings:
    return replace(usual, public_url=usual.public_url.replace(LOOPBACK, "localhost"))


@pytest.fixture(scope="module")
def named_shop(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    with live_shop(filled, tmp_path_factory.mktemp("named"), change=_by_name) as served:
        yield served


def arriving(shop: LiveShop, browser: Browser, screen: Screen, known: set[str]) -> Iterator[People]:
    everybody = People(browser, shop.url, screen, known)
    yield everybody
    found = everybody.leave()
    assert not found, "\n".join(found)


@pytest.fixture(params=[s for s in SCREENS if s.scripts], ids=lambda screen: screen.name)
def visitors(
    request: pytest.FixtureRequest, named_shop: LiveShop, browser: Browser, known: set[str]
) -> Iterator[People]:
    yield from arriving(named_shop, browser, request.param, known)


@pytest.fixture
def without_scripts(named_shop: LiveShop, browser: Browser, known: set[str]) -> Iterator[People]:
    screen = next(screen for screen in SCREENS if not screen.scripts)
    yield from arriving(named_shop, browser, screen, known)


class Telephone:
    """The virtual authenticator of Chromium, in one tab."""

    def __init__(self, tab: Tab) -> None:
        self.wire = tab.page.context.new_cdp_session(tab.page)
        self.wire.send("WebAuthn.enable")
        made = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})
        self.named: dict[str, Any] = {"authenticatorId": made["authenticatorId"]}

    def refuses(self) -> None:
        """The finger is not recognised from now on."""
        self.wire.send("WebAuthn.setUserVerified", self.named | {"isUserVerified": False})

    def accepts(self) -> None:
        self.wire.send("WebAuthn.setUserVerified", self.named | {"isUserVerified": True})


def sign_out(tab: Tab) -> None:
    tab.page.locator("header summary").filter(has_text="Mon compte").click()
    tab.press(tab.page.locator("header").get_by_role("button", name="Se déconnecter"))


def test_a_passkey_is_added_used_to_sign_in_and_removed(visitors: People) -> None:
    person = visitors.arrive()
    telephone = Telephone(person)
    sign_in(person, CLIENT)
    person.go("/compte/securite")
    person.press(link(person, "Ajouter une clé d’accès"))
    fill(person, name="Mon téléphone", password="ce n’est pas le bon")
    person.press(button(person, "Continuer"), status=422)
    expect(person.page.locator("[name=name]")).to_have_value("Mon téléphone")
    fill(person, password=PASSWORD)
    person.press(button(person, "Continuer"))
    headed(person, "Créer la clé d’accès")
    telephone.refuses()
    button(person, "Créer la clé d’accès").click()
    expect(person.page.get_by_role("alert")).to_contain_text("Rien n’a été fait")
    telephone.accepts()
    person.press(button(person, "Créer la clé d’accès"))
    says(person, "La clé d’accès est ajoutée")
    expect(main(person)).to_contain_text("Mon téléphone")

    sign_out(person)
    person.go("/connexion?next=/compte/securite")
    telephone.refuses()
    button(person, "Se connecter avec une clé d’accès").click()
    expect(person.page.get_by_role("alert")).to_contain_text("Rien n’a été fait")
    telephone.accepts()
    person.press(button(person, "Se connecter avec une clé d’accès"))
    headed(person, "Sécurité")

    person.press(link(person, "Retirer la clé d’accès Mon téléphone"))
    fill(person, password=PASSWORD)
    person.press(button(person, "Retirer cette clé d’accès"))
    says(person, "La clé d’accès est retirée")
    sign_out(person)
    person.go("/connexion")
    person.press(button(person, "Se connecter avec une clé d’accès"), status=422)
    expect(person.page.get_by_role("alert")).to_contain_text("n’ouvre aucun compte ici")


def test_without_javascript_the_password_still_works_and_the_page_says_why(
    without_scripts: People,
) -> None:
    person = without_scripts.arrive()
    person.go("/connexion")
    expect(button(person, "Se connecter avec une clé d’accès")).to_be_hidden()
    sign_in(person, CLIENT)
    person.go("/compte/securite")
    expect(link(person, "Ajouter une clé d’accès")).to_be_hidden()
    expect(main(person)).to_contain_text("Les clés d’accès demandent JavaScript")
