"""An invoice that is overdue says so on every page that shows it, and no other one does."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from checkout.invoices.invoice_files import send_invoice_file
from checkout.invoices.invoices import issue_invoice
from checkout.invoices.receipts import record_delivery_receipt, record_invoice_receipt
from checkout.invoices.rules import InvoiceNotSent, Settled, last_day_to_pay, receipt_day, settled
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.money import Money
from shop.ops import clock
from shop.storage.db import Database
from tests.conftest import new_database, shop_on
from tests.factories import AT, BOOKS, STORES
from tests.orders import deliver_all, make_ordered, scan
from tests.people import sign_in
from tests.world import World, make_world

#: The invoice of the world is sent on its day: received two days later, payable in thirty.
LAST_DAY, LATE = timedelta(days=32), timedelta(days=33)
READERS = ("administrator", "buyer", "accountant", "reader")


@pytest.fixture(scope="module")
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, World]]:
    database = new_database(request, "sqlite", tmp_path_factory.mktemp("overdue"))
    world = make_world(database)
    yield shop_on(database), world
    database.dispose()


def addresses(app: Flask, world: World) -> Iterator[str]:
    """Every page that can be asked for without a form, and the file of the invoice."""
    yield f"/devis/{world.home}"
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(("static", "signin")):
                continue
            try:
                named = {name: world.value(rule.endpoint, name) for name in rule.arguments}
            except KeyError:
                continue
            given = {name: getattr(value, "value", value) for name, value in named.items()}
            yield app.url_for(rule.endpoint, **given)


#: What a list may be filtered by, whatever it shows.
_FILTERS = re.compile(r'<div[^>]*role="group".*?</div>', re.DOTALL)


def showing(app: Flask, world: World, role: str, number: str) -> dict[str, str]:
    """The pages that show the invoice to that person, by their address."""
    viewer = world.person(role).viewer
    assert viewer is not None
    browser = sign_in(app.test_client(), viewer.user_id, language="en")
    pages = {}
    for address in addresses(app, world):
        with browser.get(address) as answer:
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            if is_page and number in answer.text:
                pages[address] = _FILTERS.sub("", answer.text)
    return pages


@pytest.mark.parametrize("role", [*READERS, ACCOUNTING, ADMIN])
def test_every_page_that_shows_an_overdue_invoice_says_so(shop: tuple[Flask, World], role: str):
    app, world = shop
    number = world.named["invoices:number"]
    with clock.travelled(LAST_DAY):
        pages = showing(app, world, role, number)
        assert not [page for page, told in pages.items() if "overdue" in told], "its last day"
    with clock.travelled(LATE):
        pages = showing(app, world, role, number)
    assert pages, "the walk shows it somewhere"
    assert not [page for page, told in pages.items() if "overdue" not in told]


def test_lists_that_name_no_invoice_say_that_one_is_overdue(shop: tuple[Flask, World]):
    app, world = shop
    viewer = world.person("administrator").viewer
    assert viewer is not None
    with clock.travelled(LATE):
        browser = sign_in(app.test_client(), viewer.user_id, language="en")
        for page in ("/devis", "/commandes", "/factures", "/compte"):
            assert "overdue" in browser.get(page).text, page


@pytest.mark.parametrize(
    ("delivered", "received", "last"),
    [
        (None, None, date(2026, 12, 20)),  # sent on the 18th: received on the 20th
        (date(2026, 11, 17), None, date(2026, 12, 20)),
        (date(2026, 11, 25), None, date(2026, 12, 25)),
        (date(2026, 11, 25), date(2026, 11, 27), date(2026, 12, 27)),
        (date(2026, 11, 25), date(2026, 11, 19), date(2026, 12, 25)),
    ],
)
def test_the_period_runs_from_the_later_of_delivery_and_receipt(
    delivered: date | None, received: date | None, last: date
):
    day = receipt_day(date(2026, 11, 18), received)
    assert last_day_to_pay(delivered, day, 30) == last


def test_an_invoice_that_was_not_sent_is_never_late():
    assert settled(Money(100), Money(0), payable_by=None, today=date(2099, 1, 1)) is Settled.DUE


def test_the_last_day_to_pay_follows_what_is_recorded(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        note = deliver_all(session, order)
        invoice = issue_invoice(session, order, by=BOOKS, at=AT)
        assert invoice.payable_by is None
        with pytest.raises(InvoiceNotSent):
            record_invoice_receipt(session, invoice, order, AT.date(), by=BOOKS, at=AT)
        send_invoice_file(session, invoice, order, scan(), to="p@x.example", by=BOOKS, at=AT)
        assert invoice.payable_by == date(2026, 12, 20)
        later = AT + timedelta(days=9)
        send_invoice_file(session, invoice, order, scan(), to="p@x.example", by=BOOKS, at=later)
        assert invoice.payable_by == date(2026, 12, 20), "sent again, it was received before"
        day = date(2026, 11, 24)
        record_delivery_receipt(session, note.number, order, day, by=STORES, at=later)
        assert invoice.payable_by == date(2026, 12, 24)
        day = date(2026, 11, 26)
        record_invoice_receipt(session, invoice, order, day, by=BOOKS, at=later)
        assert invoice.payable_by == date(2026, 12, 26)
        assert invoice.due_on == date(2026, 12, 18), "what is printed stays"


def test_the_office_records_the_day_of_receipt(shop: tuple[Flask, World]):
    app, world = shop
    number = world.named["invoices:number"]
    viewer = world.person(ACCOUNTING).viewer
    assert viewer is not None
    address = f"/bureau/factures/{number}"
    with clock.travelled(timedelta(days=3)):
        browser = sign_in(app.test_client(), viewer.user_id, language="en")
        future = browser.post(f"{address}/reception", data={"receipt-received_on": "2099-01-01"})
        assert (future.status_code, "is in the future" in future.text) == (422, True)
        empty = browser.post(f"{address}/reception", data={})
        assert (empty.status_code, "Enter the day of receipt" in empty.text) == (422, True)
