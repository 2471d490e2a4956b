"""The worker and a card processor that does not answer, on both databases."""

import pytest

from checkout.card.gateway import CardProcessorUnavailable
from checkout.card.reconciliation import Reconciled, reconcile
from tests.checkouts import LATER, Checkout, owed
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
    assert reconcile(database, gateway, at=LATER) == Reconciled()
    assert len(asked) == 1
    del gateway.fetch
    assert reconcile(database, gateway, at=LATER).settled == 4
    assert reconcile(database, gateway, at=LATER, stopping=lambda: True).settled == 0
