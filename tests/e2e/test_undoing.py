"""What an organisation paid by card is undone: goods come back, an order is cancelled."""

import re

from playwright.sync_api import expect

from tests.e2e.gestures import (
    add_to_cart,
    button,
    fill,
    headed,
    link,
    main,
    paper,
    pay_with,
    press_pay,
    says,
    sign_in,
)
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People, Tab, on


def buy(buyer: Tab, shop: LiveShop) -> str:
    """The buyer of a town pays two loudspeakers by card; the number of the order."""
    sign_in(buyer, "acheteur@ville.example")
    add_to_cart(buyer, 2)
    buyer.go("/panier")
    buyer.press(button(buyer, "Continuer\u00a0: identification"))
    for title in ("Adresses", "Livraison"):
        headed(buyer, title)
        buyer.press(button(buyer, re.compile("^Continuer")))
    headed(buyer, "Paiement")
    press_pay(buyer)
    pay_with(buyer)
    shop.sandbox.flush()
    shop.work()
    buyer.go("/commandes")
    found = re.search(r"CO-\d{4}-\d{6}", main(buyer).inner_text())
    assert found is not None
    return found[0]


def deliver(stores: Tab, order: str) -> None:
    sign_in(stores, "logistique@comptoir.example")
    stores.go(f"/bureau/livraisons/{order}")
    stores.press(button(stores, re.compile("^Établir le bon de livraison")))


@on("without-scripts")
def test_goods_come_back_are_counted_credited_and_refunded(people: People, shop: LiveShop) -> None:
    buyer, stores, accounts = (people.arrive() for _person in range(3))
    order = buy(buyer, shop)
    deliver(stores, order)
    sign_in(accounts, "comptabilite@comptoir.example")
    bring_back(buyer, stores, accounts, shop, order)


def bring_back(buyer: Tab, stores: Tab, accounts: Tab, shop: LiveShop, order: str) -> None:
    """A unit of a card order that was delivered is returned, credited and refunded to the card."""
    buyer.go(f"/commandes/{order}")
    buyer.press(link(buyer, "Retourner du matériel de cette commande"))
    buyer.page.locator("main [name^=units_]").first.fill("1")
    buyer.page.get_by_label("Défaut").check()
    buyer.press(button(buyer, "Demander le retour"), status=422)
    fill(buyer, words="Un haut-parleur grésille")
    photograph = {"name": "photo.pdf", "mimeType": "application/pdf", "buffer": paper()}
    buyer.page.locator("[name=photographs]").set_input_files([photograph])
    buyer.press(button(buyer, "Demander le retour"))
    found = re.search(r"RT-\d{4}-\d{6}", main(buyer).inner_text())
    assert found is not None
    stores.go(f"/bureau/retours/{found[0]}")
    stores.press(button(stores, "Accepter le retour"))
    buyer.go(f"/commandes/{order}/retour")
    buyer.press(link(buyer, "Imprimer le bordereau de retour"))
    headed(buyer, f"Bordereau de retour {found[0]}")
    stores.go(f"/bureau/retours/{found[0]}")
    stores.press(button(stores, "Enregistrer ce qui est revenu"))
    accounts.go(f"/bureau/retours/{found[0]}")
    accounts.press(button(accounts, "Établir l’avoir du retour"))
    accounts.press(button(accounts, re.compile("sur la carte$")))
    says(accounts, re.compile("en cours"))
    shop.refund()
    accounts.go(accounts.page.url)
    expect(main(accounts)).to_contain_text("remboursé")
    buyer.go(f"/commandes/{order}/retour")
    expect(main(buyer)).to_contain_text("retour réglé")


@on("desktop")
def test_an_order_is_cancelled_and_refunded(people: People, shop: LiveShop) -> None:
    buyer = people.arrive()
    order = buy(buyer, shop)
    buyer.go(f"/commandes/{order}")
    buyer.press(link(buyer, "Annuler cette commande"))
    fill(buyer, reason="Le projet est abandonné")
    buyer.press(button(buyer, "Demander l’annulation"))
    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/annulations")
    accounts.press(link(accounts, order))
    accounts.press(button(accounts, "Annuler le reste"))
    says(accounts, re.compile("annulées"))
    shop.refund()
    buyer.go(f"/commandes/{order}")
    expect(buyer.page.locator(".title .state")).to_have_text("Remboursée")
    expect(main(buyer)).to_contain_text("Commande annulée")
