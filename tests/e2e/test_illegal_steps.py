"""What the procedure forbids is refused with a sentence, and nothing is lost."""

import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from quotes.quotes.rules import last_day
from shop.core.text import PARIS
from shop.ops.clock import now
from tests.e2e.gestures import (
    add_to_cart,
    button,
    ensure_transitions,
    fill,
    fill_record,
    give_addresses,
    headed,
    link,
    main,
    paper,
    sign_in,
    to_payment_as_guest,
)
from tests.e2e.live import LiveShop
from tests.e2e.quoting import BUYER, REQUEST, amount_of, draw_quote, number_of, send_the_copy
from tests.e2e.tabs import People, Tab

FORGE = (
    "() => {document.querySelector('form[action$=carte]')"
    ".setAttribute('action', '/commande/devis')}"
)


def test_a_private_customer_who_forges_the_request_gets_no_quote(
    people: People, shop: LiveShop
) -> None:
    customer, before = people.arrive(), shop.journal("refusal")
    sign_in(customer, "particulier@example.org")
    add_to_cart(customer)
    customer.go("/commande/adresses")
    ensure_transitions(customer)
    expect(link(customer, REQUEST)).to_have_count(0)
    customer.go("/commande/devis", status=403)
    customer.go("/commande/paiement")
    customer.page.evaluate(FORGE)
    customer.press(button(customer, re.compile("^Payer .* par carte$")), status=403)
    expect(main(customer)).to_contain_text("organismes publics")
    assert shop.journal("refusal") == before + 1
    customer.go("/devis")
    expect(main(customer)).not_to_contain_text("DE-")


def test_a_body_awaiting_verification_reads_why_and_what_to_do(people: People) -> None:
    newcomer = people.arrive()
    sign_in(newcomer, "nouveau@ecole.example")
    add_to_cart(newcomer)
    newcomer.go("/commande/adresses")
    fill(newcomer, contact_name="Julien Costes", contact_phone="05 36 49 00 21")
    newcomer.press(button(newcomer, re.compile("^Continuer")))
    newcomer.press(button(newcomer, re.compile("^Continuer")))
    way = newcomer.page.locator("#quote-way")
    expect(way).to_contain_text("en cours de vérification")
    expect(link(newcomer, REQUEST)).to_have_count(0)
    newcomer.go("/commande/devis", status=403)
    newcomer.go("/commande/paiement")
    newcomer.press(way.get_by_role("link"))
    expect(main(newcomer)).to_contain_text("en-tête de l’organisme")


@pytest.mark.each_screen
def test_no_step_is_skipped_and_going_back_loses_nothing(people: People) -> None:
    guest = people.arrive()
    guest.go("/commande/paiement")
    headed(guest, "Panier")
    expect(guest.page.get_by_role("status")).to_contain_text("Votre panier est vide")
    add_to_cart(guest, 2)
    guest.go("/commande/paiement")
    headed(guest, "Identification")
    guest.page.locator("section:has(#guest) [name=email]").fill("pas une adresse")
    guest.press(button(guest, "Continuer sans compte"), status=422)
    guest.page.locator("section:has(#guest) [name=email]").fill("retour@example.org")
    guest.press(button(guest, "Continuer sans compte"))
    guest.go("/commande/livraison")
    headed(guest, "Adresses")
    give_addresses(guest, "Dominique Prost")
    guest.page.locator("[name=contact_phone]").fill("12")
    guest.press(button(guest, re.compile("^Continuer")), status=422)
    expect(guest.page.locator("[name=header_line1]")).to_have_value("12, rue des Lilas")
    fill(guest, contact_phone="02 61 91 00 77")
    guest.press(button(guest, re.compile("^Continuer")))
    headed(guest, "Livraison")
    guest.press(button(guest, re.compile("^Continuer")))
    headed(guest, "Paiement")
    guest.press(link(guest, "Modifier les adresses"))
    expect(guest.page.locator("[name=contact_name]")).to_have_value("Dominique Prost")
    guest.press(link(guest, re.compile("Panier")).last)
    expect(guest.page.locator("li.lines__item").get_by_role("textbox")).to_have_value("2")
    guest.go("/commande/paiement")
    headed(guest, "Paiement")


