"""Transfers are received: in part, never more than is due, never twice."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from checkout.payments.rules import (
    MoreThanDue,
    NoAmount,
    NoReference,
    PaidBeforeOrder,
    PaidInFuture,
    PaymentRecordedBefore,
)
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.money import Money
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES
from tests.orders import deliver_all, locked_order, make_ordered

DAY = date(2026, 12, 10)
LATER = AT + timedelta(days=30)


def invoiced(database: Database) -> str:
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        return bill_order(session, order, by=BOOKS, at=AT).number


def pay(
    database: Database, number: str, cents: int, *, reference: str = "VIR 1", day=DAY, by=BOOKS
) -> None:
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=by)
        record_payment(
            session,
            invoice,
            amount=Money(cents),
            received_on=day,
            reference=reference,
            by=by,
            at=LATER,
        )


def stage(database: Database) -> OrderStage:
    with database.reading_session() as session:
        return session.scalars(select(Order.stage)).one()


def test_a_transfer_in_two_parts_pays_the_invoice(database: Database):
    number = invoiced(database)
    pay(database, number, 100_00)
    assert stage(database) is OrderStage.INVOICED
    with database.reading_session() as session:
        due = session.scalars(select(Order.including)).one() - Money(100_00)
    pay(database, number, due.cents, reference="VIR 2")
    assert stage(database) is OrderStage.PAID
    with database.reading_session() as session:
        mails = session.scalars(
            select(Email).where(Email.template == "payment_received").order_by(Email.id)
        ).all()
        assert [mail.facts["due"] for mail in mails] == [due.cents, 0]
    with pytest.raises(IllegalTransition):
        pay(database, number, 1, reference="VIR 3")


def test_more_than_is_due_is_refused_with_both_figures(database: Database):
    number = invoiced(database)
    with pytest.raises(MoreThanDue) as refusal:
        pay(database, number, 9_999_999)
    assert refusal.value.facts["amount"] == Money(9_999_999)
    with database.reading_session() as session:
        assert refusal.value.facts["due"] == session.scalars(select(Order.including)).one()


def test_the_same_transfer_is_not_counted_twice(database: Database):
    number = invoiced(database)
    pay(database, number, 100)
    with pytest.raises(PaymentRecordedBefore):
        pay(database, number, 100, reference=" VIR  1 ")
    pay(database, number, 100, day=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("cents", "changes", "refusal"),
    [
        (0, {}, NoAmount),
        (-5, {}, NoAmount),
        (100, {"reference": "  "}, NoReference),
        (100, {"day": date(2027, 1, 1)}, PaidInFuture),
        (100, {"day": date(2020, 1, 1)}, PaidBeforeOrder),
        (100, {"by": STORES}, NotAllowed),
    ],
)
def test_an_invalid_payment_is_refused(database: Database, cents: int, changes, refusal):
    number = invoiced(database)
    with pytest.raises(refusal):
        pay(database, number, cents, **changes)


def test_a_paid_partial_invoice_does_not_close_the_order(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        first = bill_order(session, order, by=BOOKS, at=AT)
        order_number = order.number
    pay(database, first.number, first.including.cents)
    assert stage(database) is OrderStage.ORDERED
    with database.transaction() as session:
        order = locked_order(session, order_number)
        deliver_all(session, order)
        second = bill_order(session, order, by=BOOKS, at=AT)
    assert stage(database) is OrderStage.INVOICED
    pay(database, second.number, second.including.cents)
    assert stage(database) is OrderStage.PAID


def test_the_same_transfer_typed_twice_at_once_counts_once(database: Database):
    number = invoiced(database)
    ready, outcomes = threading.Barrier(4), []

    def type_it() -> None:
        ready.wait()
        try:
            pay(database, number, 100)
            outcomes.append("recorded")
        except PaymentRecordedBefore:
            outcomes.append("refused")

    threads = [threading.Thread(target=type_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["recorded", "refused", "refused", "refused"]
    with database.reading_session() as session:
        assert session.scalars(select(Invoice.paid)).one() == Money(100)
