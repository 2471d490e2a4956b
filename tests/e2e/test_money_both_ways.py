"""From a partial delivery to the accounts of the client: receipt, two invoices, a statement, a
reminder, a return paid back to the card, and an export whose sums are those of the page.
"""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from checkout.deliveries.models import DeliveryNote
from checkout.invoices.models import Invoice
from checkout.jobs import remind
from checkout.orders.models import Order
from shop.dossiers.papers import pdf_of
from shop.ops import clock
from tests.banking import Line, camt
from tests.e2e.gestures import add_to_cart, button, fill, link, main, says, sign_in
from tests.e2e.joining import path_in
from tests.e2e.live import LiveShop, live_shop
from tests.e2e.quoting import BUYER, amount_of, deliver, draw_quote, number_of, send_the_copy
from tests.e2e.tabs import SCREENS, People, Tab
from tests.e2e.test_quote_way import record_it
from tests.e2e.test_undoing import bring_back, buy
from tests.e2e.test_undoing import deliver as deliver_all

_DESKTOP, _WITHOUT_SCRIPTS, PHONE = SCREENS


@pytest.fixture
def shop(filled: Path, tmp_path: Path) -> Iterator[LiveShop]:
    """A shop of its own: this journey moves the clock by months."""
    with live_shop(filled, tmp_path) as served:
        yield served


@pytest.fixture
def people(shop: LiveShop, browser: Browser, known: set[str]) -> Iterator[People]:
    everybody = People(browser, shop.url, PHONE, known)
    yield everybody
    found = everybody.leave()
    assert not found, "\n".join(found)


def test_money_goes_both_ways_and_the_accounts_agree(people: People, shop: LiveShop) -> None:
    buyer, office, stores, accounts = (people.arrive() for _person in range(4))
    sign_in(accounts, "comptabilite@comptoir.example")
    order = order_from_original(buyer, office, shop)
    sign_in(stores, "logistique@comptoir.example")
    first = delivered_and_invoiced(stores, accounts, order, {0: "2"})
    acknowledge(people.arrive(), shop, order)
    second = delivered_and_invoiced(stores, accounts, order, {})
    paid_by_statement(accounts, shop, first)
    reminded(accounts, shop, second)
    client, porter = people.arrive(), people.arrive()
    bought = buy(client, shop)
    deliver_all(porter, bought)
    bring_back(client, porter, accounts, shop, bought)
    export_equals_the_page(people_of(people, "comptable@ville.example"), {first, second})


def people_of(people: People, address: str) -> Tab:
    """A tab of the person with that address."""
    tab = people.arrive()
    sign_in(tab, address)
    return tab


def order_from_original(buyer: Tab, office: Tab, shop: LiveShop) -> str:
    sign_in(buyer, BUYER)
    add_to_cart(buyer, 3)
    draw_quote(buyer)
    number, total = number_of(buyer), amount_of(buyer)
    send_the_copy(buyer, number)
    sign_in(office, "adv@comptoir.example")
    office.go(f"/bureau/bons-de-commande/{number}")
    return record_it(office, shop, number, total)


def delivered_and_invoiced(
    stores: Tab, accounts: Tab, order: str, quantities: dict[int, str]
) -> str:
    """A delivery note, and its invoice; the number of the invoice."""
    stores.go(f"/bureau/livraisons/{order}")
    deliver(stores, quantities)
    accounts.go("/bureau/factures")
    accounts.press(button(accounts, re.compile(f"{order}$")))
    found = re.search(r"FA-\d{4}-\d{6}", accounts.page.url + main(accounts).inner_text())
    assert found is not None
    return found[0]