def test_signing_in_half_way_keeps_the_cart(people: People) -> None:
    buyer = people.arrive()
    to_payment_as_guest(buyer, "entre-deux@example.org", words="pupitre")
    chosen = buyer.page.locator(".mini .ref").first.inner_text()
    buyer.go("/connexion?next=/panier")
    buyer.page.get_by_label("Adresse e-mail").fill("nouveau@ecole.example")
    buyer.page.get_by_label("Mot de passe").fill("demonstration")
    buyer.press(main(buyer).get_by_role("button", name="Se connecter"))
    headed(buyer, "Panier")
    expect(main(buyer)).to_contain_text(chosen)


def test_documents_of_another_customer_are_not_found(people: People, shop: LiveShop) -> None:
    owner = people.arrive()
    sign_in(owner, BUYER)
    owner.go("/devis")
    owner.press(main(owner).locator("a[href*='/devis/DE-']").first)
    paths = [owner.page.url.removeprefix(shop.url)]
    documents = owner.page.locator("ul.docs a.button")
    paths += [str(a.get_attribute("href")) for a in documents.all()]
    assert len(paths) > 1
    stranger = people.arrive()
    sign_in(stranger, "achats@crest.example")
    for path in paths:
        stranger.go(path, status=404)
    forged = stranger.page.locator("input[name=csrf_token]").first.input_value()
    number = paths[0].rpartition("/")[2]
    for address in (f"/devis/{number}/annulation", f"/devis/{number}/renouvellement"):
        answer = stranger.page.request.post(shop.url + address, form={"csrf_token": forged})
        assert answer.status == 404, address


def test_a_customer_cannot_open_the_staff_area(people: People) -> None:
    customer = people.arrive()
    sign_in(customer, "particulier@example.org")
    for path in ("/bureau", "/bureau/bons-de-commande", "/bureau/livraisons", "/bureau/factures"):
        answer = customer.page.request.get(customer.home + path)
        assert answer.status in (403, 404), (path, answer.status)


def test_the_last_day_of_a_quote_still_counts_and_the_next_does_not(
    people: People, shop: LiveShop
) -> None:
    buyer = people.arrive()
    sign_in(buyer, BUYER)
    quotes = []
    for _each in range(2):
        add_to_cart(buyer, 1)
        draw_quote(buyer)
        quotes.append((number_of(buyer), amount_of(buyer)))
    (first, first_total), (second, second_total) = quotes
    send_the_copy(buyer, second)
    end = datetime.combine(last_day(now()), time(23, 50), PARIS)
    office = people.arrive()
    with shop.later(end - now()):
        sign_in(office, "adv@comptoir.example")
        open_record(office, first, first_total)
        office.press(button(office, "Enregistrer l’original"))
        expect(office.page).to_have_url(re.compile("/bureau/bons-de-commande"))
        office.go(f"/devis/{first}")
        expect(main(office)).to_contain_text("CO-")
    with shop.later(end - now() + timedelta(minutes=20)):
        open_record(office, second, second_total)
        office.press(button(office, "Enregistrer l’original"), status=422)
        expect(main(office)).to_contain_text("expiré")
        sign_in(buyer, BUYER)
        buyer.go(f"/devis/{second}")
        expect(main(buyer)).to_contain_text("Ce devis a expiré")
        expect(main(buyer)).not_to_contain_text("CO-")


def open_record(office: Tab, number: str, total: str) -> None:
    """The page of that quote, its record filled in correctly."""
    office.go(f"/bureau/bons-de-commande?q={number}")
    fill_record(office, number, re.sub(r"[^\d,]", "", total))
    office.page.locator("[name=scan]").set_input_files(
        {"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": paper()}
    )
