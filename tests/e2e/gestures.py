"""What people do in the shop repeatedly, in the words that they read there."""

import io
import re
from itertools import count

import pikepdf
from playwright.sync_api import Locator, expect

from shop.ops import clock
from tests.e2e.tabs import Tab

PASSWORD = "demonstration"
GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
SECURED_CARD = "4000 0027 6000 3184"
_guests = count(1)


def new_address() -> str:
    """An e-mail address that nobody has used yet."""
    return f"client{next(_guests)}@example.org"


def main(tab: Tab) -> Locator:
    return tab.page.get_by_role("main")


def button(tab: Tab, name: str | re.Pattern[str]) -> Locator:
    return tab.page.get_by_role("button", name=name)


def link(tab: Tab, name: str | re.Pattern[str]) -> Locator:
    return tab.page.get_by_role("link", name=name)


def fill(tab: Tab, **answers: str) -> None:
    """Fill fields by their name in the form."""
    for name, answer in answers.items():
        tab.page.locator(f"main [name={name}]").fill(answer)


def headed(tab: Tab, words: str | re.Pattern[str]) -> None:
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(words)


def says(tab: Tab, words: str | re.Pattern[str]) -> None:
    expect(main(tab).or_(tab.page.get_by_role("status"))).to_contain_text([words])


def sign_in(tab: Tab, address: str) -> None:
    tab.go("/connexion")
    tab.page.get_by_label("Adresse e-mail").fill(address)
    tab.page.get_by_label("Mot de passe").fill(PASSWORD)
    tab.press(main(tab).get_by_role("button", name="Se connecter", exact=True))


def product_in_stock(tab: Tab, words: str = "enceinte") -> None:
    """Find a product that can be bought and open its page."""
    tab.go(f"/recherche?q={words}")
    card = tab.page.locator("li.product", has=tab.page.get_by_role("button")).first
    tab.press(card.get_by_role("link").first)


def add_to_cart(tab: Tab, quantity: int = 1, words: str = "enceinte") -> None:
    product_in_stock(tab, words)
    tab.page.get_by_label("Quantité").fill(str(quantity))
    tab.press(button(tab, "Ajouter au panier"))


def give_addresses(tab: Tab, name: str = "Claude Martin") -> None:
    """Step 3 of a private person."""
    fill(
        tab,
        contact_name=name,
        contact_phone="02 61 91 00 77",
        header_name=name,
        header_line1="12, rue des Lilas",
        header_postal_code="61130",
        header_city="Bellême",
    )


def ensure_transitions(tab: Tab, name: str = "Claude Martin") -> None:
    """Steps 3 and 4 of a private person, up to the payment."""
    headed(tab, "Adresses")
    give_addresses(tab, name)
    tab.press(button(tab, re.compile("^Continuer")))
    headed(tab, "Livraison")
    tab.press(button(tab, re.compile("^Continuer")))
    headed(tab, "Paiement")


def to_payment_as_guest(tab: Tab, address: str, words: str = "enceinte") -> None:
    """From the catalogue to step 5 without an account."""
    add_to_cart(tab, words=words)
    tab.go("/panier")
    tab.press(button(tab, "Continuer\u00a0: identification"))
    headed(tab, "Identification")
    tab.page.locator("#guest ~ form, form:has([autocomplete=email])").get_by_label("E-mail").fill(
        address
    )
    tab.press(button(tab, "Continuer sans compte"))
    ensure_transitions(tab)


def press_pay(tab: Tab) -> None:
    """Step 5, « Payer … par carte »: the processor's page."""
    tab.press(button(tab, re.compile(r"^Payer .* par carte$")))
    expect(tab.page).to_have_title(re.compile("^Paiement sécurisé"))


def pay_with(
    tab: Tab, card: str = GOOD_CARD, *, status: int | None = 200, leading: bool = True
) -> None:
    """Type a card on the processor's page and pay."""
    page = tab.page
    page.get_by_label("Numéro de carte").fill(card)
    page.get_by_label("Expiration").fill("12 / 34")
    page.get_by_label("Cryptogramme").fill("123")
    page.get_by_label("Nom du titulaire").fill("Claude Martin")
    pay = page.get_by_role("button", name=re.compile("^Payer "))
    if leading:
        tab.press(pay, status=status)
    else:
        pay.click()


def paper(words: str = "Bon de commande") -> bytes:
    """A page, as a scanner sends it."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.docinfo["/Title"] = words
        pdf.save(made)
    return made.getvalue()


def fill_record(office: Tab, reference: str, amount: str) -> dict[str, str]:
    """The conformity record of an original; what was typed, by name."""
    record = office.page.locator("form:has([name=original_paper])")
    for name in ("original_paper", "letterhead", "dated", "signed", "stamped"):
        record.locator(f"[name={name}]").check()
    today = clock.today().isoformat()
    answers = {
        "reference": reference,
        "dated_on": today,
        "signatory_name": "Paul Lenoir",
        "signatory_capacity": "Maire",
        "engagement": "2026-004512",
        "received_on": today,
        "filed_at": "Classeur 14, page 33",
    }
    for name, answer in answers.items():
        record.locator(f"[name={name}]").fill(answer)
    record.locator("[name=amount]").fill(amount)
    return answers
