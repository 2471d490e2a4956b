"""The worker and a card processor that does not answer, on both databases."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from checkout.card.gateway import CardProcessorUnavailable
from checkout.card.models import CardPayment
from checkout.card.procedure import PaymentState
from checkout.card.reconciliation import MOST_AT_ONCE, Reconciled, reconcile
from checkout.card.stripe_gateway import status_of
from tests.checkouts import LATER, Checkout, owed
from tests.factories import AT
from tests.fakes import FakeGateway


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def checkout(database, gateway) -> Checkout:
    return Checkout(database, gateway)


def test_an_unreachable_processor_is_asked_once_a_minute(database, gateway, checkout):
    checkout.press()
    others = [Checkout.of(database, gateway, checkout.product_id) for _ in range(4)]
    for other in others[1:]:
        other.press()
    owed(others[0], "pending")
    asked: list[str] = []

    def nobody_answers(session_id: str):
        asked.append(session_id)
        raise CardProcessorUnavailable("nobody answers")

    gateway.fetch = nobody_answers
    assert reconcile(database, gateway, at=LATER) == Reconciled(out_of_reach=True)
    assert len(asked) == 1
    del gateway.fetch
    assert reconcile(database, gateway, at=LATER).settled == 4
    assert reconcile(database, gateway, at=LATER, stopping=lambda: True).settled == 0


def state_of(database, session_id: str) -> PaymentState:
    with database.reading_session() as session:
        asked = select(CardPayment.state).where(CardPayment.session_id == session_id)
        return session.scalars(asked).one()


def decide(gateway: FakeGateway, session_id: str, status: str) -> None:
    """The processor says this of a payment whose page was completed."""
    said = gateway.payments[session_id]
    gateway.payments[session_id] = replace(said, status=status, payment_intent=f"pi_{session_id}")


def test_a_delayed_payment_that_the_bank_refuses_ends_and_the_buyer_may_pay_again(
    database, gateway, checkout
):
    refused = SimpleNamespace(status="requires_payment_method", last_payment_error=None)
    status = status_of(SimpleNamespace(status="complete"), refused)
    session_id = checkout.press()
    decide(gateway, session_id, "processing")
    reconcile(database, gateway, at=AT + timedelta(hours=1))
    assert state_of(database, session_id) is PaymentState.OPEN
    decide(gateway, session_id, status)
    reconcile(database, gateway, at=AT + timedelta(days=5))
    assert state_of(database, session_id) is PaymentState.EXPIRED
    again = checkout.press(at=AT + timedelta(days=5))
    gateway.pay(again)
    checkout.settle(again, at=AT + timedelta(days=5, minutes=1))
    assert state_of(database, again) is PaymentState.PAID


def test_payments_that_stay_undecided_do_not_keep_the_others_waiting(database, gateway, checkout):
    for _ in range(MOST_AT_ONCE):
        undecided = Checkout.of(database, gateway, checkout.product_id).press()
        decide(gateway, undecided, "processing")
    late = Checkout.of(database, gateway, checkout.product_id).press(at=AT + timedelta(minutes=1))
    gateway.pay(late)
    for minutes in (5, 6):
        reconcile(database, gateway, at=AT + timedelta(minutes=minutes))
    assert state_of(database, late) is PaymentState.PAID
