"""The payer's numbers: given with the copy or later, until the first invoice, and then on it."""

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.orders.amendments import tell_references
from checkout.orders.models import Order, OrderAmendment
from checkout.orders.rules import CommitmentNumberNeeded, NothingAmended, OrderInvoiced
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING, LOGISTICS, Actor
from shop.core.errors import NotAllowed
from shop.core.parties import parties_from
from shop.dossiers.dossiers import content_of
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, BOOKS, STORES, make_buyer, make_shop
from tests.listed import said
from tests.orders import deliver_all, locked_order, make_order_from_original, make_quote
from tests.people import sign_in, staff


@pytest.fixture
def buyer(database: Database) -> Actor:
    with database.transaction() as session:
        return make_buyer(session)


@pytest.fixture
def number(database: Database, buyer: Actor) -> str:
    with database.transaction() as session:
        quote = make_quote(session, buyer, make_shop(session))
        return make_order_from_original(session, quote).number


def give(database: Database, number: str, by: Actor, **numbers: str) -> None:
    given = {"engagement": "2026-009000", "service_code": "CULT-09"} | numbers
    with database.transaction() as session:
        tell_references(session, locked_order(session, number), **given, by=by, at=AT)


def test_the_buyer_gives_them_and_the_invoice_bears_them(database: Database, buyer, number):
    give(database, number, buyer)
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        content = content_of(session, bill_order(session, order, by=BOOKS, at=AT).paper_id)
        entries = session.scalars(select(JournalEntry).where(JournalEntry.act == "tell_references"))
        assert [entry.facts["changed"] for entry in entries] == [["engagement", "parties"]]
        amendment = session.scalars(select(OrderAmendment)).one()
        assert amendment.after["engagement"] == "2026-009000"
        assert amendment.before["engagement"] == "2026-004417"
    assert content["references"]["engagement"] == "2026-009000"
    assert content["paying_service"]["service_code"] == "CULT-09"


def test_they_are_corrected_and_never_removed(database: Database, buyer, number):
    with pytest.raises(CommitmentNumberNeeded):
        give(database, number, buyer, engagement="")
    with pytest.raises(NothingAmended):
        give(database, number, buyer, engagement="2026-004417", service_code="")


def test_the_first_invoice_ends_it(database: Database, buyer, number):
    with database.transaction() as session:
        order = locked_order(session, number)
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        bill_order(session, order, by=BOOKS, at=AT)
    with pytest.raises(OrderInvoiced):
        give(database, number, buyer)


def test_who_prepares_parcels_gives_none(database: Database, number):
    with pytest.raises(NotAllowed):
        give(database, number, STORES)


def test_the_buyer_reads_the_rule_and_keeps_what_was_typed(
    app: Flask, database: Database, buyer, number
):
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().engagement_rule = EngagementRule.REQUIRED
        dossier = session.scalars(select(Order.quote_number)).one()
    browser = sign_in(app.test_client(), buyer.user_id, language="en")
    page = f"/commandes/{number}/references"
    assert f'href="{page}"' in said(browser, f"/devis/{dossier}")
    form = said(browser, page)
    assert "Your organisation requires it on its invoices." in form
    assert 'value="2026-004417"' in form
    refused = browser.post(page, data={"engagement": "", "service_code": "CULT-77"})
    assert refused.status_code == 422
    assert "can be corrected but not removed" in refused.text
    assert 'value="CULT-77"' in refused.text
    done = browser.post(page, data={"engagement": "2026-1", "service_code": "CULT-77"})
    assert (done.status_code, done.location) == (303, f"/devis/{dossier}")
    shown = said(browser, f"/devis/{dossier}")
    assert "2026-1" in shown and "service code CULT-77" in shown
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        service = parties_from(order.parties).paying_service
        assert (order.engagement, service.service_code) == ("2026-1", "CULT-77")


def test_after_the_invoice_the_page_says_so(app: Flask, database: Database, buyer, number):
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        bill_order(session, order, by=BOOKS, at=AT)
        dossier = order.quote_number
    browser = sign_in(app.test_client(), buyer.user_id, language="en")
    assert "/references" not in said(browser, f"/devis/{dossier}")
    late = browser.post(f"/commandes/{number}/references", data={"engagement": "2026-1"})
    assert late.status_code == 422
    assert f"Order {number} has its invoice" in late.text
    assert "This action is not possible" in late.text


def test_the_accounting_staff_give_them_and_are_back_at_their_page(
    app: Flask, database: Database, number
):
    desk = staff(app, database, ACCOUNTING)
    back = "/bureau/factures"
    done = desk.post(
        f"/commandes/{number}/references?back={back}",
        data={"engagement": "2026-1", "service_code": "CULT-02"},
    )
    assert (done.status_code, done.location) == (303, back)
    stores = staff(app, database, LOGISTICS)
    assert stores.get(f"/commandes/{number}/references").status_code == 403
