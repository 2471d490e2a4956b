"""Paying by card on the processor's own page: one order each time, whatever happens on the way."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.gestures import (
    DECLINED_CARD,
    SECURED_CARD,
    add_to_cart,
    button,
    ensure_transitions,
    headed,
    link,
    main,
    new_address,
    pay_with,
    press_pay,
    sign_in,
    to_payment_as_guest,
)
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People, Tab

ORDER = re.compile(r"/commandes/(CO-\d{4}-\d{6})")


def thanked(shop: LiveShop, tab: Tab, address: str) -> str:
    """The order's page thanks; there is one order; its confirmation and its invoice sent once."""
    number = ORDER.search(tab.page.url)
    assert number is not None, tab.page.url
    expect(main(tab)).to_contain_text("Merci, votre commande est passée et payée")
    headed(tab, re.compile(number[1]))
    assert shop.orders_of(address).count(number[1]) == 1
    shop.sandbox.flush()
    shop.work()
    shop.work()
    confirmation, invoice = shop.box.to(address, number[1])
    assert "passée et payée" in str(confirmation["Subject"])
    [paper] = invoice.iter_attachments()
    assert str(paper.get_filename()).startswith("FA-")
    return number[1]


@pytest.mark.each_screen
def test_a_guest_pays(people: People, shop: LiveShop) -> None:
    guest, address = people.arrive(), new_address()
    to_payment_as_guest(guest, address)
    press_pay(guest)
    pay_with(guest)
    number = thanked(shop, guest, address)
    assert shop.orders_of(address) == [number]
    guest.go(guest.page.url)
    expect(main(guest)).not_to_contain_text("Merci, votre commande")
    guest.go("/panier")
    expect(main(guest)).to_contain_text("Votre panier est vide")
    stranger = people.arrive()
    stranger.go(f"/commandes/{number}")
    expect(stranger.page).to_have_url(re.compile("/connexion\\?next="))


def test_a_signed_in_customer_pays_and_finds_the_order_again(
    people: People, shop: LiveShop
) -> None:
    customer, address = people.arrive(), "particulier@example.org"
    before = shop.orders_of(address)
    sign_in(customer, address)
    add_to_cart(customer)
    customer.go("/panier")
    customer.press(button(customer, "Continuer\u00a0: identification"))
    headed(customer, "Adresses")
    ensure_transitions(customer)
    press_pay(customer)
    pay_with(customer)
    number = thanked(shop, customer, address)
    assert set(shop.orders_of(address)) - set(before) == {number}
    customer.go("/commandes")
    expect(main(customer)).to_contain_text(number)


def test_a_declined_card_then_another(people: People, shop: LiveShop) -> None:
    guest, address = people.arrive(), new_address()
    to_payment_as_guest(guest, address)
    press_pay(guest)
    pay_with(guest, DECLINED_CARD, status=None)
    expect(guest.page.get_by_role("alert")).to_contain_text("Paiement refusé")
    assert shop.orders_of(address) == []
    guest.press(link(guest, re.compile("Revenir à la boutique")))
    headed(guest, "Paiement")
    press_pay(guest)
    pay_with(guest)
    assert shop.orders_of(address) == [thanked(shop, guest, address)]


@pytest.mark.each_screen
def test_three_d_secure_failed_then_passed(people: People, shop: LiveShop) -> None:
    guest, address = people.arrive(), new_address()
    to_payment_as_guest(guest, address)
    press_pay(guest)
    pay_with(guest, SECURED_CARD)
    headed(guest, "Votre banque vous identifie")
    guest.press(button(guest, "Faire échouer l’identification"), status=None)
    expect(guest.page.get_by_role("alert")).to_contain_text("Paiement refusé")
    assert shop.orders_of(address) == []
    pay_with(guest, SECURED_CARD)
    guest.press(button(guest, "Autoriser le paiement"))
    assert shop.orders_of(address) == [thanked(shop, guest, address)]


def close_after_paying(people: People, shop: LiveShop) -> str:
    """Pay, and close the tab before the redirection back has ended."""
    guest, address = people.arrive(), new_address()
    to_payment_as_guest(guest, address)
    press_pay(guest)
    guest.leaves_for_good()
    guest.page.route(lambda url: url.startswith(shop.sandbox.base_url), send_and_hear_nothing)
    with guest.page.expect_event("requestfailed"):
        pay_with(guest, leading=False)
    guest.page.close()
    return address


def send_and_hear_nothing(route: Route) -> None:
    """What is posted is received; the answer never comes."""
    route.fetch(max_redirects=0)
    route.abort()


def test_a_tab_closed_after_paying_and_the_webhook_makes_the_order(
    people: People, shop: LiveShop
) -> None:
    shop.sandbox.knobs(drop=True)
    address = close_after_paying(people, shop)
    assert shop.orders_of(address) == []
    shop.sandbox.knobs()
    shop.sandbox.flush(dropped=True)
    shop.reconcile()
    [number] = shop.orders_of(address)
    shop.work()
    message, _invoice = shop.box.to(address, number)
    assert number in str(message["Subject"])


def test_a_tab_closed_and_a_webhook_lost_and_the_worker_makes_the_order(
    people: People, shop: LiveShop
) -> None:
    shop.sandbox.knobs(drop=True)
    address = close_after_paying(people, shop)
    assert shop.orders_of(address) == []
    shop.reconcile()
    [number] = shop.orders_of(address)
    shop.sandbox.knobs(dup=1)
    shop.sandbox.flush(dropped=True)
    shop.sandbox.knobs()
    shop.work()
    assert shop.orders_of(address) == [number]
    assert len(shop.box.to(address, number)) == 2  # the confirmation, the invoice
