"""Originals of another amount than their quote: noted, refused or accepted with a reason, and never
exceeded by the invoices; on both databases.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from checkout.invoices.rules import AbovePurchaseOrder
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from quotes.purchase_orders.purchase_orders import record_original
from quotes.purchase_orders.rules import WrongAmount
from quotes.quotes.records import get_quote
from shop.core.actors import ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money, UnitPrice
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import ORIGINAL, PDF, keep_file
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, BOOKS, OFFICE, make_buyer, make_shop
from tests.orders import amend, conformity_of, deliver_all, locked_order, make_quote, scan

ADMINISTRATOR = Actor("Anne Roux", frozenset({ADMIN}))


@pytest.fixture
def number(database: Database) -> str:
    """A quote that awaits its original."""
    with database.transaction() as session:
        lines = make_shop(session)
        return make_quote(session, make_buyer(session), lines).number


def receive(
    database: Database, number: str, difference: Money, *, by: Actor = OFFICE, reason: str = ""
) -> Order:
    """Record an original that differs from its quote by that amount."""
    with database.transaction() as session:
        quote = get_quote(session, number, by=by)
        kept = keep_file(
            session,
            scan(),
            kind=ORIGINAL,
            filename="bon.pdf",
            media_type=PDF,
            by=by,
            at=AT,
            dossier_id=quote.dossier_id,
        )
        record = replace(
            conformity_of(quote),
            amount=quote.including + difference,
            difference_reason=reason,
            tolerance=Money(5),
        )
        return record_original(session, quote, record, kept, by=by, at=AT)


@pytest.mark.parametrize("cents", [-5, -4, 3, 5])
def test_some_cents_are_noted_and_invoices_never_exceed_the_purchase_order(
    database: Database, number: str, cents: int
):
    order = receive(database, number, Money(cents))
    with database.transaction() as session:
        order = locked_order(session, order.number)
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "accept_difference")
        ).one()
        assert entry.facts["amount"] - entry.facts["quoted"] == cents
        assert order.purchase_order_amount == order.including + Money(cents)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        assert invoice.rounding == Money(min(cents, 0))
        assert content_of(session, invoice.paper_id)["totals"]["payable"] == invoice.including.cents
        assert invoice.including == order.including + Money(min(cents, 0))


def test_the_amount_of_the_quote_leaves_no_entry(database: Database, number: str):
    receive(database, number, Money())
    with database.reading_session() as session:
        assert (
            "accept_difference"
            not in session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        )


@pytest.mark.parametrize("cents", [-6, 6, 1_200])
def test_a_greater_difference_is_refused_without_a_reason(
    database: Database, number: str, cents: int
):
    with pytest.raises(WrongAmount) as refused:
        receive(database, number, Money(cents), by=ADMINISTRATOR)
    assert refused.value.facts["difference"] == Money(abs(cents))


def test_the_administrator_alone_accepts_it(database: Database, number: str):
    with pytest.raises(NotAllowed):
        receive(database, number, Money(-1_200), reason="Remise accordée par téléphone")
    receive(
        database, number, Money(-1_200), by=ADMINISTRATOR, reason="Remise accordée par téléphone"
    )
    with database.reading_session() as session:
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "accept_difference")
        ).one()
    assert (entry.by_name, entry.facts["reason"]) == ("Anne Roux", "Remise accordée par téléphone")


def test_an_order_above_its_purchase_order_is_amended_before_it_is_invoiced(
    database: Database, number: str
):
    order = receive(
        database, number, Money(-2_400), by=ADMINISTRATOR, reason="Remise accordée par téléphone"
    )
    with database.transaction() as session:
        deliver_all(session, locked_order(session, order.number))
    with pytest.raises(AbovePurchaseOrder), database.transaction() as session:
        bill_order(session, locked_order(session, order.number), by=BOOKS, at=AT)
    with database.reading_session() as session:
        dear = lines_of(session, order.id)[0]
    # Two loudspeakers, each 10 € less: 24 € including VAT.
    cheaper = UnitPrice(dear.unit_price.tenthousandths - 100_000)
    amend(database, order.number, unit_prices={1: cheaper})
    with database.transaction() as session:
        order = locked_order(session, order.number)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        assert invoice.including == order.purchase_order_amount
