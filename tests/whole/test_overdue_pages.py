"""An invoice that is overdue says so on every page that shows it, and no other one does."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from checkout.invoices.interruptions import (
    interrupt_payment,
    resume_payment,
)
from checkout.invoices.invoices import get_invoice
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.text import paris_day
from shop.ops import clock
from shop.storage.db import Database
from tests.conftest import new_database, shop_on
from tests.factories import BOOKS
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


#: What an act did, an e-mail or a document as it was issued, a form that sends an invoice or
#: answers what is contested: none tells the state of an invoice.
RECORDS = re.compile(
    r"/bureau/(lots/|journal|e-mails)"
    r"|/dossiers/[^/]+/(documents/|factures/[^/]+/envoi)|/commandes/.*/reponse"
)
#: What a list may be filtered by, whatever it shows.
_FILTERS = re.compile(r'<div[^>]*role="group".*?</div>', re.DOTALL)


def showing(
    app: Flask, world: World, role: str, number: str, among: Iterable[str] = ()
) -> dict[str, str]:
    """The pages that show the invoice to that person, by their address, of those named if any."""
    viewer = world.person(role).viewer
    assert viewer is not None
    browser = sign_in(app.test_client(), viewer.user_id, language="en")
    pages = {}
    for address in among or addresses(app, world):
        if RECORDS.match(address):
            continue
        with browser.get(address) as answer:
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            if is_page and number in answer.text:
                pages[address] = _FILTERS.sub("", answer.text)
    return pages


@pytest.mark.parametrize("role", [*READERS, ACCOUNTING, ADMIN])
def test_every_page_that_shows_an_overdue_invoice_says_so(shop: tuple[Flask, World], role: str):
    app, world = shop
    number = world.named["invoices:number"]
    with clock.travelled(LATE):
        pages = showing(app, world, role, number)
    assert pages, "the walk shows it somewhere"
    assert not [page for page, told in pages.items() if "overdue" not in told]
    with clock.travelled(LAST_DAY):
        pages = showing(app, world, role, number, among=pages)
    assert pages
    assert not [page for page, told in pages.items() if "overdue" in told], "its last day"


@pytest.fixture
def interrupted(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Flask, World, str, Database]]:
    """A shop whose invoice was interrupted on the twentieth day."""
    database = new_database(request, "sqlite", tmp_path)
    world = make_world(database)
    number = world.named["invoices:number"]
    with clock.travelled(timedelta(days=20)), database.transaction() as session:
        at = clock.now()
        invoice, order = get_invoice(session, number, by=BOOKS)
        interrupt_payment(session, invoice, order, paris_day(at), "Il manque", by=BOOKS, at=at)
    yield shop_on(database), world, number, database
    database.dispose()


def test_no_page_calls_an_invoice_overdue_while_its_period_is_interrupted(interrupted):
    app, world, number, _database = interrupted
    with clock.travelled(timedelta(days=99)):
        for role in ("reader", ACCOUNTING):
            pages = showing(app, world, role, number)
            assert not [page for page, told in pages.items() if "overdue" in told], role
            silent = [page for page, told in pages.items() if "nterrupted" not in told]
            assert not silent, role


def test_an_invoice_is_overdue_after_the_period_that_follows_an_interruption(interrupted):
    app, world, number, database = interrupted
    with clock.travelled(timedelta(days=60)), database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        resume_payment(session, invoice, order, paris_day(clock.now()), by=BOOKS, at=clock.now())
    with clock.travelled(timedelta(days=91)):
        for role in ("reader", ACCOUNTING):
            pages = showing(app, world, role, number)
            assert not [page for page, told in pages.items() if "overdue" not in told], role
    with clock.travelled(timedelta(days=90)):
        pages = showing(app, world, ACCOUNTING, number, among=pages)
        assert pages
        assert not [page for page, told in pages.items() if "overdue" in told], "its last day"
