"""The purchase order filled in from the quote, and the link for the mayor who signs it."""

import re
from io import BytesIO

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.e2e.gestures import add_to_cart, button, fill, headed, link, main, says, sign_in
from tests.e2e.live import LiveShop, text_of
from tests.e2e.quoting import BUYER, draw_quote, number_of
from tests.e2e.tabs import SCREENS, People, Screen, Tab
from tests.e2e.test_quote_way import bytes_of, words_of

MAYOR, THEIR_ADDRESS = "Hélène Vasseur", "maire@belleme.example"


#: A mayor's telephone on which no script runs.
BARE = Screen("phone-without-scripts", 390, 844, scripts=False)


@pytest.mark.each_screen
@pytest.mark.parametrize("screen", [*SCREENS, BARE], indirect=True, ids=lambda one: one.name)
def test_the_mayor_reads_the_quote_and_prints_the_purchase_order(
    people: People, shop: LiveShop
) -> None:
    buyer = people.arrive()
    sign_in(buyer, BUYER)
    add_to_cart(buyer, 2)
    draw_quote(buyer)
    number = number_of(buyer)
    fill_in(buyer, number)
    share(buyer)

    shop.work()
    (message,) = shop.box.to(THEIR_ADDRESS, number)
    found = re.search(r"/signataires/[\w-]+", text_of(message))
    assert found is not None
    mayor = people.arrive()
    read(mayor, found[0], number)

    shop.work()
    assert len(shop.box.to(BUYER, f"{MAYOR} a pris connaissance du devis {number}")) == 1
    withdraw(buyer, number)
    mayor.go(found[0], status=410)
    expect(main(mayor)).to_contain_text("Ce lien a été retiré par l’acheteur")
    mayor.go(f"/signataires/{'A' * 43}", status=404)


def fill_in(buyer: Tab, number: str) -> None:
    """The numbers of the town, then both files."""
    buyer.press(link(buyer, "Remplir un bon de commande à imprimer"))
    headed(buyer, re.compile("Bon de commande à imprimer"))
    fill(buyer, engagement="2026-004512", signatory_name=MAYOR, signatory_capacity="Maire")
    buyer.press(button(buyer, "Remplir le bon de commande"))
    says(buyer, "Le bon de commande est rempli")
    with buyer.page.expect_download() as arriving:
        link(buyer, "Télécharger le DOCX").click()
    tables = Document(BytesIO(bytes_of(arriving.value))).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert "2026-004512" in cells
    with buyer.page.expect_download() as arriving:
        link(buyer, "Télécharger le PDF").click()
    printed = words_of(bytes_of(arriving.value))
    for needed in (number, MAYOR, "2026-004512", "en-tête de l’organisme Commune de Bellême"):
        assert needed in printed
    buyer.go(f"/devis/{number}")


def share(buyer: Tab) -> None:
    """A link for the mayor, by e-mail; a forgotten name is asked for, nothing typed is lost."""
    buyer.press(link(buyer, "Créer un lien pour la personne qui signe"))
    fill(buyer, email=THEIR_ADDRESS, message="Merci de signer avant vendredi.")
    buyer.press(button(buyer, "Créer le lien"), status=422)
    expect(buyer.page.get_by_label("Message à cette personne")).to_have_value(
        "Merci de signer avant vendredi."
    )
    fill(buyer, name=MAYOR)
    buyer.press(button(buyer, "Créer le lien"))
    headed(buyer, f"Lien destiné à {MAYOR}")
    buyer.press(link(buyer, "Voir les liens de ce devis"))
    expect(main(buyer)).to_contain_text("N’a pas encore déclaré en avoir pris connaissance")


def read(mayor: Tab, address: str, number: str) -> None:
    """Without an account: the quote, its purchase order, and the button."""
    mayor.go(address)
    headed(mayor, re.compile(number))
    for needed in ("Merci de signer avant vendredi.", "Commune de Bellême", "Total TTC"):
        expect(main(mayor)).to_contain_text(needed)
    with mayor.page.expect_download() as arriving:
        link(mayor, "Bon de commande (PDF)").click()
    assert MAYOR in words_of(bytes_of(arriving.value))
    mayor.press(button(mayor, "J’ai pris connaissance de ce devis"))
    says(mayor, "l’acheteur est prévenu")


def withdraw(buyer: Tab, number: str) -> None:
    buyer.go(f"/devis/{number}")
    expect(main(buyer)).to_contain_text("A déclaré en avoir pris connaissance")
    expect(main(buyer)).to_contain_text(MAYOR)
    buyer.press(button(buyer, "Retirer ce lien"))
    says(buyer, f"Lien retiré. Il était destiné à {MAYOR}.")
