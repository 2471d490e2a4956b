"""The sandbox's API refuses what Stripe refuses, and replays its answers."""

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from checkout.card.sandbox.server import Sandbox, running
from tests.factories import AT
from tests.sandboxed import KEY

SESSION: Any = {
    "mode": "payment",
    "success_url": "https://shop.example/ok?s={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.example/back",
    "line_items": [
        {
            "quantity": 2,
            "price_data": {
                "currency": "eur",
                "unit_amount": 1200,
                "product_data": {"name": "Câble DMX"},
            },
        }
    ],
}

NOW = int(AT.timestamp())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> Iterator[stripe.StripeClient]:
    http = stripe.RequestsClient(timeout=10)
    yield stripe.StripeClient(
        KEY, base_addresses={"api": sandbox.base_url}, http_client=http, max_network_retries=0
    )
    http.close()


def with_line(**changes: Any) -> dict[str, Any]:
    line = SESSION["line_items"][0]
    price = {**line["price_data"], **changes.pop("price", {})}
    price = {name: value for name, value in price.items() if value is not None}
    return {**SESSION, "line_items": [{**line, "price_data": price, **changes}]}


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({**SESSION, "colour": "red"}, "parameter_unknown", "colour"),
        (
            with_line(price={"colour": "red"}),
            "parameter_unknown",
            "line_items[0][price_data][colour]",
        ),
        (
            {**SESSION, "payment_intent_data": {"reference": "x"}},
            "parameter_unknown",
            "payment_intent_data[reference]",
        ),
        (with_line(quantity="2.5"), "parameter_invalid_integer", "line_items[0][quantity]"),
        (with_line(quantity=0), "parameter_invalid_integer", "line_items[0][quantity]"),
        (
            with_line(price={"unit_amount": "12,00"}),
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        (
            with_line(price={"unit_amount": -5}),
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        (
            with_line(price={"currency": None}),
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        (with_line(price={"unit_amount": 24}), "amount_too_small", "line_items"),
        (with_line(price={"unit_amount": 99_999_999}), "amount_too_large", "line_items"),
        ({**SESSION, "locale": "xx"}, None, "locale"),
        ({**SESSION, "mode": "present"}, None, "mode"),
        ({**SESSION, "success_url": "/ok"}, "url_invalid", "success_url"),
        ({**SESSION, "success_url": ""}, "parameter_invalid_empty", "success_url"),
        ({**SESSION, "customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({**SESSION, "line_items": []}, "parameter_missing", "line_items"),
        ({**SESSION, "metadata": {"x" * 41: "y"}}, None, f"metadata[{'x' * 41}]"),
        ({**SESSION, "expires_at": NOW + 60}, None, "expires_at"),
        ({**SESSION, "expires_at": NOW + 90_000}, None, "expires_at"),
        (
            {**SESSION, "allow_promotion_codes": True},
            "sandbox_unsupported",
            "allow_promotion_codes",
        ),
        ({**SESSION, "expand": ["customer"]}, None, "expand"),
    ],
)
def test_a_session_is_refused_as_stripe_would(
    client: stripe.StripeClient, params: Any, code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(params)
    assert refused.value.http_status == 400
    assert (refused.value.code, refused.value.param) == (code, param)


@pytest.mark.parametrize("amount", [49, 0, -1])
def test_less_than_half_a_euro_is_not_charged(client: stripe.StripeClient, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create({"amount": amount, "currency": "eur"})
    assert refused.value.code == "amount_too_small"


def test_only_secret_test_keys_are_accepted(sandbox: Sandbox) -> None:
    for key in ("sk_live_abcdef", "pk_test_abcdef", "rubbish"):
        http = stripe.RequestsClient(timeout=10)
        stranger = stripe.StripeClient(
            key, base_addresses={"api": sandbox.base_url}, http_client=http
        )
        with pytest.raises(stripe.AuthenticationError):
            stranger.v1.events.list()
        http.close()


def test_an_unknown_address_or_object_is_not_found(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.customers.list()
    assert unknown.value.http_status == 404
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.checkout.sessions.retrieve("cs_test_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")


def post(sandbox: Sandbox, path: str, params: dict[str, str], key: str) -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=10)
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Idempotency-Key": key,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", path, urlencode(params), headers)
    response = connection.getresponse()
    answer = response.status, response.headers, response.read()
    connection.close()
    return answer


def test_a_repeated_key_replays_the_first_answer(sandbox: Sandbox) -> None:
    asked = {"amount": "1000", "currency": "eur"}
    status, headers, first = post(sandbox, "/v1/payment_intents", asked, "replayed")
    assert (status, headers["Idempotent-Replayed"]) == (200, None)
    status, headers, second = post(sandbox, "/v1/payment_intents", asked, "replayed")
    assert (status, headers["Idempotent-Replayed"], second) == (200, "true", first)


def test_a_repeated_key_with_other_parameters_is_an_error(client: stripe.StripeClient) -> None:
    client.v1.payment_intents.create(
        {"amount": 1000, "currency": "eur"}, {"idempotency_key": "changed"}
    )
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create(
            {"amount": 1001, "currency": "eur"}, {"idempotency_key": "changed"}
        )


def test_a_request_refused_for_its_format_does_not_use_its_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(
            {"amount": 1, "currency": "eur"}, {"idempotency_key": "free"}
        )
    made = client.v1.payment_intents.create(
        {"amount": 1000, "currency": "eur"}, {"idempotency_key": "free"}
    )
    assert made.status == "requires_payment_method"


def test_a_declined_card_is_an_error_that_is_replayed(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_intents.confirm(
                intent.id,
                {"payment_method": "pm_card_chargeDeclinedInsufficientFunds"},
                {"idempotency_key": f"confirm-{intent.id}"},
            )
        error = declined.value.error
        assert declined.value.http_status == 402
        assert error is not None
        assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")
        assert error.payment_intent is not None
        assert error.payment_intent.status == "requires_payment_method"
    failed = client.v1.events.list({"type": "charge.failed"})
    assert sum(event.data.object["payment_intent"] == intent.id for event in failed.data) == 1


def test_a_payment_intent_has_the_states_of_stripes(client: stripe.StripeClient) -> None:
    intents = client.v1.payment_intents
    intent = intents.create({"amount": 1000, "currency": "eur", "metadata": {"a": "1", "b": "2"}})
    changed = intents.update(intent.id, {"amount": 1500, "metadata": {"a": "", "c": "3"}})
    assert (changed.amount, changed.metadata.to_dict()) == (1500, {"b": "2", "c": "3"})
    paid = intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.amount_received) == ("succeeded", 1500)
    for act in (
        lambda: intents.cancel(intent.id),
        lambda: intents.confirm(intent.id, {"payment_method": "pm_card_visa"}),
        lambda: intents.update(intent.id, {"amount": 900}),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act()
        assert refused.value.code == "payment_intent_unexpected_state"


def test_expansion_opens_ids_and_only_ids(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "expand": ["latest_charge"],
        }
    )
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    details = charge.payment_method_details
    assert details is not None
    assert details.card is not None
    assert details.card.last4 == "4242"
    plain = client.v1.payment_intents.retrieve(intent.id)
    assert plain.latest_charge == charge.id


def test_lists_are_paged_newest_first(client: stripe.StripeClient) -> None:
    made = [client.v1.checkout.sessions.create(SESSION).id for _ in range(3)]
    page = client.v1.checkout.sessions.list({"limit": 2})
    assert [session.id for session in page.data] == [made[2], made[1]]
    assert page.has_more
    rest = client.v1.checkout.sessions.list({"limit": 1, "starting_after": made[1]})
    assert [session.id for session in rest.data] == [made[0]]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.list({"limit": 101})


def test_every_field_of_an_answer_exists_in_stripe(
    client: stripe.StripeClient, sandbox: Sandbox
) -> None:
    session = client.v1.checkout.sessions.create(SESSION)
    sandbox.customer.pay(str(session.url))
    session = client.v1.checkout.sessions.retrieve(session.id)
    intent = client.v1.payment_intents.retrieve(str(session.payment_intent))
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    event = client.v1.events.list({"limit": 1}).data[0]
    kinds: list[tuple[Any, Any]] = [
        (session, stripe.checkout.Session),
        (intent, stripe.PaymentIntent),
        (refund, stripe.Refund),
        (charge, stripe.Charge),
        (event, stripe.Event),
    ]
    for answered, kind in kinds:
        assert set(answered.to_dict()) <= set(kind.__annotations__), kind
    line = client.v1.checkout.sessions.line_items.list(session.id).data[0]
    assert set(line.to_dict()) <= set(stripe.LineItem.__annotations__)
