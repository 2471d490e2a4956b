"""A sale by telephone to a private person: sales send a link, and the client pays from it."""

import re

from playwright.sync_api import expect

from tests.e2e.gestures import button, headed, link, main, new_address, pay_with, sign_in
from tests.e2e.live import LiveShop, text_of
from tests.e2e.tabs import People, Tab, on

CLIENT, WORDS = "Odile Renard", "Comme convenu au téléphone."
ADDRESS = {
    "header_line1": "3 rue des Tilleuls",
    "header_postal_code": "61000",
    "header_city": "Alençon",
    "contact_phone": "06 12 34 56 78",
}


@on("phone")
def test_a_private_person_pays_from_the_link_that_sales_sent(
    people: People, shop: LiveShop
) -> None:
    office, address = people.arrive(), new_address()
    sign_in(office, "ventes@comptoir.example")
    drawn(office, address)
    shop.work()
    (message,) = shop.box.to(address, "par carte")
    assert WORDS in text_of(message)
    found = re.search(r"/paiement/[\w-]+", text_of(message))
    assert found

    client = people.arrive()
    client.go(found[0])
    expect(main(client)).to_contain_text(WORDS)
    expect(main(client)).to_contain_text("3 rue des Tilleuls")
    client.page.get_by_label("J’ai lu et j’accepte les conditions").check()
    client.press(button(client, re.compile("^Payer")))
    pay_with(client)
    expect(main(client)).to_contain_text("Merci, votre commande est passée et payée")
    (number,) = shop.orders_of(address)
    client.go(found[0])
    expect(main(client)).to_contain_text(number)
    office.go("/bureau/liens-de-paiement")
    office.press(main(office).get_by_role("link", name=CLIENT).first)
    expect(main(office)).to_contain_text(number)


def drawn(office: Tab, address: str) -> None:
    """Fill the sale, read it as the client will, and send its link."""
    office.go("/bureau/liens-de-paiement")
    page = office.page
    page.get_by_label("Prénom et nom du client").fill(CLIENT)
    page.get_by_label("Adresse e-mail du client").fill(address)
    office.press(button(office, "Préparer la vente"))
    page.get_by_label("Référence").first.fill("SON-0412")
    office.press(button(office, "Ajouter la ligne"))
    office.press(link(office, "Choisir les adresses"))
    for field, words in ADDRESS.items():
        page.locator(f"#{field}").fill(words)
    office.press(button(office, "Enregistrer les adresses"))
    page.get_by_label("Message au client").fill(WORDS)
    office.press(button(office, "Enregistrer"))
    office.press(link(office, "Relire la vente avant l’envoi du lien"))
    headed(office, "Vente avant l’envoi de son lien")
    office.press(button(office, "Envoyer ce lien"))
    headed(office, f"Vente pour {CLIENT}")
