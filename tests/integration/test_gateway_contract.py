"""What the shop expects from its card processor.

The same tests run against the sandbox and, when STRIPE_SECRET_KEY is a test key, against Stripe's
own test mode: so the sandbox cannot differ from Stripe.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import stripe

from checkout.card.gateway import (
    BadSignature,
    CardProcessorRefused,
    CardProcessorUnavailable,
    PaymentGateway,
    PaymentLine,
    SessionNotOpen,
)
from checkout.card.sandbox.server import running
from checkout.card.stripe_gateway import StripeGateway
from shop.ops import clock
from tests.sandboxed import KEY, LINES, SECRET, new_reference, start

_LIVE_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
_PROCESSORS = ["sandbox"] + (
    [pytest.param("stripe", marks=pytest.mark.stripe_live)]  # type: ignore[list-item]
    if _LIVE_KEY.startswith("sk_test_") and _LIVE_KEY != KEY
    else []
)


@dataclass(frozen=True)
class Processor:
    """A gateway to test, and the bare client that pays without a browser."""

    gateway: PaymentGateway
    client: stripe.StripeClient

    def paid(self, amount: int) -> str:
        """A payment intent paid by a test card."""
        intent = self.client.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": "eur",
                "payment_method": "pm_card_visa",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
        assert intent.status == "succeeded"
        return intent.id


@pytest.fixture(scope="module", params=_PROCESSORS)
def processor(request: pytest.FixtureRequest) -> Iterator[Processor]:
    if request.param == "stripe":
        yield from _processor(_LIVE_KEY, None)
        return
    with running() as sandbox:
        yield from _processor(KEY, sandbox.base_url)


def _processor(key: str, base: str | None) -> Iterator[Processor]:
    gateway, http = StripeGateway(key, SECRET, base), stripe.RequestsClient(timeout=10)
    yield Processor(
        gateway,
        stripe.StripeClient(key, base_addresses={"api": base} if base else {}, http_client=http),
    )
    gateway.close()
    http.close()


def test_a_page_opens_unpaid(processor: Processor) -> None:
    reference = new_reference()
    until = clock.now() + timedelta(minutes=45)
    started = start(processor.gateway, reference=reference, expires_at=until)
    assert started.url.startswith(("https://checkout.stripe.com/", "http://127.0.0.1:"))
    assert abs(started.expires_at - until) < timedelta(seconds=1)
    payment = processor.gateway.fetch(started.session_id)
    assert payment.session_id == started.session_id
    assert (payment.status, payment.reference, payment.payment_intent) == ("open", reference, None)
    assert (payment.amount_received, payment.currency, payment.failure) == (0, "eur", None)


def test_a_page_takes_cards_only(processor: Processor) -> None:
    started = start(processor.gateway)
    session = processor.client.v1.checkout.sessions.retrieve(started.session_id)
    assert session.payment_method_types == ["card"]


def test_the_same_attempt_opens_the_same_page(processor: Processor) -> None:
    reference, until = new_reference(), clock.now() + timedelta(hours=2)
    first = start(processor.gateway, reference=reference, expires_at=until)
    again = start(processor.gateway, reference=reference, expires_at=until)
    assert again == first
    second = start(processor.gateway, reference=reference, attempt=2, expires_at=until)
    assert second.session_id != first.session_id


def test_a_changed_cart_needs_a_new_attempt(processor: Processor) -> None:
    reference, until = new_reference(), clock.now() + timedelta(hours=2)
    start(processor.gateway, reference=reference, expires_at=until)
    with pytest.raises(CardProcessorRefused):
        start(processor.gateway, reference=reference, lines=LINES[:1], expires_at=until)


def test_what_was_sent_is_what_is_asked(processor: Processor) -> None:
    started = start(processor.gateway)
    session = processor.client.v1.checkout.sessions.retrieve(
        started.session_id, {"expand": ["line_items"]}
    )
    assert session.amount_total == sum(line.amount_cents * line.quantity for line in LINES)
    assert session.line_items is not None
    assert [line.description for line in session.line_items.data] == [line.name for line in LINES]
    assert session.metadata is not None
    assert session.metadata["checkout"] == session.client_reference_id


def test_a_page_closes_once(processor: Processor) -> None:
    started = start(processor.gateway)
    processor.gateway.expire(started.session_id)
    assert processor.gateway.fetch(started.session_id).status == "expired"
    with pytest.raises(SessionNotOpen):
        processor.gateway.expire(started.session_id)


def test_a_page_is_open_for_half_an_hour_at_least(processor: Processor) -> None:
    with pytest.raises(CardProcessorRefused):
        start(processor.gateway, expires_at=clock.now() + timedelta(minutes=20))
    with pytest.raises(CardProcessorRefused):
        start(processor.gateway, expires_at=clock.now() + timedelta(hours=25))


def test_too_little_money_is_refused(processor: Processor) -> None:
    with pytest.raises(CardProcessorRefused) as refused:
        start(processor.gateway, lines=(PaymentLine("Vis", 20),))
    assert refused.value.code == "amount_too_small"


def test_an_unknown_session_is_refused(processor: Processor) -> None:
    with pytest.raises(CardProcessorRefused) as refused:
        processor.gateway.fetch("cs_test_unknown")
    assert refused.value.code == "resource_missing"


def test_refunds_stay_within_what_was_paid(processor: Processor) -> None:
    intent, gateway = processor.paid(5_000), processor.gateway
    part = gateway.refund(
        intent, amount=2_000, reason="requested_by_customer", key=f"part-{intent}"
    )
    assert (part.amount, part.status) == (2_000, "succeeded")
    with pytest.raises(CardProcessorRefused):
        gateway.refund(intent, amount=3_001, reason="requested_by_customer", key=f"over-{intent}")
    rest = gateway.refund(intent, reason="requested_by_customer", key=f"rest-{intent}")
    assert rest.amount == 3_000
    with pytest.raises(CardProcessorRefused) as refused:
        gateway.refund(intent, reason="requested_by_customer", key=f"twice-{intent}")
    assert refused.value.code == "charge_already_refunded"


def test_a_repeated_refund_pays_back_once(processor: Processor) -> None:
    intent = processor.paid(5_000)
    first = processor.gateway.refund(intent, reason="duplicate", key=f"refund-{intent}")
    again = processor.gateway.refund(intent, reason="duplicate", key=f"refund-{intent}")
    assert again == first
    refunds = processor.client.v1.refunds.list({"payment_intent": intent})
    assert [refund.id for refund in refunds.data] == [first.id]


def test_a_refund_is_found_again_by_its_key(processor: Processor) -> None:
    intent, gateway = processor.paid(5_000), processor.gateway
    assert gateway.find_refund(intent, key=f"refund-{intent}") is None
    made = gateway.refund(intent, amount=2_000, reason="duplicate", key=f"refund-{intent}")
    gateway.refund(intent, amount=1_000, reason="duplicate", key=f"other-{intent}")
    assert gateway.find_refund(intent, key=f"refund-{intent}") == made


def test_what_was_not_paid_is_not_refunded(processor: Processor) -> None:
    intent = processor.client.v1.payment_intents.create({"amount": 5_000, "currency": "eur"})
    with pytest.raises(CardProcessorRefused):
        processor.gateway.refund(intent.id, reason="duplicate", key=f"refund-{intent.id}")


def test_only_signed_events_are_accepted(processor: Processor) -> None:
    body = json.dumps({"id": "evt_1", "type": "x", "data": {"object": {"object": "charge"}}})
    signed = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    assert processor.gateway.event(body.encode(), signed).id == "evt_1"
    with pytest.raises(BadSignature):
        processor.gateway.event(body.encode() + b" ", signed)


def test_a_wrong_key_is_a_fault_of_the_shop() -> None:
    with running() as sandbox:
        gateway = StripeGateway("sk_wrong", SECRET, sandbox.base_url)
        with pytest.raises(CardProcessorUnavailable):
            start(gateway)
        gateway.close()


def test_an_unreachable_processor_raises_its_own_error() -> None:
    gateway = StripeGateway(KEY, SECRET, "http://127.0.0.1:9")
    with pytest.raises(CardProcessorUnavailable):
        start(gateway)
    gateway.close()
