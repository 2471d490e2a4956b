"""The office's look-up: any number, name or e-mail leads to the dossier."""

import pytest
from sqlalchemy.orm import Session

from checkout.payments.billing import bill_order
from quotes.purchase_orders.purchase_orders import receive_scan
from quotes.purchase_orders.rules import Told
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES, SALES_ADMIN
from shop.core.lookup_terms import LEAST_PART
from shop.core.sales import SaleLine
from shop.dossiers.lookup_rules import read_asked
from shop.dossiers.papers import PDF, SCAN, keep_file
from shop.organisations.models import Organisation
from shop.storage.db import Database
from tests.factories import AT, BOOKS, OFFICE, make_buyer, make_shop, siret_of
from tests.listed import said
from tests.orders import (
    deliver_all,
    make_card_order,
    make_order_from_original,
    make_quote,
    scan,
)
from tests.people import staff
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database

OTHER = "CO-2026-000002"


def _sold(session: Session) -> str:
    """The quote of an invoiced order of Bellême, beside a card order and another town's quote."""
    lines = make_shop(session)
    buyer = make_buyer(session, "paul.lenoir@belleme.example", name="Paul Lenoir")
    session.get_one(Organisation, buyer.organisation_id).name = "Commune de Bellême"
    quote = make_quote(session, buyer, lines)
    order = make_order_from_original(session, quote, reference="N°\u00a0BC–26/0871")
    deliver_all(session, order)
    bill_order(session, order, by=BOOKS, at=AT)
    other = make_buyer(session, "zoe@tours.example", siret=siret_of(2), name="Zoé L’Hôte")
    make_quote(session, other, [SaleLine(None, "", "Aide", 1, lines[0].unit_price, 2000)])
    make_card_order(session, lines[:1])
    return quote.number


@pytest.fixture
def sold(database: Database, snapshots: Snapshots) -> str:
    return snapshots.fill(database, _sold)


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("DE-2026-000001", "/devis/DE-2026-000001"),
        ("de 2026 1", "/devis/DE-2026-000001"),
        ("DE/2026/1", "/devis/DE-2026-000001"),
        ("de-1", "/devis/DE-2026-000001"),
        ("CO-2026-000001", "/commandes/CO-2026-000001"),
        ("co2026000001", "/commandes/CO-2026-000001"),
        ("BL-2026-000001", "/bureau/livraisons/CO-2026-000001"),
        ("(FA-2026-000001)", "/bureau/factures/FA-2026-000001"),
        ("fa 1", "/bureau/factures/FA-2026-000001"),
        ("BC-26-0871", "/devis/DE-2026-000001"),
        ("bc260871", "/devis/DE-2026-000001"),
        ("2026-004417", "/devis/DE-2026-000001"),
    ],
)
def test_what_a_number_names_is_shown_at_once(app, database, sold, typed, page):
    answer = staff(app, database, ACCOUNTING).get("/bureau/recherche", query_string={"q": typed})
    assert (answer.status_code, answer.location) == (303, page)


@pytest.mark.parametrize(
    "typed",
    [
        "087",
        "belleme",
        "BELLÊME commune",
        "lenoir paul",
        "Paul commune",
        "paul.lenoir@belleme.example",
        "PAUL.LENOIR@",
    ],
)
def test_a_dossier_is_found_by_whatever_is_known_of_it(app, database, sold, typed):
    page = staff(app, database, ACCOUNTING).get("/bureau/recherche", query_string={"q": typed}).text
    assert sold in page and OTHER not in page


@pytest.mark.parametrize("typed", ["Léa", "petit lea", "particulier@example.org", "CO 2"])
def test_a_private_customer_is_found_by_name_and_e_mail(app, database, sold, typed):
    client = staff(app, database, LOGISTICS)
    answer = client.get(
        "/bureau/recherche", query_string={"q": typed}, follow_redirects=typed == "CO 2"
    )
    assert OTHER in answer.text


def test_a_short_number_finds_every_series_and_what_is_not_known_finds_nothing(app, database, sold):
    client = staff(app, database, SALES)
    page = client.get("/bureau/recherche?q=2").text
    assert "DE-2026-000002" in page and OTHER in page
    for typed in ("inconnu", "%", "_", "DE-2027-000001", "999", "'", "é" * 300, "@"):
        page = client.get("/bureau/recherche", query_string={"q": typed}).text
        assert "Aucun résultat" in page
    assert "Ce que vous pouvez saisir" in client.get("/bureau/recherche").text


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "à partir de {} "), ("en", "from {} characters")]
)
def test_the_page_promises_parts_of_a_number_as_long_as_those_that_it_finds(
    app, database, sold, language, words
):
    desk = staff(app, database, SALES, language=language)
    assert words.format(LEAST_PART) in said(desk, "/bureau/recherche")
    part = "0871"[:LEAST_PART]
    assert sold in desk.get(f"/bureau/recherche?q={part}").text
    assert sold not in desk.get(f"/bureau/recherche?q={part[:-1]}").text


def test_the_field_is_on_every_page_of_the_office(app, database, sold):
    client = staff(app, database, SALES)
    for url in ("/bureau", "/bureau/clients", "/bureau/stock", "/bureau/recherche"):
        page = client.get(url).text
        assert 'action="/bureau/recherche"' in page and "data-slash" in page


@pytest.mark.parametrize("typed", ["DE-2026-1", "bc 26 0871", "Bellême", "CO-2026-000001"])
def test_an_original_is_found_by_what_it_bears(app, database, sold, typed):
    client = staff(app, database, SALES_ADMIN)
    answer = client.get("/bureau/bons-de-commande", query_string={"q": typed})
    assert answer.location == f"/bureau/bons-de-commande/{sold}"


@pytest.mark.parametrize("typed", ["BC-0001", "bc 0001", "bc0001", "BC/0001."])
def test_an_original_is_found_by_the_number_that_came_with_its_copy(app, database, typed):
    with database.transaction() as session:
        lines = make_shop(session)
        quote = make_quote(session, make_buyer(session), lines)
        copy = keep_file(
            session,
            scan(),
            kind=SCAN,
            filename="bon.pdf",
            media_type=PDF,
            by=OFFICE,
            at=AT,
            dossier_id=quote.dossier_id,
        )
        receive_scan(session, quote, copy, Told("BC-0001"), by=OFFICE, at=AT)
        number = quote.number
    client = staff(app, database, SALES_ADMIN)
    answer = client.get("/bureau/bons-de-commande", query_string={"q": typed})
    assert answer.location == f"/bureau/bons-de-commande/{number}"


def test_several_originals_are_listed_and_none_is_said(app, database, sold):
    client = staff(app, database, SALES_ADMIN)
    page = client.get("/bureau/bons-de-commande?q=2026-0000").text
    assert page.count('href="/bureau/bons-de-commande/DE-2026-00000') >= 2
    assert "Aucun devis trouvé" in client.get("/bureau/bons-de-commande?q=inconnu").text


@pytest.mark.parametrize(
    ("typed", "whole", "part"),
    [
        ("131", "__-____-000131", "131"),
        ("DE-2026-131", "DE-2026-000131", "DE2026131"),
        ("DE-2026-0001", "DE-2026-000001", "DE20260001"),
        ("de2026000131", "DE-2026-000131", "DE2026000131"),
        ("2026 131", "__-2026-000131", "2026131"),
        ("7", "__-____-000007", ""),
        ("Bellême", "", ""),
        ("", "", ""),
    ],
)
def test_a_short_number_is_read_as_the_whole_one(typed: str, whole: str, part: str):
    asked = read_asked(typed)
    assert (asked.whole, asked.part) == (whole, part)
