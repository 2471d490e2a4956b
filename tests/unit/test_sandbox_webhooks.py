"""Webhooks: signed, retried, and with the faults that a test asks for."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from checkout.card.gateway import BadSignature
from checkout.card.sandbox.sender import TRIES, signature
from checkout.card.sandbox.server import Sandbox, running
from checkout.card.stripe_gateway import StripeGateway
from tests.sandboxed import DECLINED, KEY, SECRET, Listener, listening, start
from tests.waiting import machine_time, until


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as one:
        yield one


@pytest.fixture
def sandbox(listener: Listener) -> Iterator[Sandbox]:
    with running(listener.url, backoff=0.005) as one:
        yield one


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[StripeGateway]:
    one = StripeGateway(KEY, SECRET, sandbox.base_url)
    yield one
    one.close()


def types(heard: list[tuple[bytes, str]]) -> list[str]:
    return [json.loads(body)["type"] for body, _ in heard]


def test_a_payment_is_announced_and_signed(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    started = start(gateway, reference="panier-7")
    sandbox.customer.pay(started.url)
    body, signed = listener.first(1)[0]
    event = gateway.event(body, signed)
    assert event.type == "checkout.session.completed"
    assert (event.session_id, event.reference) == (started.session_id, "panier-7")
    assert event.payment_intent == gateway.fetch(started.session_id).payment_intent


@pytest.mark.parametrize("spoiled", ["body", "secret", "age", "empty", "nonsense"])
def test_a_forged_webhook_is_refused(gateway: StripeGateway, spoiled: str) -> None:
    body = json.dumps({"id": "evt_1", "type": "x", "data": {"object": {"object": "charge"}}})
    now = int(machine_time())
    signed = signature(body, SECRET, now)
    assert gateway.event(body.encode(), signed).id == "evt_1"
    forged = {
        "body": (body.replace("evt_1", "evt_2"), signed),
        "secret": (body, signature(body, "whsec_other", now)),
        "age": (body, signature(body, SECRET, now - 301)),
        "empty": (body, ""),
        "nonsense": ("[]", signature("[]", SECRET, now)),
    }
    text, header = forged[spoiled]
    with pytest.raises(BadSignature):
        gateway.event(text.encode(), header)


def test_the_librarys_own_check_accepts_the_signature() -> None:
    body = '{"object": "event"}'
    header = signature(body, SECRET, int(machine_time()))
    assert stripe.WebhookSignature.verify_header(body, header, SECRET, 300)


def test_a_failing_webhook_is_retried_until_it_succeeds(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    listener.answers = [500, 503, 404, 400, 302]
    sandbox.customer.pay(start(gateway).url)
    heard = listener.first(6)
    assert types(heard) == ["checkout.session.completed"] * 6
    assert len({json.loads(body)["id"] for body, _ in heard}) == 1


def test_the_retries_of_a_webhook_end(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    listener.answers = [500] * 50
    sandbox.customer.pay(start(gateway).url)
    listener.first(TRIES)
    until(lambda: not sandbox.sender.pending(), "the end of all tries")
    assert len(listener.heard) == TRIES
    assert sandbox.sender.pending() == 0


def test_an_event_may_come_three_times(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    sandbox.knobs(dup=2)
    sandbox.customer.pay(start(gateway).url)
    heard = listener.first(3)
    assert len(heard) == 3
    assert len({json.loads(body)["id"] for body, _ in heard}) == 1


def test_an_event_may_come_late_or_never(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    sandbox.knobs(delay=3600)
    sandbox.customer.pay(start(gateway, reference="late").url)
    sandbox.knobs(drop=True)
    sandbox.customer.pay(start(gateway, reference="never").url)
    sandbox.knobs()
    sandbox.customer.pay(start(gateway, reference="at once").url)

    def heard(posts: int) -> list[str | None]:
        return [gateway.event(*post).reference for post in listener.first(posts)]

    # The sender takes the oldest event that is due: the last one came first.
    assert heard(1) == ["at once"]
    assert sandbox.flush() == 1
    assert heard(2) == ["at once", "late"]
    assert sandbox.flush(dropped=True) == 1
    assert heard(3) == ["at once", "late", "never"]


def test_events_may_come_in_the_wrong_order(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    sandbox.knobs(delay=60, order="reverse")
    url = start(gateway).url
    sandbox.customer.pay(url, DECLINED)
    sandbox.customer.pay(url)
    sandbox.flush()
    assert types(listener.heard) == ["checkout.session.completed", "payment_intent.payment_failed"]


def test_refunds_and_expiries_are_announced(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    started = start(gateway, reference="panier-9")
    sandbox.customer.pay(started.url)
    paid = gateway.fetch(started.session_id)
    gateway.refund(str(paid.payment_intent), reason="requested_by_customer", key="r9")
    gateway.expire(start(gateway).session_id)
    heard = listener.first(5)
    assert types(heard) == [
        "checkout.session.completed",
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "checkout.session.expired",
    ]
    refunded = gateway.event(*heard[2])
    assert (refunded.payment_intent, refunded.session_id) == (paid.payment_intent, None)
    assert refunded.reference == "panier-9"


def test_deliveries_wait_for_a_shop_that_has_not_started(listener: Listener) -> None:
    with running("http://127.0.0.1:9/card/webhook", backoff=30) as sandbox:
        gateway = StripeGateway(KEY, SECRET, sandbox.base_url)
        sandbox.customer.pay(start(gateway).url)
        gateway.close()
        assert sandbox.sender.pending() == 1


def control(sandbox: Sandbox, path: str, body: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=10)
    connection.request("POST", f"/_test/{path}", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def test_the_controls_are_reached_over_http(
    sandbox: Sandbox, gateway: StripeGateway, listener: Listener
) -> None:
    hook = {"url": listener.url, "secret": "whsec_other", "events": ["*"]}
    assert control(sandbox, "hook", json.dumps(hook)) == (
        200,
        {"url": listener.url, "events": ["*"]},
    )
    status, knobs = control(sandbox, "knobs", '{"drop": true, "dup": 1}')
    assert (status, knobs) == (200, {"dup": 1, "delay": 0.0, "drop": True, "order": "forward"})
    sandbox.customer.pay(start(gateway).url)
    sent = control(sandbox, "flush", '{"dropped": true}')
    assert sent == (200, {"sent": 8, "pending": 0})
    assert types(listener.heard)[::2] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    with pytest.raises(BadSignature):
        gateway.event(*listener.heard[0])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("knobs", '{"weather": "rain"}'),
        ("knobs", '{"order": "sideways"}'),
        ("hook", '{"url": "http://127.0.0.1:9/"}'),
        ("hook", "[]"),
    ],
)
def test_the_controls_refuse_unknown_parameters(sandbox: Sandbox, path: str, body: str) -> None:
    status, _ = control(sandbox, path, body)
    assert status == 400
