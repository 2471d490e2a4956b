"""Public bodies and their people: who opens an account, who is approved, who issues quotes."""

import re

from playwright.sync_api import expect

from tests.e2e.gestures import (
    add_to_cart,
    button,
    fill,
    headed,
    link,
    main,
    new_address,
    says,
    sign_in,
)
from tests.e2e.joining import (
    A_PASSWORD,
    activate,
    path_in,
    register,
    unknown_body,
)
from tests.e2e.live import LiveShop
from tests.e2e.quoting import DOWNLOAD, REQUEST, number_of
from tests.e2e.tabs import People, Tab
from tests.people import LETTERHEAD

OFFICE = "adv@comptoir.example"


def test_a_body_registers_invites_a_colleague_is_verified_and_draws_a_quote(
    people: People, shop: LiveShop
) -> None:
    siret, name = unknown_body(shop)
    domain = f"mairie-{siret[:9]}.example"
    head, colleague = f"elise.fabre@{domain}", f"marc.petit@{domain}"
    director = people.arrive()
    register(director, head, "Élise Fabre", siret=siret, organisation=f"Commune de {name}")
    activate(director, shop, head)
    says(director, re.compile("Vérification en cours"))
    invite(director, colleague)

    buyer = people.arrive()
    shop.work()
    accept(buyer, path_in(shop.box.to(colleague, "invite")[-1], "invitations"))
    expect(main(buyer)).to_contain_text(name)
    draws_nothing_yet(buyer)

    office = people.arrive()
    sign_in(office, OFFICE)
    verify(office, name, domain)
    shop.work()
    assert shop.box.to(head, "vérifié")
    assert shop.box.to(colleague, "Commune de")

    draw(buyer, name)
    number = number_of(buyer)
    director.go(f"/devis/{number}")
    headed(director, re.compile(".+"))
    expect(main(director)).to_contain_text(number)


def invite(director: Tab, colleague: str) -> None:
    """The administrator invites a colleague, as a buyer."""
    director.go("/compte/organisation/membres")
    director.press(link(director, re.compile("Inviter")).first)
    fill(director, email=colleague)
    director.page.locator("main [name=buys]").check()
    director.press(main(director).get_by_role("button", name=re.compile("invitation")))
    expect(main(director)).to_contain_text(colleague)


def accept(buyer: Tab, path: str) -> None:
    """The colleague has no account: the link of the e-mail opens one."""
    buyer.go(path)
    fill(buyer, name="Marc Petit", phone="02 61 91 00 89", password=A_PASSWORD)
    buyer.press(main(buyer).get_by_role("button", name=re.compile("Accepter|Ouvrir")))
    headed(buyer, "Mon compte")


def draws_nothing_yet(buyer: Tab) -> None:
    """The quote way says what is missing; so does the address typed by hand."""
    add_to_cart(buyer, 2)
    buyer.go("/commande/devis", status=403)


def verify(office: Tab, name: str, domain: str) -> None:
    """The office has found the body's own domain on its website."""
    office.go("/bureau/verifications")
    office.press(link(office, re.compile(re.escape(name))).first)
    form = office.page.locator("form[action$='/verification']")
    office.press(form.get_by_role("button"), status=422)
    form.locator("[name=email_domain]").check()
    form.locator("[name=domain]").fill(domain)
    form.locator("[name=domain_source]").fill("Site de la commune, mentions légales")
    form.locator("[name=prove]").check()
    office.press(form.get_by_role("button"))
    says(office, re.compile("vérifié"))


def draw(buyer: Tab, name: str) -> None:
    """From the cart filled while waiting to the quote of the commune."""
    buyer.go("/panier")
    buyer.press(button(buyer, "Continuer\u00a0: identification"))
    headed(buyer, "Adresses")
    # The letterhead address that the organisation gave when it registered.
    for name_of_field, given in LETTERHEAD.items():
        expect(buyer.page.locator(f"[name={name_of_field}]")).to_have_value(given)
    fill(
        buyer,
        contact_name="Marc Petit",
        contact_phone="02 61 91 00 89",
        service_name="Service comptable",
    )
    buyer.press(button(buyer, re.compile("^Continuer")))
    headed(buyer, "Livraison")
    buyer.press(button(buyer, re.compile("^Continuer")))
    headed(buyer, "Paiement")
    buyer.press(link(buyer, REQUEST))
    expect(main(buyer)).to_contain_text(f"Commune de {name}")
    buyer.page.get_by_role("checkbox").check()
    with buyer.page.expect_download():
        buyer.press(button(buyer, DOWNLOAD))


def test_a_company_cannot_use_the_quote_way_and_pays_by_card(
    people: People, shop: LiveShop
) -> None:
    buyer, address = people.arrive(), new_address()
    siret = {"desktop": "35600000000048", "without-scripts": "55208131766522"}.get(
        people.screen.name, "54205118000066"
    )
    register(
        buyer, address, "Karim Haddad", siret=siret, organisation="Son et Scène SARL", private=True
    )
    activate(buyer, shop, address)
    says(buyer, re.compile("réservés? aux organismes publics"))
    add_to_cart(buyer)
    buyer.go("/panier")
    buyer.press(button(buyer, "Continuer\u00a0: identification"))
    fill(
        buyer,
        contact_name="Karim Haddad",
        contact_phone="02 61 91 00 90",
        header_line1="3, rue du Port",
        header_postal_code="44000",
        header_city="Nantes",
    )
    buyer.press(button(buyer, re.compile("^Continuer")))
    buyer.press(button(buyer, re.compile("^Continuer")))
    headed(buyer, "Paiement")
    expect(main(buyer)).to_contain_text("réservés aux organismes publics")
    expect(link(buyer, REQUEST)).to_have_count(0)
    before = shop.journal("refusal")
    buyer.go("/commande/devis", status=403)
    expect(button(buyer, DOWNLOAD)).to_have_count(0)
    forge(buyer)
    assert shop.journal("refusal") == before + 1


def forge(buyer: Tab) -> None:
    """The form of the quote, posted by hand with the company's cookies and its own token."""
    buyer.go("/compte")
    token = buyer.page.locator("[name=csrf_token]").first.input_value()
    answer = buyer.page.request.post(
        f"{buyer.home}/commande/devis", form={"csrf_token": token, "accepted": "y"}, max_redirects=0
    )
    assert answer.status == 403
