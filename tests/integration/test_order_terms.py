"""The terms of the body and of its original are copied to the order, and from there to the
invoice.
"""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from checkout.orders.models import Order
from checkout.payments.billing import bill_order
from quotes.purchase_orders.purchase_orders import honour_late, record_original
from shop.core.parties import parties_from
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import ORIGINAL, PDF, keep_file
from shop.organisations.models import Organisation
from shop.storage.db import Database
from tests.factories import AT, BOOKS, OFFICE, make_buyer, make_parties, make_shop
from tests.orders import (
    conformity_of,
    deliver_all,
    locked_order,
    make_order_from_original,
    make_quote,
    scan,
)

pytestmark = pytest.mark.usefixtures("printed_once")


@pytest.mark.parametrize(
    ("days", "due_on"), [(50, date(2027, 1, 7)), (60, date(2027, 1, 17)), (20, date(2026, 12, 8))]
)
def test_the_payment_delay_of_the_body_decides_when_its_invoice_is_due(
    database: Database, days: int, due_on: date
):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        session.get_one(Organisation, quote.organisation_id).payment_delay_days = days
        order = make_order_from_original(session, quote)
        assert order.payment_delay_days == days
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        assert invoice.due_on == due_on
        paper = content_of(session, invoice.paper_id)
    assert (paper["payment_delay_days"], paper["due_on"]) == (days, None)


def test_a_delay_that_changes_after_the_order_leaves_the_order_as_it_is(database: Database):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        number = make_order_from_original(session, quote).number
        session.get_one(Organisation, quote.organisation_id).payment_delay_days = 45
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        assert bill_order(session, order, by=BOOKS, at=AT).due_on == date(2026, 12, 18)


@pytest.mark.parametrize("late", [False, True])
def test_the_service_code_of_the_original_is_on_the_order_and_on_its_invoice(
    database: Database, late: bool
):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        kept = keep_file(
            session,
            scan(),
            kind=ORIGINAL,
            filename="bon.pdf",
            media_type=PDF,
            by=OFFICE,
            at=AT,
            dossier_id=quote.dossier_id,
        )
        read = replace(conformity_of(quote), service_code="SPORT-07")
        if late:
            at = AT.replace(year=2027)
            honour_late(session, quote, read, kept, reason="Grève", by=OFFICE, at=at)
        else:
            record_original(session, quote, read, kept, by=OFFICE, at=AT)
        order = session.scalars(select(Order)).one()
        service = parties_from(order.parties).paying_service
        assert service == replace(make_parties().paying_service, service_code="SPORT-07")
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        paper = content_of(session, invoice.paper_id)
    assert paper["references"]["service_code"] == "SPORT-07"
    assert parties_from(quote.parties).paying_service == make_parties().paying_service
