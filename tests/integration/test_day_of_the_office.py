"""The office's first page: what waits, what is late, what was done today."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from quotes.quotes.quotes import issue_quote
from shop.core.actors import LOGISTICS, SALES_ADMIN, Actor
from shop.dossiers.day import Done, done_on
from shop.ops import clock
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.storage.journal import record
from tests.counting import counted
from tests.factories import AT, make_buyer, make_sale, make_shop, make_staff
from tests.integration.test_expired_originals import copy_of
from tests.listed import said
from tests.orders import make_order_from_original, make_quote
from tests.people import sign_in

ACTS = {"record_original", "refuse_purchase_order"}


def _clerks(session: Session) -> tuple[Actor, Actor]:
    first, second = (make_staff(session, SALES_ADMIN, email=f"c{n}@shop.example") for n in (1, 2))
    return actor_of(first), actor_of(second)


def test_the_day_counts_what_the_staff_did_and_who(database: Database):
    with database.transaction() as session:
        me, colleague = _clerks(session)
        buyer = make_buyer(session)
        for by, at in (
            (me, AT),
            (colleague, AT),
            (colleague, AT),
            (me, AT - timedelta(days=1)),
            (buyer, AT),
        ):
            record(session, "quote:1", "record_original", by=by, at=at)
        record(session, "quote:1", "refuse_purchase_order", by=colleague, at=AT)
        record(session, "quote:1", "issue", by=me, at=AT)
    with database.reading_session() as session:
        assert done_on(session, AT.date(), ACTS, by=me) == [
            Done("record_original", 1, 3),
            Done("refuse_purchase_order", 0, 1),
        ]
        assert done_on(session, AT.date() + timedelta(days=1), ACTS, by=me) == []


@pytest.fixture
def late(database: Database) -> None:
    """A quote with a copy, and an order; both are late in forty days."""
    with database.transaction() as session:
        lines, buyer = make_shop(session), make_buyer(session)
        copy_of(session, make_quote(session, buyer, lines[:1]))
        promised = make_sale(buyer, lines[:1], expected_on=AT.date() + timedelta(days=3))
        make_order_from_original(session, issue_quote(session, promised, by=buyer, at=AT))


@pytest.mark.parametrize(
    ("role", "link"),
    [
        (SALES_ADMIN, "/bureau/bons-de-commande?validity=expired"),
        (LOGISTICS, "/bureau/livraisons?state=late"),
    ],
)
def test_the_first_page_says_what_is_late_and_leads_to_it(
    app: Flask, database: Database, late: None, role: str, link: str
):
    with database.transaction() as session:
        clerk = make_staff(session, role).id
    assert link not in said(sign_in(app.test_client(), clerk), "/bureau")
    with clock.travelled(timedelta(days=40)):
        office = sign_in(app.test_client(), clerk)
        assert link in said(office, "/bureau")
        assert re.search(r"data-rows>\s*<li>", said(office, link)), "the late one is listed"


def test_the_first_page_costs_the_same_whatever_was_done(app: Flask, database: Database):
    with database.transaction() as session:
        me = make_staff(session, SALES_ADMIN)
        by, user_id = actor_of(me), me.id
    office = sign_in(app.test_client(), user_id)
    assert "Rien encore." in said(office, "/bureau")
    with counted(database) as before:
        office.get("/bureau")
    with database.transaction() as session:
        for act in sorted(ACTS):
            record(session, "quote:1", act, by=by, at=clock.now())
    with counted(database) as after:
        page = office.get("/bureau").text
    assert "Original enregistré" in page
    assert len(after) == len(before)
