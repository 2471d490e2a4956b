"""An order is amended with its reason, is invoiced as amended, and never after an invoice."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.orders.models import OrderAmendment
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.orders.rules import AmendmentReasonMissing, CardAmountFixed, OrderInvoiced
from checkout.payments.billing import bill_order
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.money import Money, UnitPrice
from shop.core.parties import parties_from
from shop.core.sales import line_of, sale_totals
from shop.dossiers.dossiers import content_of
from shop.organisations.rules import DelayTooLong
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, BOOKS, OFFICE, STORES, make_shop
from tests.orders import amend, deliver_all, locked_order, make_card_order, make_ordered


@pytest.fixture
def number(database: Database) -> str:
    """An order from its original, nothing delivered."""
    with database.transaction() as session:
        return make_ordered(session).number


def invoice_of(database: Database, number: str) -> dict:
    """Deliver and invoice everything; the content of the invoice."""
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        return content_of(session, bill_order(session, order, by=BOOKS, at=AT).paper_id)


def test_an_amended_order_is_invoiced_as_amended_and_keeps_both_values(database, number):
    with database.transaction() as session:
        parties = parties_from(locked_order(session, number).parties).with_service_code("SPORT-07")
    amend(
        database,
        number,
        parties=parties,
        engagement="2026-9",
        purchase_order="BC-26-0872",
        purchase_order_date="2026-11-17",
        payment_delay_days=20,
    )
    invoice = invoice_of(database, number)
    said = invoice["references"]
    assert (said["engagement"], said["service_code"]) == ("2026-9", "SPORT-07")
    assert (said["purchase_order"], said["purchase_order_date"]) == ("BC-26-0872", "2026-11-17")
    assert invoice["payment_delay_days"] == 20
    with database.reading_session() as session:
        kept = session.scalars(select(OrderAmendment)).one()
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "amend")).one()
    assert (kept.by_name, kept.at, kept.reason) == ("Hugo Perrin", AT, "Saisie")
    assert (kept.before["engagement"], kept.after["engagement"]) == ("2026-004417", "2026-9")
    assert kept.before["parties"]["paying_service"]["service_code"] == "CULT-02"
    assert kept.before.keys() == kept.after.keys() == set(entry.facts["changed"])
    assert (entry.facts["reason"], entry.facts["amendment"]) == ("Saisie", kept.id)
    assert (entry.source, entry.target, entry.by_name) == (None, None, "Hugo Perrin")


def test_a_lowered_price_is_invoiced_and_the_order_adds_up(database, number):
    amend(database, number, unit_prices={1: UnitPrice(4_000_000)})
    with database.reading_session() as session:
        order = locked_order(session, number)
        lines = lines_of(session, order.id)
        assert (lines[0].unit_price, lines[0].amount) == (UnitPrice(4_000_000), Money(80_000))
        totals = sale_totals(line_of(line) for line in lines)
        assert (order.excluding, order.vat_total) == (totals.excluding, totals.vat_total)
        assert order.including == order.excluding + order.vat_total
        assert [line.amendment_id for line in lines] == [order.amendment_id, None, None, None]
    assert invoice_of(database, number)["totals"]["including"] == order.including.cents


def test_an_order_is_amended_more_than_once_before_its_invoice(database, number):
    amend(database, number, unit_prices={1: UnitPrice(4_500_000)})
    with database.transaction() as session:
        issue_delivery_note(session, locked_order(session, number), {1: 2}, by=STORES, at=AT)
    amend(database, number, unit_prices={1: UnitPrice(4_400_000)}, by=BOOKS)
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        assert order.stage is OrderStage.DELIVERED
    amend(database, number, engagement="2026-9")
    with database.reading_session() as session:
        kept = session.scalars(select(OrderAmendment).order_by(OrderAmendment.id)).all()
        assert locked_order(session, number).amendment_id == kept[-1].id
    assert [sorted(one.after) for one in kept] == [["unit_prices"], ["unit_prices"], ["engagement"]]


def test_nothing_is_amended_once_a_part_is_invoiced(database, number):
    with database.transaction() as session:
        order = locked_order(session, number)
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        bill_order(session, order, by=BOOKS, at=AT)
        assert order.stage is OrderStage.ORDERED
    with pytest.raises(OrderInvoiced):
        amend(database, number, engagement="2026-9")
    invoice_of(database, number)
    with pytest.raises(IllegalTransition):
        amend(database, number, engagement="2026-9")


def test_only_the_administration_of_sales_and_accounts_amend(database, number):
    for by in (STORES, replace(OFFICE, roles=frozenset({"sales"}))):
        with pytest.raises(NotAllowed):
            amend(database, number, by=by, engagement="2026-9")
    with pytest.raises(AmendmentReasonMissing):
        amend(database, number, reason=" ", engagement="2026-9")


def test_the_payment_delay_stays_within_the_law(database, number):
    for days in (0, 31):
        with pytest.raises(DelayTooLong):
            amend(database, number, payment_delay_days=days)


def test_an_order_paid_by_card_keeps_its_prices(database):
    with database.transaction() as session:
        number = make_card_order(session, make_shop(session)).number
    with pytest.raises(CardAmountFixed):
        amend(database, number, unit_prices={1: UnitPrice(1)})
    with pytest.raises(DelayTooLong):
        amend(database, number, payment_delay_days=31)
    amend(database, number, shipping="pick_up")
    assert invoice_of(database, number)["paid"] is True
