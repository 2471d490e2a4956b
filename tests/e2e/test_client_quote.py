"""A quote by telephone: the office draws it for a client, who receives it and goes on with it."""

import re

from playwright.sync_api import expect

from tests.e2e.gestures import button, fill, headed, link, main, sign_in
from tests.e2e.live import LiveShop, attached, text_of
from tests.e2e.quoting import BUYER, amount_of, number_of
from tests.e2e.tabs import People, Tab, on
from tests.e2e.test_quote_way import words_of

SELLER = "Hugo Perrin"
TOWN = "Commune de Bellême"
WORK = "Installation et réglage sur place"
WORDS = "Comme convenu au téléphone, la pose est comprise."


@on("phone")
def test_sales_draw_a_quote_by_telephone_that_the_buyer_receives(
    people: People, shop: LiveShop
) -> None:
    office = people.arrive()
    sign_in(office, "ventes@comptoir.example")
    begin(office)
    discounted_goods(office)
    free_line(office)
    addresses_and_words(office)
    read_and_issue(office)
    number, total = number_of(office), amount_of(office)

    shop.work()
    (message,) = shop.box.to(BUYER, number)
    assert WORDS in text_of(message)
    assert SELLER in text_of(message)
    ((_name, pdf),) = [one for one in attached(message) if number in one[0]]
    printed = words_of(pdf)
    for needed in (number, WORK, "remise 7,5 %", f"Établi par : {SELLER}"):
        assert needed in printed

    buyer = people.arrive()
    sign_in(buyer, BUYER)
    buyer.go("/devis")
    buyer.press(link(buyer, re.compile(number)).first)
    expect(main(buyer)).to_contain_text(f"Établi par la boutique ({SELLER})")
    assert amount_of(buyer) == total


def begin(office: Tab) -> None:
    """Find the town, and choose whom the quote is for."""
    office.go("/bureau/clients")
    office.page.get_by_label("Nom, code client ou SIRET").fill("Bellême")
    office.press(main(office).get_by_role("search").get_by_role("button"))
    office.press(main(office).get_by_role("link", name=TOWN))
    office.press(link(office, "Établir un devis"))
    office.page.get_by_role("radio", name=re.compile(BUYER)).check()
    office.press(button(office, "Commencer le devis"))


def discounted_goods(office: Tab) -> None:
    """Two units of a product that a word finds; a discount is refused without its reason."""
    fill(office, sku="enceinte")
    office.press(button(office, "Ajouter la ligne"))
    office.press(button(office, re.compile("^Ajouter .*nceinte")).first)
    office.page.get_by_label(re.compile(r"^Quantité\s*:")).fill("2")
    office.page.get_by_label(re.compile("^Remise sur")).fill("7,5")
    office.press(button(office, "Mettre à jour les lignes"), status=422)
    expect(office.page.get_by_label(re.compile("^Remise sur"))).to_have_value("7,5")
    office.page.get_by_label(re.compile("^Motif de la remise sur")).fill("Client fidèle")
    office.press(button(office, "Mettre à jour les lignes"))
    expect(main(office).locator("table s")).to_be_visible()


def free_line(office: Tab) -> None:
    office.page.get_by_text("Ajouter une ligne hors catalogue").click()
    fill(office, name=WORK, unit_price="180,50", units="1")
    office.press(button(office, "Ajouter cette ligne"))
    expect(main(office)).to_contain_text(WORK)


def addresses_and_words(office: Tab) -> None:
    office.press(link(office, "Choisir les adresses"))
    expect(office.page.locator("[name=header_city]")).not_to_have_value("")
    fill(office, title="Demande par téléphone", contact_phone="02 61 91 00 12")
    office.press(button(office, "Enregistrer les adresses"))
    fill(office, words=WORDS)
    office.page.locator("main [name=months]").select_option("2")
    office.press(button(office, re.compile("^Enregistrer$")))


def read_and_issue(office: Tab) -> None:
    office.press(link(office, "Relire le devis avant de l’émettre"))
    for needed in (WORK, WORDS, TOWN):
        expect(main(office)).to_contain_text(needed)
    office.press(button(office, "Émettre et envoyer le devis"))
    headed(office, re.compile(r"DE-\d{4}-\d{6}"))
