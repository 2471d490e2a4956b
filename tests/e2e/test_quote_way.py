"""The public bodies' way with all its participants: from the cart to the paid invoice."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from quotes.quotes.rules import last_day
from shop.core.text import FILTERS
from shop.ops.clock import now
from tests.e2e.gestures import (
    add_to_cart,
    button,
    fill,
    fill_record,
    link,
    main,
    sign_in,
)
from tests.e2e.live import LiveShop, attached, text_of
from tests.e2e.quoting import (
    BUYER,
    amount_of,
    deliver,
    draw_quote,
    number_of,
    send_the_copy,
)
from tests.e2e.tabs import People, Tab


def bytes_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def words_of(pdf: bytes) -> str:
    """The text of a PDF on one line, as a person reads it."""
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def day_full(day: date) -> str:
    return FILTERS["day_full"](day, "fr")


@pytest.mark.each_screen
def test_from_the_cart_to_the_paid_invoice(people: People, shop: LiveShop) -> None:
    buyer = people.arrive()
    sign_in(buyer, BUYER)
    add_to_cart(buyer, 3)
    add_to_cart(buyer, 2, "micro main")
    first = bytes_of(draw_quote(buyer))
    number = number_of(buyer)
    total = amount_of(buyer)
    the_quote_says_all(buyer, first, number, total)
    the_quote_comes_by_mail(shop, number, first)
    send_the_copy(buyer, number)
    shop.work()
    assert shop.box.to(BUYER, number)[-1]

    office = people.arrive()
    sign_in(office, "adv@comptoir.example")
    refuse_it(office, shop, number)
    order = record_it(office, shop, number, total)
    the_rest_follows(people, shop, buyer, number, order, total)


def the_quote_says_all(buyer: Tab, first: bytes, number: str, total: str) -> None:
    with buyer.page.expect_download() as arriving:
        link(buyer, "Télécharger le devis").first.click()
    assert bytes_of(arriving.value) == first
    words = words_of(first)
    for needed in (
        number,
        "Commune de Bellême",
        "TVA",
        "20 %",
        " ".join(total.split()),
        day_full(last_day(now())),
        "original",
        "en-tête",
        "tampon",
        "organismes publics",
    ):
        assert needed.lower() in words.lower(), f"{needed!r} is not on the quote: {words[:3000]}"
    for name in buyer.page.locator("#lines td.ref").all_inner_texts():
        assert name.strip("–\xa0 ") in words


def the_quote_comes_by_mail(shop: LiveShop, number: str, first: bytes) -> None:
    shop.work()
    [message] = shop.box.to(BUYER, number)
    assert number in str(message["Subject"])
    assert [data for _name, data in attached(message)] == [first]


def refuse_it(office: Tab, shop: LiveShop, number: str) -> None:
    """The first original is not conforming: the buyer reads why."""
    office.go("/bureau/bons-de-commande")
    office.press(office.page.locator(f"nav.queue a[href*='{number}']"))
    office.page.locator("summary", has_text="Refuser").click()
    refusal = office.page.locator("form[action$='/refus']")
    office.press(refusal.locator("button"), status=422)
    refusal = office.page.locator("form[action$='/refus']")
    refusal.get_by_role("textbox").fill("Le tampon officiel manque sur cet exemplaire.")
    office.press(refusal.locator("button"))
    office.go(f"/bureau/bons-de-commande/{number}")
    shop.work()
    message = shop.box.to(BUYER, number)[-1]
    assert "Le tampon officiel manque" in text_of(message)


def record_it(office: Tab, shop: LiveShop, number: str, total: str) -> str:
    """A wrong amount is refused beside its field and nothing typed is lost; then the order is
    placed.
    """
    answers = fill_record(office, f"BC-{number}", "12,00")
    record = office.page.locator("form:has([name=original_paper])")
    office.press(button(office, "Enregistrer l’original"), status=422)
    record = office.page.locator("form:has([name=original_paper])")
    expect(office.page.locator("#amount-error")).to_contain_text("12,00")
    for name, answer in answers.items():
        expect(record.locator(f"[name={name}]")).to_have_value(answer)
    expect(record.locator("[name=stamped]")).to_be_checked()
    record.locator("[name=amount]").fill(re.sub(r"[^\d,]", "", total))
    office.press(button(office, "Enregistrer l’original"))
    expect(office.page).to_have_url(re.compile("/bureau/bons-de-commande"))
    office.go(f"/devis/{number}")
    found = re.search(r"CO-\d{4}-\d{6}", main(office).inner_text())
    assert found is not None
    shop.work()
    assert shop.box.to(BUYER, found[0])
    return found[0]


def the_rest_follows(
    people: People, shop: LiveShop, buyer: Tab, number: str, order: str, total: str
) -> None:
    """Two delivery notes, the invoice, its file, the transfer; the buyer reads it all."""
    logistics = people.arrive()
    sign_in(logistics, "logistique@comptoir.example")
    logistics.go("/bureau/livraisons")
    logistics.press(logistics.page.locator(f"nav.queue a[href*='{order}']"))
    deliver(logistics, {0: "2", 1: "0"})
    logistics.go(f"/bureau/livraisons/{order}")
    deliver(logistics, {})
    shop.work()
    assert len({str(message["Subject"]) for message in shop.box.to(BUYER, "BL-")}) >= 2

    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/factures")
    accounts.press(button(accounts, re.compile(f"{order}$")))
    invoice = re.search(r"FA-\d{4}-\d{6}", accounts.page.url + main(accounts).inner_text())
    assert invoice is not None
    accounts.go(f"/bureau/factures/{invoice[0]}")
    accounts.page.locator("[name=to]").fill("factures@ville.example")
    accounts.press(accounts.page.locator("form:has([name=to])").locator("button"))
    shop.work()
    [message] = shop.box.to("factures@ville.example", invoice[0])
    words = words_of(attached(message)[0][1])
    assert invoice[0] in words
    assert "IBAN" in words

    accounts.go(f"/bureau/paiements/{invoice[0]}")
    fill(accounts, reference="VIR TRESORERIE 118", received_on=now().date().isoformat())
    accounts.page.locator("main [name=amount]").fill(re.sub(r"[^\d,]", "", total))
    accounts.press(accounts.page.locator("form:has([name=received_on])").locator("button"))
    shop.work()

    buyer.go(f"/devis/{number}")
    expect(buyer.page.locator(".title .state")).to_have_text("Payé")
    papers = buyer.page.locator("ul.docs")
    for series in ("DE-", "BL-", "FA-"):
        expect(papers).to_contain_text(series)
    expect(buyer.page.locator("ol.journal li")).to_have_count(11)
    for address in papers.get_by_role("link", name=re.compile("^Télécharger")).all():
        url = address.get_attribute("href")
        assert buyer.page.request.get(shop.url + str(url)).status == 200
    subjects = {str(message["Subject"]) for message in shop.box.to(BUYER)}
    assert len(subjects) >= 7
