"""The keys of the office: through a list, to its next page, into a row, and off."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.gestures import sign_in
from tests.e2e.tabs import People, Tab, on

ROW = "[data-rows] > :nth-child({}) a"


def arrived(people: People, desk: str) -> Tab:
    office = people.arrive()
    sign_in(office, "adv@comptoir.example")
    office.go(desk)
    return office


def row(page: Page, number: int) -> str:
    """The address of a row's link."""
    return str(page.locator(ROW.format(number)).first.get_attribute("href"))


def in_focus(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.getAttribute('href')"))


@on("desktop")
def test_keys_go_through_a_queue_and_open_a_row(people: People):
    office = arrived(people, "/bureau/bons-de-commande")
    page = office.page
    for keys, number in (("j", 1), ("j", 2), ("j", 3), ("k", 2), ("k", 1), ("k", 1)):
        page.keyboard.press(keys)
        assert in_focus(page) == row(page, number)
    second = row(page, 2).partition("?")[0].partition("#")[0]
    page.keyboard.press("j")
    office.key("Enter")
    expect(page).to_have_url(re.compile(re.escape(second)))
    page.keyboard.press("j")  # on from the row that is open
    assert in_focus(page) == row(page, 3)
    page.locator("main [name=q]").focus()
    page.keyboard.type("jk?")  # in a field they are letters
    expect(page.locator("main [name=q]")).to_have_value("jk?")
    expect(page.get_by_role("dialog")).to_have_count(0)


@on("desktop")
def test_keys_are_listed_and_can_be_turned_off(people: People):
    office = arrived(people, "/bureau/clients")
    page = office.page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Raccourcis clavier")
    expect(dialog).to_be_visible()
    office.look()
    dialog.get_by_label("Utiliser ces touches").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Rechercher par")).not_to_be_focused()
    page.get_by_role("button", name="Raccourcis clavier").click()
    dialog.get_by_label("Utiliser ces touches").check()
    dialog.get_by_role("button", name="Fermer").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Rechercher par")).to_be_focused()
