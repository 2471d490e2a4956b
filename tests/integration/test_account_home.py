"""The home of an account shows first what waits for the person, then the settings."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoices import issue_invoice
from shop.core.actors import ACCOUNTANT, BUYER, READER, SALES
from shop.ops import clock
from shop.storage.db import Database
from tests.factories import AT, BOOKS, STORES, make_buyer, make_person, make_shop
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_quote
from tests.people import sign_in, staff
from tests.snapshots import Snapshots
from tests.teams import make_member


def _town(session: Session) -> dict[str, int]:
    """A town with a running quote, an order being prepared, a delivery and its invoice; its
    people.
    """
    lines, buyer = make_shop(session), make_buyer(session, "claire@chinon.example")
    make_quote(session, buyer, lines)
    make_order_from_original(session, make_quote(session, buyer, lines), reference="BC-1")
    order = make_order_from_original(session, make_quote(session, buyer, lines), reference="BC-2")
    deliver_all(session, order)
    issue_invoice(session, order, by=BOOKS, at=AT)
    people = {
        role: make_member(session, f"{role}@chinon.example", role).user_id
        for role in (BUYER, ACCOUNTANT, READER)
    }
    return {"administrator": buyer.user_id or 0} | {k: v or 0 for k, v in people.items()}


@pytest.fixture
def town(database: Database, snapshots: Snapshots) -> dict[str, int]:
    return snapshots.fill(database, _town)


def home(app: Flask, user_id: int) -> str:
    return sign_in(app.test_client(), user_id, language="en").get("/compte").text


@pytest.mark.parametrize("role", ["administrator", BUYER, ACCOUNTANT, READER])
def test_the_home_of_a_member_is_what_waits(app: Flask, town: dict[str, int], role: str):
    page = home(app, town[role])
    for words in (
        "What waits for you",
        "Quotes waiting for your purchase order",
        "by Friday 18 December 2026 at the latest",
        "Invoices to pay",
        "Not sent to the paying service yet",
        "Deliveries",
        "Shipped on 18 November 2026, Perche",
        "Being prepared",
    ):
        assert words in page, words
    assert page.index("What waits for you") < page.index("Security and data")


def test_what_is_over_waits_no_longer(app: Flask, town: dict[str, int]):
    with clock.travelled(timedelta(days=40)):
        page = home(app, town[READER])
    assert "Quotes waiting" not in page
    assert "Shipped on" not in page


def test_a_person_for_whom_nothing_waits_is_told_so(app: Flask, database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT, email="lea@home.example")
    page = home(app, user.id)
    assert "Nothing waits for you" in page
    assert "You buy for yourself" in page


def test_staff_are_not_told_that_they_buy(app: Flask, database: Database):
    page = staff(app, database, SALES, language="en").get("/compte").text
    assert "You work for the shop" in page
    assert "You buy for yourself" not in page
    assert "What waits for you" not in page


def test_no_two_things_that_wait_read_the_same(app: Flask, database: Database):
    """Two deliveries of one order on one day bear the numbers of their notes."""
    with database.transaction() as session:
        person = make_person(session, at=AT).id
        order = make_card_order(session, make_shop(session), user_id=person)
        for _part in range(2):
            issue_delivery_note(session, order, {2: 1}, by=STORES, at=AT)
    page = home(app, person)
    items = [" ".join(item.split()) for item in re.findall(r"<p>(.*?)</p>", page, re.DOTALL)]
    waiting = [item for item in items if order.number in item]
    assert len(waiting) == 3
    assert len(set(waiting)) == len(waiting)
    assert "BL-2026-000001" in page and "BL-2026-000002" in page
