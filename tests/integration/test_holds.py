"""A client who owes too much for too long is pointed out, or gets nothing until it is lifted."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from checkout.invoices.models import Invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import OrderStage
from checkout.receivables.holds import ensure_not_on_hold, hold_of, lift_hold
from checkout.receivables.rules import (
    ClientOnHold,
    HoldMode,
    ReminderReasonMissing,
)
from quotes.quotes.models import Quote
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN
from shop.core.errors import NotAllowed
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine
from shop.core.text import paris_day
from shop.people.models import User
from shop.settings.receivable_rules import HOLDS
from shop.storage.db import Database
from tests.banking import invoices
from tests.credited import pay
from tests.factories import AT, BOOKS, STORES, member_of
from tests.orders import make_order_from_original, make_quote
from tests.people import staff
from tests.settled import settle

TODAY = paris_day(AT)


def late(database: Database, mode: HoldMode, *, days: int = 31, amount: int = 0) -> int:
    """An organisation with an invoice so many days late; its id."""
    invoices(database, 2)
    with database.transaction() as session:
        session.execute(update(Invoice).values(payable_by=TODAY - timedelta(days=days)))
    values = {"hold_mode": list(HoldMode).index(mode), "hold_amount": amount}
    if (mode, amount) != (HoldMode.WARN, 0):  # those that the shop begins with
        settle(database, HOLDS, **values)
    with database.reading_session() as session:
        return session.scalars(select(Order.organisation_id)).first() or 0


def hold(database: Database, organisation_id: int):
    with database.reading_session() as session:
        return hold_of(session, organisation_id, today=TODAY)


def test_a_client_is_on_hold_beyond_the_days_and_the_amount(database: Database):
    body = late(database, HoldMode.WARN)
    found = hold(database, body)
    assert found is not None and not found.blocks and found.amount > Money()
    with database.transaction() as session:
        session.execute(update(Invoice).values(payable_by=TODAY - timedelta(days=30)))
    assert hold(database, body) is None
    assert hold(database, 0) is None


def test_what_is_paid_or_below_the_amount_holds_nobody(database: Database):
    body = late(database, HoldMode.BLOCK, amount=10_000_000_00)
    assert hold(database, body) is None


def test_a_switched_off_hold_holds_nobody(database: Database):
    assert hold(database, late(database, HoldMode.OFF)) is None


def test_a_payment_ends_the_hold(database: Database):
    body = late(database, HoldMode.BLOCK)
    with database.reading_session() as session:
        numbers = session.scalars(select(Invoice.number).order_by(Invoice.id)).all()
    for number in numbers:
        pay(database, number)
    assert hold(database, body) is None


def test_a_block_is_enforced_and_lifted_with_a_reason(database: Database):
    body = late(database, HoldMode.BLOCK)
    with database.transaction() as session, pytest.raises(ClientOnHold):
        ensure_not_on_hold(session, body, at=AT)
    with database.transaction() as session:
        with pytest.raises(ReminderReasonMissing):
            lift_hold(session, body, " ", by=BOOKS, at=AT)
        with pytest.raises(NotAllowed):
            lift_hold(session, body, "x", by=STORES, at=AT)
        lift_hold(session, body, "Paiement annoncé", by=BOOKS, at=AT)
        ensure_not_on_hold(session, body, at=AT)
        ensure_not_on_hold(session, None, at=AT)
    with database.transaction() as session, pytest.raises(ClientOnHold):
        ensure_not_on_hold(session, body, at=AT + timedelta(days=31))


def test_no_original_is_recorded_for_a_blocked_client(database: Database):
    late(database, HoldMode.BLOCK)
    work = [SaleLine(None, "", "Réglage sur place", 1, UnitPrice(1_000_000), 2000)]
    with database.transaction() as session:
        buyer = member_of(session, session.scalars(select(User)).first())
        quote = make_quote(session, buyer, work)
    with database.transaction() as session, pytest.raises(ClientOnHold):
        found = session.get_one(Quote, quote.id)
        make_order_from_original(session, found, reference="BC-99")


def test_nothing_is_delivered_to_a_blocked_client(app, database: Database):
    late(database, HoldMode.BLOCK)
    stores = staff(app, database, LOGISTICS)
    with database.transaction() as session:
        order = session.scalars(select(Order).order_by(Order.id)).all()[0]
        session.execute(update(OrderLine).values(delivered=0, invoiced=0))
        session.execute(update(Order).values(stage=OrderStage.ORDERED))
    url = f"/bureau/livraisons/{order.number}"
    assert "Client en retard de paiement" in stores.get(url).text
    answers = {f"units_{place}": "1" for place in range(1, 9)} | {"parcels": "1"}
    refused = stores.post(url, data=answers)
    assert refused.status_code == 422
    assert "doit d’abord lever le blocage" in unescape(refused.text)


def test_the_hold_is_shown_and_lifted_by_the_office(app, database: Database):
    body = late(database, HoldMode.BLOCK)
    desk = staff(app, database, SALES_ADMIN)
    page = desk.get(f"/bureau/clients/{body}").text
    assert "Client en retard de paiement" in page and "blocages" not in page
    books = staff(app, database, ACCOUNTING)
    url = f"/bureau/relances/blocages/{body}"
    assert "Lever le blocage" in books.get(url).text
    assert books.post(url, data={"reason": ""}).status_code == 422
    assert books.post(url, data={"reason": "Paiement annoncé"}).status_code == 303
    assert "Paiement annoncé" in desk.get(f"/bureau/clients/{body}").text
    assert staff(app, database, LOGISTICS).get(url).status_code == 403
