"""Payouts of the card processor: read from the sandbox, stored once, followed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import stripe
from sqlalchemy import func, select

from checkout.card.gateway import CardProcessorRefused
from checkout.card.sandbox.server import running
from checkout.card.stripe_gateway import StripeGateway
from checkout.card.stripe_payouts import StripePayouts
from checkout.payouts.models import CardPayout, PayoutTransaction
from checkout.payouts.payouts import fetch_payouts
from checkout.payouts.procedure import PayoutState
from shop.core.money import Money, total
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT
from tests.sandboxed import KEY, SECRET


@dataclass
class Bank:
    """The sandbox, its account and its bank."""

    base: str
    gateway: StripeGateway
    client: stripe.StripeClient
    http: Any

    @property
    def payouts(self) -> StripePayouts:
        return StripePayouts(self.gateway)

    def charge(self, amount: int, currency: str = "eur") -> str:
        intent = self.client.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": currency,
                "payment_method": "pm_card_visa",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
        return intent.id

    def order(self, path: str, **said: Any) -> dict[str, Any]:
        """What the controls of the sandbox are asked."""
        import requests

        answered = requests.post(f"{self.base}/_test/{path}", json=said, timeout=10)
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found


@pytest.fixture
def bank() -> Iterator[Bank]:
    with running() as sandbox:
        http = stripe.RequestsClient(timeout=10)
        gateway = StripeGateway(KEY, SECRET, sandbox.base_url)
        client = stripe.StripeClient(
            KEY, base_addresses={"api": sandbox.base_url}, http_client=http
        )
        yield Bank(sandbox.base_url, gateway, client, http)
        gateway.close()
        http.close()


def ask(database: Database, bank: Bank) -> int:
    return fetch_payouts(database, bank.payouts, at=AT, stopping=lambda: False)


def rows(database: Database) -> list[CardPayout]:
    with database.reading_session() as session:
        return list(session.scalars(select(CardPayout).order_by(CardPayout.created_at)))


def acts(database: Database) -> list[str]:
    with database.reading_session() as session:
        named = JournalEntry.subject.startswith("card_payout:")
        return list(session.scalars(select(JournalEntry.act).where(named).order_by("id")))


def test_a_payout_is_its_charges_refunds_and_disputes_less_their_fees(
    database: Database, bank: Bank
) -> None:
    paid, disputed = bank.charge(20_000), bank.charge(5_000)
    bank.gateway.refund(paid, amount=1_500, reason="requested_by_customer", key="k1")
    bank.order("disputes", payment_intent=disputed)
    bank.order("payouts")
    assert ask(database, bank) == 1
    (row,) = rows(database)
    assert row.state is PayoutState.SENT and row.is_whole and row.currency == "EUR"
    assert row.gross == Money(20_000 + 5_000 - 1_500 - 5_000)
    assert row.fees == Money(325 + 100 + 2_000) and row.amount == row.gross - row.fees
    with database.reading_session() as session:
        parts = session.scalars(select(PayoutTransaction).order_by(PayoutTransaction.id)).all()
    assert {part.kind for part in parts} == {"charge", "refund", "adjustment"}
    assert {part.payment_intent for part in parts} == {paid, disputed}
    assert total([part.net for part in parts]) == row.amount


def test_the_same_payout_asked_twice_is_stored_once(database: Database, bank: Bank) -> None:
    bank.charge(10_000)
    made = bank.order("payouts")
    assert (ask(database, bank), ask(database, bank)) == (1, 0)
    bank.order(f"payouts/{made['id']}", status="paid")
    assert (ask(database, bank), ask(database, bank)) == (0, 0)
    (row,) = rows(database)
    assert row.state is PayoutState.ARRIVED
    assert acts(database) == ["send_payout", "receive_payout"]
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(PayoutTransaction)) == 1


def test_a_payout_that_arrived_may_still_fail(database: Database, bank: Bank) -> None:
    bank.charge(10_000)
    made = bank.order("payouts")
    for status in ("paid", "failed"):
        bank.order(f"payouts/{made['id']}", status=status)
        ask(database, bank)
    (row,) = rows(database)
    assert row.state is PayoutState.FAILED and "closed" in row.failure
    assert acts(database) == ["send_payout", "receive_payout", "fail_payout"]


def test_a_payout_of_another_currency_keeps_it(database: Database, bank: Bank) -> None:
    bank.charge(10_000, "chf")
    bank.order("payouts", currency="chf")
    ask(database, bank)
    (row,) = rows(database)
    assert (row.currency, row.is_whole) == ("CHF", True)


def test_the_sandbox_refuses_what_stripe_does_not_know(bank: Bank) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.client.v1.payouts.list({"colour": "blue"})  # type: ignore[typeddict-unknown-key]
    assert refused.value.code == "parameter_unknown"
    with pytest.raises(CardProcessorRefused):
        bank.payouts.transactions_of("po_unknown")
