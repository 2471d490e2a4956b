"""Browsing: the catalogue, the search, a product, the cart, an account."""

import re

import pytest
from playwright.sync_api import expect
from stdnum.fr import siret

from tests.e2e.gestures import (
    add_to_cart,
    button,
    fill,
    headed,
    link,
    main,
    new_address,
    sign_in,
)
from tests.e2e.joining import activate
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People
from tests.people import LETTERHEAD


@pytest.mark.each_screen
def test_browse_search_filter_and_read(people: People) -> None:
    visitor = people.arrive()
    visitor.go("/")
    headed(visitor, "Le matériel de la salle, de la scène et de la classe")
    field = visitor.page.get_by_role("main").get_by_role("searchbox")
    field.fill("micro main")
    visitor.enter(field)
    expect(visitor.page.locator("li.product").first).to_contain_text(re.compile("micro", re.I))
    visitor.go("/recherche?q=zzzqqq")
    expect(visitor.page.locator("section.empty")).to_be_visible()
    visitor.go("/")
    visitor.press(main(visitor).locator("a[href^='/rayon/']").first)
    before = visitor.page.locator("li.product").count()
    assert before > 1
    fold = visitor.page.locator("details.fold summary")
    if fold.is_visible():
        fold.click()
    visitor.page.locator("form.facets input[type=checkbox]").first.check()
    visitor.press(button(visitor, "Appliquer les filtres"))
    expect(visitor.page.locator(".chips a")).to_have_count(1)
    visitor.press(visitor.page.locator(".chips a").first)
    expect(visitor.page.locator("li.product")).to_have_count(before)
    visitor.press(visitor.page.locator("li.product a").first)
    expect(main(visitor)).to_contain_text("HT")
    expect(main(visitor)).to_contain_text("TTC")
    expect(visitor.page.locator("main .plate img").first).to_have_attribute("alt", re.compile("."))


@pytest.mark.each_screen
def test_adding_keeps_the_place_on_the_page_and_says_what_was_added(people: People) -> None:
    visitor = people.arrive()
    visitor.go("/")
    visitor.press(main(visitor).locator("a[href^='/rayon/']").first)
    cell = visitor.page.locator("li.product", has=visitor.page.get_by_role("button")).nth(7)
    name = cell.get_by_role("heading").inner_text()
    for _time in range(2):
        visitor.press(cell.get_by_role("button"))
        expect(cell).to_be_in_viewport()
        assert visitor.page.evaluate("scrollY") > 0
        expect(cell).to_be_focused()
        expect(cell.get_by_role("status")).to_contain_text(f"Ajouté au panier\u00a0: 1 × {name}.")
    expect(cell.get_by_role("status")).to_contain_text("Votre panier en contient 2.")
    to_cart = cell.get_by_role("link", name="Voir le panier")
    for _time in range(3):
        visitor.page.keyboard.press("Tab")
    expect(to_cart).to_be_focused()
    visitor.press(to_cart)
    headed(visitor, "Panier")


def test_signing_in_keeps_the_visitors_cart(people: People) -> None:
    visitor = people.arrive()
    remove = re.compile("^Retirer")
    add_to_cart(visitor, 2)
    visitor.go("/panier")
    line = visitor.page.locator("li.lines__item")
    expect(line.get_by_role("textbox")).to_have_value("2")
    visitor.press(line.get_by_role("button", name="Un de plus"))
    expect(line.get_by_role("textbox")).to_have_value("3")
    line.get_by_role("textbox").fill("4")
    visitor.enter(line.get_by_role("textbox"))
    expect(line.get_by_role("textbox")).to_have_value("4")
    add_to_cart(visitor, 1, "micro main")
    visitor.go("/panier")
    expect(visitor.page.locator("li.lines__item")).to_have_count(2)
    visitor.press(visitor.page.locator("li.lines__item").last.get_by_role("button", name=remove))
    expect(visitor.page.locator("li.lines__item")).to_have_count(1)
    sign_in(visitor, "particulier@example.org")
    headed(visitor, "Mon compte")
    visitor.go("/panier")
    expect(line.get_by_role("textbox")).to_have_value("4")
    visitor.press(line.get_by_role("button", name=remove))
    expect(main(visitor)).to_contain_text("Votre panier est vide")


def test_the_language_is_the_readers_own(people: People) -> None:
    reader = people.arrive()
    reader.go("/panier")
    expect(reader.page.locator("html")).to_have_attribute("lang", "fr")
    reader.press(button(reader, "English"))
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    expect(main(reader)).to_contain_text("Your cart is empty")
    reader.go("/")
    headed(reader, "Equipment for halls, stages and classrooms")
    reader.press(button(reader, "Français"))
    headed(reader, "Le matériel de la salle, de la scène et de la classe")


#: One body per screen: the second one who registers the same body only asks to join it.
BODIES = {
    "desktop": ("200000172", "CC Faucigny - Glières"),
    "without-scripts": ("200000800", "CC Coeur de Sologne"),
    "phone": ("200000545", "CC des Portes de Romilly sur Seine"),
}


def siret_of(siren: str) -> str:
    """A SIRET of that SIREN whose check digit is right."""
    return next(s for nic in range(10, 100) if siret.is_valid(s := f"{siren}{nic:05d}"))


def test_register_as_the_buyer_of_a_public_body(people: People, shop: LiveShop) -> None:
    siren, name = BODIES[people.screen.name]
    buyer, address = people.arrive(), new_address()
    buyer.go("/inscription?for=public")
    fill(buyer, name="Élise Fabre", phone="02 61 91 00 88", email=address, password="trop court")
    buyer.press(button(buyer, "Ouvrir mon compte"), status=422)
    expect(buyer.page.get_by_role("alert")).to_be_visible()
    expect(buyer.page.locator("[name=name]")).to_have_value("Élise Fabre")
    fill(
        buyer,
        password="quatre mots et un piano",
        siret=siret_of(siren),
        organisation=name,
        function="acheteuse",
        **LETTERHEAD,
    )
    buyer.press(button(buyer, "Ouvrir mon compte"))
    activate(buyer, shop, address)
    headed(buyer, "Mon compte")
    expect(main(buyer)).to_contain_text(name)
    buyer.press(link(buyer, re.compile("Mes dossiers")).first)
    expect(main(buyer)).to_contain_text("dossier")
