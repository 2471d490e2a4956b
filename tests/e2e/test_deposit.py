"""An invoice is deposited on Chorus Pro by hand: its flow number and its status are noted."""

import re

from playwright.sync_api import expect

from tests.e2e.gestures import button, fill, headed, link, main, says, sign_in
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People

FLOW = "CPP0011117000000000425911"


def test_the_office_deposits_an_invoice_by_hand(people: People, shop: LiveShop) -> None:
    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/depots")
    newest = main(accounts).locator("tbody a").first
    number = newest.inner_text()
    accounts.press(newest)
    headed(accounts, f"{number} sur Chorus Pro")
    accounts.press(button(accounts, "Abandonner ce dépôt"), status=422)
    fill(accounts, **{"abandon-reason": "Déposée à la main"})
    accounts.press(button(accounts, "Abandonner ce dépôt"))
    says(accounts, re.compile("Dépôt abandonné"))
    fill(accounts, **{"hand-flow": FLOW})
    accounts.press(button(accounts, "Enregistrer le dépôt"))
    says(accounts, re.compile("Dépôt enregistré"))
    accounts.page.get_by_label("Statut sur le portail").select_option("MISE_A_DISPOSITION")
    accounts.press(button(accounts, "Noter le statut"))
    expect(accounts.page.locator(".title .state").first).to_contain_text("mise à disposition")
    accounts.press(link(accounts, f"Voir {number}"))
    expect(main(accounts)).to_contain_text(f"flux {FLOW}")
