"""The office imports a price list: what it changes is read first, then applied, then undone."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.gestures import button, headed, link, main, says, sign_in
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People, on

PRICE_LIST = "Référence;Prix TTC\r\nLUM-0803;1 234,50\r\n"


@on("desktop")
def test_a_price_list_is_compared_applied_and_undone(
    people: People, shop: LiveShop, tmp_path: Path
) -> None:
    office, file = people.arrive(), tmp_path / "tarif.csv"
    file.write_text(PRICE_LIST, encoding="cp1252")
    sign_in(office, "ventes@comptoir.example")
    office.go("/bureau/produits")
    office.press(link(office, "Importer un fichier"))
    headed(office, "Imports de produits")
    office.page.get_by_label("Fichier de produits").set_input_files([file])
    office.press(button(office, "Envoyer le fichier"))
    expect(office.page.locator("[name=column_1]")).to_have_value("price")
    office.press(button(office, "Comparer avec le catalogue"))
    shop.work()
    office.press(link(office, "Actualiser l’avancement"))
    expect(main(office).locator("ins")).to_contain_text("1\u202f234,50")
    office.press(button(office, "Appliquer l’import"))
    shop.work()
    office.press(link(office, "Actualiser l’avancement"))
    office.press(link(office, "LUM-0803"))
    says(office, "1\u202f234,50")
    office.back()
    office.press(link(office, "Annuler l’import"))
    office.press(button(office, "Annuler l’import"))
    shop.work()
    office.press(link(office, "Actualiser l’avancement"))
    expect(main(office)).to_contain_text("annulé")
