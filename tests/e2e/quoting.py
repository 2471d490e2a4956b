"""What a buyer does on the way of a quote, for the journeys that need one."""

import re

from playwright.sync_api import Download, expect

from tests.e2e.gestures import (
    button,
    fill,
    headed,
    link,
    main,
    paper,
    says,
)
from tests.e2e.tabs import Tab

BUYER = "acheteur@ville.example"
REQUEST = "Demande de devis par mail ou par PDF"
DOWNLOAD = "Télécharger mon devis valable 1 mois au format PDF"
NUMBER = re.compile(r"/devis/(DE-\d{4}-\d{6})")


def amount_of(tab: Tab) -> str:
    """The total including VAT, as the dossier shows it."""
    return tab.page.locator(".sums__total dd").first.inner_text()


def number_of(tab: Tab) -> str:
    """The number of the quote whose dossier is shown."""
    found = NUMBER.search(tab.page.url)
    assert found is not None, tab.page.url
    return found[1]


def draw_quote(buyer: Tab) -> Download:
    """From the cart to the dossier; the PDF is downloaded."""
    buyer.go("/panier")
    expect(main(buyer)).to_contain_text("étape")
    expect(main(buyer)).to_contain_text("devis")
    buyer.press(button(buyer, "Continuer\u00a0: identification"))
    headed(buyer, "Adresses")
    expect(buyer.page.locator("[name=service_name]")).not_to_have_value("")
    fill(buyer, title="Salle Arletty", contact_name="Marc Tesnière", contact_phone="02 61 91 00 12")
    buyer.press(button(buyer, re.compile("^Continuer")))
    headed(buyer, "Livraison")
    buyer.press(button(buyer, re.compile("^Continuer")))
    headed(buyer, "Paiement")
    ways = buyer.page.locator("main .way h2")
    expect(ways.first).to_have_text("Carte bancaire")
    buyer.press(link(buyer, REQUEST))
    expect(main(buyer)).to_contain_text("Commune de Bellême")
    buyer.press(button(buyer, DOWNLOAD), status=422)
    expect(buyer.page.get_by_role("alert")).to_be_visible()
    expect(button(buyer, "Recevoir mon devis par e-mail")).to_be_visible()
    buyer.page.get_by_role("checkbox").check()
    with buyer.page.expect_download() as arriving:
        buyer.press(button(buyer, DOWNLOAD))
    return arriving.value


def send_the_copy(buyer: Tab, number: str) -> None:
    """The scan is stored and the goods are reserved; a text file is refused."""
    form = buyer.page.locator("form#copy")
    form.locator("[name=reference]").fill("BC-2026-118")
    form.locator("[name=scan]").set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"bonjour"}
    )
    buyer.press(form.locator("button"), status=422)
    expect(form.locator("[name=reference]")).to_have_value("BC-2026-118")
    form.locator("[name=scan]").set_input_files(
        {"name": "BC-2026-118.pdf", "mimeType": "application/pdf", "buffer": paper()}
    )
    buyer.press(form.locator("button"))
    says(buyer, re.compile("mis de côté|mise de côté|mises de côté"))


def deliver(logistics: Tab, quantities: dict[int, str]) -> None:
    """A delivery note for those quantities; lines that are not given are shipped completely."""
    units = logistics.page.locator("main input[form=note]")
    for place, quantity in quantities.items():
        units.nth(place).fill(quantity)
    if not quantities:
        for place in range(units.count()):
            units.nth(place).fill(units.nth(place).get_attribute("max") or "0")
    fill(logistics, carrier="Messagerie du Rhône", tracking="MR000000118")
    logistics.press(button(logistics, "Établir le bon de livraison"))
