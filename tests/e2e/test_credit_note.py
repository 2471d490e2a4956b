"""A card order is credited before it is shipped: read again, issued, refunded to the card."""

import re
from io import BytesIO

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.gestures import (
    button,
    fill,
    headed,
    link,
    main,
    new_address,
    pay_with,
    press_pay,
    says,
    sign_in,
    to_payment_as_guest,
)
from tests.e2e.live import LiveShop, attached, text_of
from tests.e2e.tabs import People, Tab, on

REASON = "Article indisponible, annulé avec l’accord du client"


def buy(people: People, shop: LiveShop) -> tuple[str, str]:
    """A guest pays an order; their address, and the number of its invoice."""
    guest, address = people.arrive(), new_address()
    to_payment_as_guest(guest, address)
    press_pay(guest)
    pay_with(guest)
    shop.sandbox.flush()
    shop.work()
    _confirmation, invoice = shop.box.to(address)
    found = re.search(r"FA-\d{4}-\d{6}", str(invoice["Subject"]))
    assert found is not None
    return address, found[0]


def credit(accounts: Tab, invoice: str) -> str:
    """A mistake is corrected, the credit note is read again and issued; its number."""
    accounts.go(f"/bureau/factures/{invoice}")
    accounts.press(link(accounts, "Établir un avoir"))
    headed(accounts, f"Établir un avoir sur la facture {invoice}")
    accounts.page.get_by_label("Tout ce qui reste de la facture").check()
    accounts.page.get_by_label("Ils n’ont pas été expédiés").check()
    accounts.press(button(accounts, "Relire l’avoir"), status=422)
    expect(accounts.page.get_by_label("Tout ce qui reste de la facture")).to_be_checked()
    fill(accounts, reason=REASON)
    accounts.press(button(accounts, "Relire l’avoir"))
    headed(accounts, f"Émettre l’avoir sur la facture {invoice}")
    expect(main(accounts)).to_contain_text(REASON)
    accounts.press(button(accounts, re.compile("^Émettre l’avoir de")))
    found = re.search(r"AV-\d{4}-\d{6}", accounts.page.url)
    assert found is not None, accounts.page.url
    return found[0]


@on("without-scripts")
def test_a_card_order_is_credited_and_refunded_to_the_card(people: People, shop: LiveShop) -> None:
    address, invoice = buy(people, shop)
    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    number = credit(accounts, invoice)
    accounts.press(button(accounts, re.compile("sur la carte$")))
    says(accounts, re.compile("en cours"))
    shop.refund()
    accounts.go(f"/bureau/avoirs/{number}")
    expect(main(accounts)).to_contain_text("remboursé")
    accounts.go(f"/bureau/factures/{invoice}")
    expect(accounts.page.locator(".title .state")).to_have_text("Soldé par avoir")
    told = [message for message in shop.box.to(address, number) if attached(message)]
    [(name, data)] = attached(told[0])
    assert name == f"{number}.pdf"
    words = " ".join(PdfReader(BytesIO(data)).pages[0].extract_text().split())
    assert "AVOIR" in words and invoice in words
    assert "remboursé" in text_of(shop.box.to(address, number)[-1])
