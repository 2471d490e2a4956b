"""A production shop is opened from an empty database, in the browser; its first visitor buys."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from shop.ops import clock
from shop.storage.db import Database
from shop.storage.migrate import upgrade
from tests.e2e.gestures import (
    button,
    fill,
    headed,
    link,
    main,
    pay_with,
    press_pay,
    says,
    to_payment_as_guest,
)
from tests.e2e.joining import A_PASSWORD
from tests.e2e.live import LiveShop, live_shop, text_of
from tests.e2e.tabs import People, Tab, on

ADDRESS = "ada.roche@librairie.example"
#: A price list with what a new product needs.
CATALOGUE = (
    "Référence;Nom;Marque;Famille;Prix TTC;Taux de TVA;En vente\r\n"
    "CAB-1;Câble de micro;Valcorde;Câbles;19,90;20;oui\r\n"
    "CAB-2;Câble de scène;Valcorde;Câbles;34,50;20;non\r\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A production shop without a row; it is served on the loopback."""
    empty = tmp_path / "empty.db"
    database = Database(f"sqlite:///{empty}")
    upgrade(database)
    database.dispose()
    folder = tmp_path / "live"
    folder.mkdir()
    with live_shop(empty, folder, lambda usual: replace(usual, mode="production")) as served:
        yield served


@on("desktop")
def test_a_shop_opens_and_sells(people: People, shop: LiveShop, tmp_path: Path) -> None:
    visitor, chief = people.arrive(), people.arrive()
    visitor.go("/", status=503)
    begin(chief, shop)
    says_who_sells(chief)
    tries_mail(chief, shop)
    tries_card(chief)
    brings_goods(chief, shop, tmp_path)
    chief.go("/bureau/ouverture")
    expect(main(chief)).to_contain_text("2 étapes manquantes")
    for step in ("delivery", "conditions"):
        chief.press(chief.page.locator(f"[data-step={step}]").get_by_role("button"))
    visitor.go("/", status=503)
    chief.press(link(chief, "Ouvrir les portes"))
    chief.press(button(chief, "Ouvrir les portes"))
    says(chief, "Les portes sont ouvertes")

    visitor.go("/")
    to_payment_as_guest(visitor, "client@example.org", words="câble")
    press_pay(visitor)
    pay_with(visitor)
    headed(visitor, re.compile("CO-"))
    shop.work()
    assert shop.box.to("client@example.org", "CO-")


def begin(chief: Tab, shop: LiveShop) -> None:
    """The link of the command line, the account, its second factor."""
    printed = shop.app.test_cli_runner().invoke(args=["open"])
    chief.go(printed.stdout.strip().removeprefix(shop.url))
    fill(chief, name="Ada Roche", email=ADDRESS, password=A_PASSWORD)
    chief.press(button(chief, "Ouvrir le compte"))
    headed(chief, "Activer la double authentification")
    key = main(chief).locator("p", has_text="clé").locator("strong").inner_text()
    code = pyotp.TOTP(key.replace(" ", "")).at(clock.now())
    fill(chief, code=code, password=A_PASSWORD)
    chief.press(button(chief, "Activer"))
    headed(chief, "Codes de secours")


def says_who_sells(chief: Tab) -> None:
    """The identity; what is not known yet cannot be published as « à compléter »."""
    chief.go("/bureau/ouverture")
    chief.press(link(chief, "Identité légale, numéro de TVA et compte du vendeur"))
    fill(
        chief,
        name="LIBRAIRIE DES QUAIS SARL",
        trade_name="Librairie des quais",
        legal_form="SARL",
        capital="10 000",
        rcs="RCS Lyon 732 829 320",
        siret="732 829 320 00074",
        vat_number="FR44732829320",
        address="12, quai des Forges\n69007 Lyon",
        phone="04 65 71 00 00",
        email="bonjour@librairie.example",
        director="à compléter",
        host="Hébergeur, 1 rue du Serveur, 69007 Lyon",
        mediator="Médiateur, 2 place du Dialogue, 69007 Lyon",
        holder="LIBRAIRIE DES QUAIS SARL",
        iban="FR76 3000 6000 0112 3456 7890 189",
        bic="AGRIFRPP",
    )
    chief.page.locator("[name=public_invoices]").last.check()
    chief.press(button(chief, "Voir ce qui change"), status=422)
    fill(chief, director="Ada Roche")
    chief.press(button(chief, "Voir ce qui change"))
    chief.press(button(chief, "Enregistrer"))
    chief.go("/mentions-legales")
    expect(main(chief)).to_contain_text("FR44732829320")


def tries_mail(chief: Tab, shop: LiveShop) -> None:
    """A message leaves, and its code comes back."""
    chief.go("/bureau/ouverture/messagerie")
    chief.press(button(chief, "Envoyer le message"))
    shop.work()
    code = re.search(r"\b\d{6}\b", text_of(shop.box.to(ADDRESS)[-1]))
    assert code
    fill(chief, code=code[0])
    chief.press(button(chief, "Vérifier le code"))
    says(chief, "Le message est arrivé")


def tries_card(chief: Tab) -> None:
    """Half a euro is charged and comes back."""
    chief.go("/bureau/ouverture/carte")
    chief.press(button(chief, re.compile("^Payer 0,50")))
    pay_with(chief)
    says(chief, "débitée, puis remboursée")


def brings_goods(chief: Tab, shop: LiveShop, folder: Path) -> None:
    """A chapter, a family, a price list, and goods on the shelf."""
    for name, english, chapter in (("Son", "Sound", None), ("Câbles", "Cables", "Son")):
        chief.go("/bureau/produits/familles")
        fill(chief, name=name, name_en=english)
        if chapter:
            chief.page.locator("[name=chapter]").select_option(label=chapter)
        chief.press(button(chief, "Ajouter la famille"))
    file = folder / "catalogue.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    chief.go("/bureau/imports")
    chief.page.get_by_label("Fichier de produits").set_input_files([file])
    chief.press(button(chief, "Envoyer le fichier"))
    chief.press(button(chief, "Comparer avec le catalogue"))
    shop.work()
    chief.press(link(chief, "Actualiser l’avancement"))
    chief.press(button(chief, "Appliquer l’import"))
    shop.work()
    chief.go("/bureau/stock?sku=CAB-1")
    fill(chief, units="5", reference="BL fournisseur 1")
    chief.press(button(chief, "Mettre en stock"))
