"""The administrator writes words around an e-mail, previews them, publishes them; a buyer reads."""

from playwright.sync_api import expect

from tests.e2e.gestures import button, fill, link, main, says, sign_in
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People


def test_the_shop_writes_its_own_words_in_an_e_mail(people: People, shop: LiveShop) -> None:
    office = people.arrive()
    sign_in(office, "admin@comptoir.example")
    office.go("/bureau/reglages")
    office.press(link(office, "Voir les e-mails de la boutique"))
    office.press(link(office, "Votre mot de passe est changé"))
    fill(office, fr_closing="Rappel {iban}.", en_closing="Reminder {iban}.")
    office.press(button(office, "Afficher l’aperçu de l’e-mail"), status=422)
    expect(main(office)).to_contain_text("{iban} ne peut pas être complété")
    fill(office, fr_closing="Ligne directe : 02 31 00 00 00.", en_closing="Direct line: 02 31.")
    office.press(button(office, "Afficher l’aperçu de l’e-mail"))
    letter = office.page.frame_locator("iframe.letters__page").first
    expect(letter.locator("body")).to_contain_text("Ligne directe : 02 31 00 00 00.")
    expect(letter.locator("h1")).to_have_css("color", "rgb(20, 40, 63)")
    dark = office.page.frame_locator("iframe.letters__page").nth(1)
    expect(dark.locator("h1")).to_have_css("color", "rgb(255, 255, 255)")
    office.press(button(office, "Publier"))
    says(office, "Les mots sont publiés")
    expect(main(office)).to_contain_text("version 1")
