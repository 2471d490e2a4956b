"""The staff act on a dossier from a desk, and are at that desk again afterwards, with the
confirmation: under the same filter and order, and never on the buyer's page.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape, unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from quotes.procedure import PROCEDURE
from quotes.quotes.models import Quote
from quotes.quotes.quotes import lapse_quote
from shop.catalogue.models import Stock
from shop.core.actors import ACCOUNTING, ADMIN, SALES, SALES_ADMIN, STAFF_ROLES, THE_CLOCK
from shop.core.text import paris_day
from shop.ops import clock
from shop.storage.db import Database
from tests.factories import AT, make_buyer, make_shop
from tests.integration.test_expired_originals import copy_of
from tests.listed import said
from tests.orders import deliver_all, make_order_from_original, make_quote, scan
from tests.people import sign_in, staff

DESK = "/bureau/bons-de-commande"
LATE = timedelta(days=40)
TICKS = dict.fromkeys(("original_paper", "letterhead", "dated", "signed", "stamped"), "y")
REASON = "Il manque la signature."


@dataclass(frozen=True)
class Act:
    """An act of the staff on a dossier: the path of the form, the pages on the way to it from the
    desk, what is filled in; `moves_on`: the next one of the desk is shown after it.
    """

    form: str
    way: tuple[str, ...] = ()
    answers: Callable[[Quote, str], dict[str, Any]] = field(default=lambda _quote, _page: {})
    late: bool = False
    moves_on: bool = False


def _original(quote: Quote, _page: str) -> dict[str, Any]:
    day = paris_day(clock.now()).isoformat()
    cents = quote.including.cents
    return TICKS | {
        "reference": f"BC-{quote.id}",
        "dated_on": day,
        "received_on": day,
        "signatory_name": "Paul Lenoir",
        "signatory_capacity": "Maire",
        "engagement": "2026-004417",
        "service_code": "CULT-02",
        "filed_at": "Classeur 14",
        "amount": f"{cents // 100},{cents % 100:02d}",
        "late_reason": "Retard de la poste",
    }


def _copy(_quote: Quote, _page: str) -> dict[str, Any]:
    return {"scan": (BytesIO(scan()), "bon.pdf"), "reference": "BC-7"}


def _seal(_quote: Quote, page: str) -> dict[str, Any]:
    return {"seal": re.findall(r'name="seal"[^>]*value="([^"]+)"', page)[0]}


#: An act that needs a setting: tests/integration/test_first_orders.py does it.
GATED = "log_original"
#: An act that leads to the file that it makes, to be printed.
PRINTED = "prepare_order_form"
#: Every act that the table gives to the staff once there is a dossier.
ACTS = {
    "receive_scan": Act("/devis/{0}/bon-de-commande", ("/devis/{0}",), _copy),
    "record_original": Act(f"{DESK}/{{0}}", (), _original, moves_on=True),
    "refuse_purchase_order": Act(
        f"{DESK}/{{0}}/refus",
        (),
        lambda _quote, _page: {"refusal-reason": REASON},
        moves_on=True,
    ),
    "log_signed_quote": Act(f"{DESK}/{{0}}/devis-signe"),
    "cancel": Act("/devis/{0}/annulation", ("/devis/{0}", "/devis/{0}/annulation")),
    "honour_late": Act(f"{DESK}/{{0}}", (), _original, late=True, moves_on=True),
    "give_up": Act(
        f"{DESK}/{{0}}/abandon",
        (),
        lambda _quote, _page: {"giving-up-reason": REASON},
        late=True,
        moves_on=True,
    ),
    "renew": Act(
        "/devis/{0}/renouvellement", ("/devis/{0}", "/devis/{0}/renouvellement"), _seal, True
    ),
}


def linked(page: str, path: str, attribute: str = "href") -> str:
    """The address of the first link of a page that leads to that path."""
    found = re.search(rf'{attribute}="({re.escape(path)}(?:[?][^"#]*)?)(?:#[^"]*)?"', page)
    assert found, f"nothing leads to {path}"
    return unescape(found[1])


def form_of(page: str, path: str) -> str:
    """The address of the form of a page that is sent to that path."""
    return linked(page, path, "action")


@pytest.fixture
def quotes(database: Database) -> list[Quote]:
    """Three quotes with a copy of their purchase order."""
    with database.transaction() as session:
        lines, buyer = make_shop(session), make_buyer(session)
        session.execute(update(Stock).values(on_hand=30))
        made = [make_quote(session, buyer, [replace(lines[0], quantity=1)]) for _each in range(3)]
        for quote in made:
            copy_of(session, quote)
        return made


def test_the_walk_knows_every_act_of_the_staff_on_a_dossier():
    given = {
        one.name
        for one in PROCEDURE.transitions
        if one.sources and not one.who.isdisjoint({SALES, SALES_ADMIN, ADMIN})
    }
    assert set(ACTS) == given - {GATED, PRINTED}
    assert not any(
        one.who & set(STAFF_ROLES) - {SALES, SALES_ADMIN, ADMIN} for one in PROCEDURE.transitions
    ), "nobody else has an act, nor needs a desk"


@pytest.mark.parametrize("name", ACTS)
def test_after_an_act_the_staff_are_at_their_desk_again(
    app: Flask, database: Database, quotes: list[Quote], name: str
):
    act, quote = ACTS[name], quotes[1]
    if act.late:
        with database.transaction() as session:
            for one in quotes:
                lapse_quote(session, session.get_one(Quote, one.id), by=THE_CLOCK, at=AT + LATE)
    with clock.travelled(LATE if act.late else timedelta()):
        office = staff(app, database, ADMIN)
        place = "copy=with&sort=-total"
        desk = f"{DESK}/{quote.number}?{place}"
        page = said(office, desk)
        for step in act.way:
            page = said(office, linked(page, step.format(quote.number)))
            assert 'class="masthead"' not in page, "the office's own header"
        form = form_of(page, act.form.format(quote.number))
        answer = office.post(form, data=act.answers(quote, page))
        assert answer.status_code == 303, answer.text
        path, _, query = answer.location.partition("?")
        assert path.startswith(DESK) and query == place
        assert (path == f"{DESK}/{quote.number}") is not act.moves_on
        told = said(office, answer.location)
    assert 'class="desk"' in told and 'class="masthead"' not in told
    assert "note--good" in told[told.index('class="wrap flashes"') :]


def test_without_a_desk_they_are_at_its_place_among_the_originals(
    app: Flask, database: Database, quotes: list[Quote]
):
    office, number = staff(app, database, SALES), quotes[0].number
    for strange in ("", "?back=https://elsewhere.example/bureau", "?back=/panier", "?back=//b.au"):
        data = {"scan": (BytesIO(scan()), "bon.pdf"), "reference": "BC-7"}
        answer = office.post(f"/devis/{number}/bon-de-commande{strange}", data=data)
        assert answer.location == f"{DESK}/{number}"


def test_a_number_typed_at_a_desk_leads_back_to_it(
    app: Flask, database: Database, quotes: list[Quote]
):
    office, number = staff(app, database, SALES), quotes[0].number
    before = f"{DESK}?copy=with&sort=-total"
    search = f"/bureau/recherche?q={number}"
    found = office.get(search, headers={"Referer": f"http://localhost{before}"})
    page = said(office, found.location)
    answer = office.post(
        form_of(page, f"/devis/{number}/bon-de-commande"), data=_copy(quotes[0], "")
    )
    assert answer.location == before


def test_a_buyer_stays_on_the_page_of_their_dossier(
    app: Flask, database: Database, quotes: list[Quote]
):
    with database.reading_session() as session:
        user_id = session.get_one(Quote, quotes[0].id).user_id
    buyer, number = sign_in(app.test_client(), user_id), quotes[0].number
    assert 'class="masthead"' in said(buyer, f"/devis/{number}")
    answer = buyer.post(f"/devis/{number}/annulation?back=/bureau")
    assert answer.location == f"/devis/{number}"


def test_a_receipt_recorded_for_the_recipient_leads_back_too(
    app: Flask, database: Database, quotes: list[Quote]
):
    with database.transaction() as session:
        quote = session.get_one(Quote, quotes[0].id)
        order = make_order_from_original(session, quote)
        note = deliver_all(session, order)
    office = staff(app, database, ADMIN)
    start = "/bureau/recherche?sort=client&q=chinon"
    page = said(office, linked(said(office, start), f"/devis/{quote.number}"))
    form = form_of(page, f"/commandes/{order.number}/bons-de-livraison/{note.number}/reception")
    data = {f"{note.number}-received_on": paris_day(AT).isoformat()}
    answer = office.post(form, data=data)
    assert answer.location == start


def test_an_invoice_leads_back_to_the_list_from_which_it_was_issued_and_paid(
    app: Flask, database: Database, quotes: list[Quote]
):
    with database.transaction() as session:
        orders = []
        for number, one in enumerate(quotes):
            quote = session.get_one(Quote, one.id)
            orders.append(make_order_from_original(session, quote, reference=f"BC-{number}"))
            deliver_all(session, orders[-1])
    books = staff(app, database, ACCOUNTING)
    desk = "/bureau/factures?orders_state=whole&orders_sort=-number"
    issue = form_of(said(books, desk), f"/bureau/factures/commandes/{orders[1].number}")
    answer = books.post(issue)
    page = said(books, answer.location)
    assert f'href="{escape(desk)}"' in page, "the way back keeps the filter and the order"
    invoice = urlsplit(answer.location).path
    number = invoice.rpartition("/")[2]
    page = said(books, linked(page, f"/bureau/paiements/{number}"))
    form = form_of(page, f"/bureau/paiements/{number}")
    left = re.findall(r'name="amount"[^>]*value="([^"]+)"', page)[0]
    day = paris_day(AT).isoformat()
    paid = {"amount": left, "received_on": day, "reference": "VIR 12"}
    assert books.post(form, data=paid).location == answer.location, "back to the invoice"