def acknowledge(recipient: Tab, shop: LiveShop, order: str) -> None:
    """Whoever receives the goods opens the page that the code on the delivery note leads to,
    without an account; it is the page that the e-mail leads to.
    """
    shop.work()
    address = code_on(delivery_note_of(shop, order))
    assert address.startswith(f"{shop.url}/livraisons/")
    assert address.endswith(path_in(shop.box.to(BUYER, "BL-")[-1], "livraisons"))
    recipient.go(address)
    recipient.press(button(recipient, "Accuser réception de la livraison"), status=422)
    fill(recipient, name="Sylvie Marchand", capacity="Gardienne de la salle")
    recipient.press(button(recipient, "Accuser réception de la livraison"))
    expect(main(recipient)).to_contain_text("Sylvie Marchand")


def delivery_note_of(shop: LiveShop, order: str) -> bytes:
    """The PDF of the last delivery note of an order, as it was archived."""
    with shop.database.reading_session() as session:
        paper_id = session.scalars(
            select(DeliveryNote.paper_id)
            .join(Order, Order.id == DeliveryNote.order_id)
            .where(Order.number == order)
            .order_by(DeliveryNote.id.desc())
        ).first()
    assert paper_id is not None
    return pdf_of(shop.database, paper_id, at=clock.now()).data


def code_on(pdf: bytes) -> str:
    """The address in the only QR code of a document, read from its first page as it is seen."""
    page = pypdfium2.PdfDocument(pdf)[0]
    (code,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    return code.text


def paid_by_statement(accounts: Tab, shop: LiveShop, number: str) -> None:
    invoice = read_invoice(shop, number)
    line = Line(invoice.due.cents, f"VIR {number}", day=clock.today().isoformat())
    upload = {"name": "banque.xml", "mimeType": "text/xml", "buffer": camt(line)}
    accounts.go("/bureau/releves")
    accounts.page.get_by_label("Relevé bancaire").set_input_files(files=[upload])
    accounts.press(button(accounts, "Lire le relevé"))
    accounts.press(button(accounts, "Confirmer tous les rapprochements exacts"))
    says(accounts, re.compile("1 mouvement imputé"))
    assert not read_invoice(shop, number).is_due


def reminded(accounts: Tab, shop: LiveShop, number: str) -> None:
    """The invoice is sent, and nobody pays it: a reminder leaves after two months."""
    accounts.go(f"/bureau/factures/{number}")
    fill(accounts, to="factures@ville.example")
    accounts.press(accounts.page.locator("form:has([name=to])").locator("button"))
    shop.work()
    with shop.later(timedelta(days=60)):
        remind(shop.database)
        shop.work()
    subjects = [str(message["Subject"]) for message in shop.box.messages]
    assert [one for one in subjects if one.startswith("Relance") and number in one]


def export_equals_the_page(accountant: Tab, numbers: set[str]) -> None:
    """The rows of the CSV file, added up, are the sums that both pages show."""
    accountant.go("/factures")
    total = amount_beside(accountant, "Total TTC")
    accountant.press(button(accountant, "Voir ce que contient le fichier"))
    assert amount_beside(accountant, "Total TTC") == total
    with accountant.page.expect_download() as arriving:
        link(accountant, re.compile("fichier CSV")).click()
    assert arriving.value.suggested_filename.endswith(".csv")
    text = Path(arriving.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    says(accountant, f"{arriving.value.suggested_filename}, lignes\u00a0: {len(rows)}")
    assert numbers < {row["Facture"] for row in rows}
    assert {row["Facture"][:3] for row in rows} == {"FA-", "AV-"}
    assert sum(Decimal(row["Total TTC"].replace(",", ".")) for row in rows) == total


def amount_beside(tab: Tab, label: str) -> Decimal:
    """The amount of a list of facts."""
    shown = main(tab).locator(f"dt:has-text('{label}') + dd").first.inner_text()
    return Decimal(re.sub(r"[^\d,-]", "", shown.replace("−", "-")).replace(",", "."))


def read_invoice(shop: LiveShop, number: str) -> Invoice:
    with shop.database.reading_session() as session:
        return session.scalars(select(Invoice).where(Invoice.number == number)).one()
