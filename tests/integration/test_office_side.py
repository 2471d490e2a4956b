"""The page of a dossier as the office reads it: every act of the reader, the money, the notes."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from checkout.payments.billing import bill_order
from shop.clients.keys import Client
from shop.clients.notes import write_note
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN
from shop.storage.db import Database
from tests.factories import AT, BOOKS, OFFICE, make_buyer, make_shop
from tests.listed import said
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_quote
from tests.people import sign_in, staff
from tests.snapshots import Snapshots

NOTE = "Appeler le matin."
SIDE = re.compile(
    r'<section class="sheet" aria-labelledby="office-side">(.*?)</section>', re.DOTALL
)


def _sold(session: Session) -> tuple[str, str, int]:
    """An invoiced order, a quote that waits for its original, and their buyer."""
    lines, buyer = make_shop(session), make_buyer(session)
    invoiced, open_one = (make_quote(session, buyer, lines[:1]) for _each in range(2))
    order = make_order_from_original(session, invoiced)
    deliver_all(session, order)
    bill_order(session, order, by=BOOKS, at=AT)
    client = Client(organisation_id=buyer.organisation_id)
    write_note(session, client, NOTE, by=OFFICE, at=AT)
    assert buyer.user_id is not None
    return invoiced.number, open_one.number, buyer.user_id


@pytest.fixture
def sold(database: Database, snapshots: Snapshots) -> tuple[str, str, int]:
    return snapshots.fill(database, _sold)


def side_of(app: Flask, database: Database, role: str, url: str) -> tuple[str, set[str]]:
    """The words of the side, and the pages that it leads to; each opens for this role."""
    office = staff(app, database, role)
    found = SIDE.search(said(office, url))
    assert found, "no side of the office"
    links = [unescape(one) for one in re.findall(r'href="(/[^"]+)"', found[1])]
    for link in links:
        page = office.get(link.partition("#")[0])
        assert page.status_code == 200, link
        assert 'class="desk"' in page.text, f"{link} leaves the office"
    return found[1], {link.partition("?")[0].partition("#")[0] for link in links}


def test_each_role_reads_the_acts_that_it_may_do_on_a_quote(app: Flask, database: Database, sold):
    _invoiced, number, _buyer = sold
    url = f"/devis/{number}"
    acts = {url, f"{url}/annulation", f"/bureau/bons-de-commande/{number}"}
    words, links = side_of(app, database, SALES_ADMIN, url)
    assert acts < links
    assert NOTE in words
    _words, links = side_of(app, database, SALES, url)
    assert f"{url}/annulation" in links
    words, links = side_of(app, database, LOGISTICS, url)
    assert not links
    assert NOTE not in words


def test_the_money_and_the_acts_on_an_order_stand_beside_it(app: Flask, database: Database, sold):
    number, _open, _buyer = sold
    words, links = side_of(app, database, ACCOUNTING, f"/devis/{number}")
    pages = {"factures", "paiements", "avoirs/factures"}
    assert {f"/bureau/{page}/FA-2026-000001" for page in pages} < links
    assert words.count("1\u202f098,00 €") == 3, "ordered, invoiced, left to pay"
    _words, links = side_of(app, database, ADMIN, f"/devis/{number}")
    assert "/bureau/clients/1" in links


def test_a_card_order_has_the_same_side(app: Flask, database: Database):
    with database.transaction() as session:
        number = make_card_order(session, make_shop(session)[:1]).number
    _words, links = side_of(app, database, ADMIN, f"/commandes/{number}")
    assert f"/bureau/livraisons/{number}" in links


def test_the_buyer_reads_nothing_of_it(app: Flask, database: Database, sold):
    number, _open, buyer = sold
    page = said(sign_in(app.test_client(), buyer), f"/devis/{number}")
    assert NOTE not in page and not SIDE.search(page)


def test_the_side_stands_too_beside_a_form_that_is_refused(app: Flask, database: Database, sold):
    _invoiced, number, _buyer = sold
    answer = staff(app, database, SALES).post(f"/devis/{number}/bon-de-commande")
    assert answer.status_code == 422
    assert f'href="/devis/{number}/annulation' in answer.text
