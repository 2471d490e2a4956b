"""After an act the next thing that waits at the desk is open, and the act that undoes the last one
is a link away.
"""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checkout.payments.billing import bill_order
from quotes.quotes.models import Quote
from shop.catalogue.models import Stock
from shop.core.actors import ACCOUNTING, SALES_ADMIN
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.storage.db import Database
from tests.banking import Line, camt, movements, send
from tests.factories import AT, BOOKS, make_buyer, make_shop, siret_of
from tests.integration.test_back_to_the_desk import ACTS, REASON
from tests.listed import said
from tests.orders import deliver_all, make_order_from_original, make_quote
from tests.people import staff
from tests.snapshots import Snapshots

ORIGINALS = "/bureau/bons-de-commande"
CASES = "/bureau/verifications"
UNDO = re.compile(r'<a href="([^"]+)" data-key="u">')


def undo_of(client: FlaskClient, url: str) -> str:
    """The page of the act that undoes what the page at that address tells; it opens."""
    found = UNDO.search(said(client, url))
    assert found, "nothing undoes it"
    link = unescape(found[1])
    assert client.get(link).status_code == 200
    return link.partition("?")[0]


def _sold(session: Session) -> list[str]:
    """Five quotes: the last three are invoiced orders."""
    lines, buyer = make_shop(session), make_buyer(session)
    session.execute(update(Stock).values(on_hand=30))
    quotes = [make_quote(session, buyer, lines[:1]) for _each in range(5)]
    for quote in quotes[2:]:
        order = make_order_from_original(session, quote, reference=f"BC-{quote.id}")
        deliver_all(session, order)
        bill_order(session, order, by=BOOKS, at=AT)
    return [quote.number for quote in quotes]


@pytest.fixture
def sold(database: Database, snapshots: Snapshots) -> list[str]:
    return snapshots.fill(database, _sold)


def test_after_the_last_original_the_first_one_that_waits_is_open(
    app: Flask, database: Database, sold: list[str]
):
    office = staff(app, database, SALES_ADMIN)
    refused = office.post(f"{ORIGINALS}/{sold[1]}/refus", data={"refusal-reason": REASON})
    assert refused.location == f"{ORIGINALS}/{sold[0]}"
    with database.reading_session() as session:
        quotes = session.scalars(select(Quote).order_by(Quote.id)).all()
    for quote, then in zip(quotes[:2], (f"{ORIGINALS}/{sold[1]}", ORIGINALS), strict=True):
        answers = ACTS["record_original"].answers(quote, "")
        data = answers | {"scan": ACTS["receive_scan"].answers(quote, "")["scan"]}
        recorded = office.post(f"{ORIGINALS}/{quote.number}", data=data)
        assert recorded.location == then
        assert undo_of(office, then).startswith("/bureau/annulations/CO-")


def test_a_file_that_is_sent_leads_to_the_next_file_of_the_list(
    app: Flask, database: Database, sold: list[str]
):
    books = staff(app, database, ACCOUNTING)
    desk = "/bureau/factures?files_sort=-number"
    first, second, third = (f"FA-2026-00000{number}" for number in (3, 2, 1))
    place = "?back=/bureau/factures?files_sort%3D-number"
    to = {"to": "factures@chinon.example"}
    answer = books.post(f"/bureau/factures/{first}{place}", data=to)
    assert answer.location.startswith(f"/bureau/factures/{second}?back=")
    assert first in said(books, answer.location), "the confirmation names the one that was sent"
    elsewhere = f"/bureau/factures/{third}?back=/bureau/clients"
    assert books.post(elsewhere, data=to).location.startswith(elsewhere.partition("?")[0])
    assert books.post(answer.location, data=to).location == desk, "nothing else waits"


def test_a_verified_organisation_leads_to_the_next_one_and_back(app: Flask, database: Database):
    with database.transaction() as session:
        for number in (1, 2):
            make_buyer(session, f"mairie{number}@ville.example", siret=siret_of(number))
        session.execute(update(Organisation).values(verification=Verification.PENDING))
        first, second = session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    office = staff(app, database, SALES_ADMIN)
    reason = {"reason": "La mairie ne connaît pas cette personne."}
    refused = office.post(f"{CASES}/{first}/refus?kind=change", data=reason)
    assert refused.location == f"{CASES}/{second}?kind=change"
    assert undo_of(office, refused.location) == f"{CASES}/{first}"
    assert office.post(f"{CASES}/{second}/refus", data=reason).location == CASES


def test_a_movement_leads_to_the_next_one_of_its_statement(app: Flask, database: Database):
    send(database, camt(Line(1200, "REMB TVA"), Line(1500, "REMB FRAIS")))
    one, two = (each.id for each in movements(database))
    books = staff(app, database, ACCOUNTING)
    place = "?back=/bureau/releves/1?state%3Dopen"
    answer = books.post(
        f"/bureau/releves/mouvements/{one}/ecart{place}", data={"out-reason": "TVA"}
    )
    assert answer.location.startswith(f"/bureau/releves/mouvements/{two}?back=")
    assert undo_of(books, answer.location) == f"/bureau/releves/mouvements/{one}"
