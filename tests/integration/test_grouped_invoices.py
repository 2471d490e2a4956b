"""Invoices by month: one for an order's deliveries of a calendar month, when the month ends."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import select

from checkout.batches.batches import request_batch, run_batches
from checkout.batches.models import BatchItem
from checkout.batches.rules import BatchAct
from checkout.corrections.contrary_notes import correct_delivery_note, note_lines
from checkout.corrections.replacements import replace_invoice
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.corrections import correction_of
from checkout.invoices.grouping_rules import GroupedByMonth
from checkout.invoices.invoices import get_invoice, invoices_of
from checkout.invoices.queue import count_to_do, numbers_to_invoice, to_invoice
from checkout.orders.orders import get_order
from checkout.payments.billing import bill_order
from shop.clients.terms import set_terms
from shop.core.actors import ACCOUNTING
from shop.core.money import total
from shop.documents.layout import page, sentences
from shop.dossiers.dossiers import content_of
from shop.einvoicing.facturx import compose
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule, Grouping
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.paging import read_number
from tests.einvoices import SPACES
from tests.factories import AT, BOOKS, OFFICE, STORES
from tests.orders import deliver_all, make_ordered
from tests.people import staff
from tests.schematron import broken

MONTH_END, DECEMBER = date(2026, 11, 30), AT + timedelta(days=14)


@pytest.fixture
def number(database: Database) -> str:
    """An order of a client by month: two deliveries in November, on the 18th and the 20th."""
    with database.transaction() as session:
        order = make_ordered(session)
        body = session.scalars(select(Organisation)).one()
        set_terms(
            session,
            body,
            engagement_rule=EngagementRule.UNKNOWN,
            invoice_grouping=Grouping.MONTH,
            account_manager_id=None,
            by=OFFICE,
            at=AT,
        )
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        issue_delivery_note(session, order, {2: 1}, by=STORES, at=AT + timedelta(days=2))
        return order.number


def batch_of(database: Database, number: str, at: datetime) -> BatchItem:
    with database.transaction() as session:
        batch_id = request_batch(session, BatchAct.ISSUE, [number], by=BOOKS, at=at).id
    run_batches(database, at=at)
    with database.reading_session() as session:
        return session.scalars(select(BatchItem).where(BatchItem.batch_id == batch_id)).one()


@pytest.mark.each_database
def test_the_batch_proposes_the_order_when_the_month_ends(database: Database, number: str) -> None:
    early = AT + timedelta(days=3)
    with database.reading_session() as session:
        (row,) = to_invoice(session, early.date())
        assert row.waits_until == MONTH_END
        assert numbers_to_invoice(session, early.date()) == []
        assert read_number(session, count_to_do(early.date())) == 0, "the tab counts what is due"
        assert read_number(session, count_to_do(MONTH_END)) == 1
        assert numbers_to_invoice(session, MONTH_END) == [number]
        assert numbers_to_invoice(session, DECEMBER.date()) == [number]
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "set_terms")).one()
        assert entry.facts["invoice_grouping"] == "month"
    left_out = batch_of(database, number, early)
    assert (left_out.result, left_out.sentence) == ("", GroupedByMonth.sentence)


@pytest.mark.each_database
def test_each_month_has_its_invoice_and_they_add_up(database: Database, number: str) -> None:
    with database.transaction() as session:
        deliver_all(session, get_order(session, number, by=OFFICE), at=DECEMBER)
        assert numbers_to_invoice(session, DECEMBER.date()) == [number]
    first = batch_of(database, number, DECEMBER).result
    assert batch_of(database, number, DECEMBER).sentence == GroupedByMonth.sentence
    with database.reading_session() as session:
        (row,) = to_invoice(session, DECEMBER.date())
        assert row.waits_until == date(2026, 12, 31)
        assert numbers_to_invoice(session, DECEMBER.date()) == []
    second = batch_of(database, number, DECEMBER + timedelta(days=29)).result
    with database.reading_session() as session:
        order = get_order(session, number, by=OFFICE)
        invoices = invoices_of(session, order.id)
        contents = [content_of(session, invoice.paper_id) for invoice in invoices]
        including = order.including
    assert [invoice.number for invoice in invoices] == [first, second]
    assert total([invoice.including for invoice in invoices]) == including
    named = [content["references"]["delivery_notes"] for content in contents]
    assert named == [["BL-2026-000001", "BL-2026-000002"], ["BL-2026-000003"]]
    assert contents[0]["deliveries"] == [
        {"number": "BL-2026-000001", "day": "2026-11-18"},
        {"number": "BL-2026-000002", "day": "2026-11-20"},
    ]
    assert contents[1]["deliveries"] == []


def test_the_paper_names_each_delivery_and_the_xml_its_period(database: Database, number) -> None:
    at = AT + timedelta(days=12)
    batch_of(database, number, at)
    with database.reading_session() as session:
        (invoice,) = invoices_of(session, get_order(session, number, by=OFFICE).id)
        content = content_of(session, invoice.paper_id)
    printed = page("invoice", content, language="fr").html
    told = "BL-2026-000001 du 18 novembre 2026, BL-2026-000002 du 20 novembre 2026."
    assert told in " ".join(printed.split())
    xml = compose(content, sentences("fr"))
    assert xml is not None
    assert not broken(xml)
    period = etree.fromstring(xml).xpath(
        "//ram:ApplicableHeaderTradeSettlement/ram:BillingSpecifiedPeriod//udt:DateTimeString",
        namespaces=SPACES,
    )
    assert [day.text for day in period] == ["20261118", "20261120"]


def test_a_corrected_invoice_names_the_same_deliveries(database: Database, number: str) -> None:
    at = AT + timedelta(days=12)
    wrong = batch_of(database, number, at).result
    with database.transaction() as session:
        invoice, order = get_invoice(session, wrong, by=BOOKS)
        said = replace(correction_of(invoice, order), engagement="2026-000777")
        replace_invoice(session, invoice, order, said, "Mauvais engagement", by=BOOKS, at=at)
        before, after = [
            content_of(session, one.paper_id) for one in invoices_of(session, order.id)
        ]
    assert after["deliveries"] == before["deliveries"] != []


def test_a_single_issue_is_warned_and_still_possible(app, database: Database, number: str) -> None:
    books = staff(app, database, ACCOUNTING)
    page = f"/bureau/factures/commandes/{number}"
    assert "30 novembre 2026" in books.get(page).text
    assert "30 novembre 2026" in books.get("/bureau/factures").text
    assert books.post(page).status_code == 303
    with database.reading_session() as session:
        assert len(invoices_of(session, get_order(session, number, by=OFFICE).id)) == 1


@pytest.mark.each_database
def test_units_that_did_not_leave_this_month_make_no_older_ones_wait(
    database: Database, number: str
) -> None:
    with database.transaction() as session:
        order = get_order(session, number, by=OFFICE)
        bill_order(session, order, by=BOOKS, at=AT + timedelta(days=3))
        issue_delivery_note(session, order, {2: 1}, by=STORES, at=AT + timedelta(days=5))
        note = deliver_all(session, order, at=DECEMBER)
        lines = note_lines(session, order, note)
        units = {line.position: line.left for line in lines if line.position != 3}
        how = {"reason": "Rien n’est parti", "by": STORES, "at": DECEMBER}
        correct_delivery_note(session, order, note, units, **how)
        assert numbers_to_invoice(session, DECEMBER.date()) == [number]
        (row,) = to_invoice(session, DECEMBER.date())
        assert row.waits_until is None
