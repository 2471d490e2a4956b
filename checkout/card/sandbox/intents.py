"""PaymentIntents: one per thing to be paid."""

from __future__ import annotations

from checkout.card.sandbox import charges, events
from checkout.card.sandbox.amounts import ensure_chargeable, ensure_currency
from checkout.card.sandbox.call import Call, ensure_implemented
from checkout.card.sandbox.cards import named_card
from checkout.card.sandbox.errors import Json, Refusal, missing_object, missing_param
from checkout.card.sandbox.state import State, new_id

_CREATE = {
    "amount",
    "automatic_payment_methods",
    "confirm",
    "currency",
    "description",
    "expand",
    "metadata",
    "payment_method",
    "receipt_email",
    "return_url",
}
#: Fields of a payment intent that say nothing when it is new, and those that the sandbox never
#: fills.
_EMPTY = (
    "application",
    "application_fee_amount",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "customer",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
_UPDATE = {"amount", "currency", "description", "expand", "metadata", "receipt_email"}
_CONFIRM = {"payment_method", "return_url", "expand", "receipt_email"}


def create(call: Call) -> Json:
    """POST /v1/payment_intents"""
    given = call.params
    ensure_implemented(given, _CREATE)
    for name in ("amount", "currency"):
        if name not in given:
            raise missing_param(name)
    currency = ensure_currency(given["currency"], "currency")
    ensure_chargeable(given["amount"], currency, "amount")
    automatic = given.get("automatic_payment_methods")
    if given.get("confirm") and "payment_method" not in given:
        raise Refusal(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    intent = new_intent(
        call.state,
        amount=given["amount"],
        currency=currency,
        metadata=given.get("metadata") or {},
        description=given.get("description"),
        email=given.get("receipt_email") or None,
    )
    if automatic:
        intent["automatic_payment_methods"] = automatic
    if "payment_method" in given:
        intent["status"] = "requires_confirmation"
    call.state.save(intent)
    events.emit(call.state, "payment_intent.created", intent)
    return _pay(call, intent) if given.get("confirm") else intent


def new_intent(
    state: State,
    *,
    amount: int,
    currency: str,
    metadata: Json,
    description: str | None,
    email: str | None,
) -> Json:
    """A payment intent nobody has tried to pay yet; not saved."""
    ident = new_id("pi")
    return {
        **dict.fromkeys(_EMPTY),
        "id": ident,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{ident}_{new_id('secret')}",
        "confirmation_method": "automatic",
        "created": state.now(),
        "currency": currency,
        "description": description,
        "livemode": False,
        "metadata": dict(metadata),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "receipt_email": email,
        "status": "requires_payment_method",
    }


def get(call: Call) -> Json:
    """GET /v1/payment_intents/<id>"""
    return _found(call)


def update(call: Call) -> Json:
    """POST /v1/payment_intents/<id>: the amount only while it is not paid."""
    given, intent = call.params, _found(call)
    ensure_implemented(given, _UPDATE)
    frozen = {"amount", "currency", "receipt_email"} & given.keys()
    if frozen and intent["status"] not in charges.PAYABLE:
        name = min(frozen)
        raise _unexpected(intent, f"its {name} cannot be changed", param=name)
    currency = ensure_currency(
        given["currency"] if "currency" in given else intent["currency"], "currency"
    )
    amount = given["amount"] if "amount" in given else intent["amount"]
    ensure_chargeable(amount, currency, "amount")
    intent.update(amount=amount, currency=currency)
    if given.get("metadata") == "":
        intent["metadata"] = {}
    for name, text in (given.get("metadata") or {}).items():
        intent["metadata"][name] = text
    intent["metadata"] = {name: text for name, text in intent["metadata"].items() if text != ""}
    for name in ("description", "receipt_email"):
        if name in given:
            intent[name] = given[name] or None
    call.state.save(intent)
    return intent


def confirm(call: Call) -> Json:
    """POST /v1/payment_intents/<id>/confirm, with one of the named test cards."""
    ensure_implemented(call.params, _CONFIRM)
    intent = _found(call)
    _ensure_free(call, intent, "confirm")
    if intent["status"] not in charges.PAYABLE:
        raise _unexpected(intent, "it cannot be confirmed")
    return _pay(call, intent)


def _pay(call: Call, intent: Json) -> Json:
    name = call.params.get("payment_method")
    if not name:
        raise missing_param("payment_method")
    card = named_card(name, year=call.year())
    if card is None:
        raise missing_object("PaymentMethod", name, param="payment_method")
    charges.present(
        call.state,
        intent,
        card,
        base_url=call.base_url,
        return_url=call.params.get("return_url") or call.base_url,
    )
    error = intent["last_payment_error"]
    if error:
        raise Refusal(
            error["message"],
            status=402,
            type="card_error",
            code=error["code"],
            decline_code=error["decline_code"],
            charge=error["charge"],
            payment_intent=intent,
            executed=True,
        )
    return intent


def cancel(call: Call) -> Json:
    """POST /v1/payment_intents/<id>/cancel: refused once the money has moved."""
    ensure_implemented(call.params, {"cancellation_reason", "expand"})
    intent = _found(call)
    _ensure_free(call, intent, "cancel")
    if intent["status"] not in charges.PAYABLE:
        raise _unexpected(intent, "it cannot be canceled")
    close(call.state, intent, reason=call.params.get("cancellation_reason"))
    return intent


def close(state: State, intent: Json, *, reason: str | None) -> None:
    """Cancel for good: no card can pay it any more."""
    intent.update(
        status="canceled",
        canceled_at=state.now(),
        cancellation_reason=reason,
        next_action=None,
    )
    state.save(intent)
    events.emit(state, "payment_intent.canceled", intent)


def listed(call: Call) -> Json:
    """GET /v1/payment_intents"""
    ensure_implemented(call.params, {"limit", "starting_after", "ending_before", "expand"})
    return call.page(call.state.newest("payment_intent"), "/v1/payment_intents")


def _found(call: Call) -> Json:
    intent = call.state.find("payment_intent", call.ident)
    if intent is None:
        raise missing_object("payment_intent", call.ident, param=None)
    return intent


def _ensure_free(call: Call, intent: Json, act: str) -> None:
    """A payment intent made by a Checkout Session is driven by its session only."""
    if call.state.private(intent["id"]).get("session"):
        raise Refusal(
            f"You cannot {act} PaymentIntents created by a Checkout Session. "
            "Use the session instead.",
            code="payment_intent_unexpected_state",
            executed=True,
        )


def _unexpected(intent: Json, what: str, *, param: str | None = None) -> Refusal:
    return Refusal(
        f"This PaymentIntent has a status of {intent['status']}: {what}.",
        code="payment_intent_unexpected_state",
        param=param,
        payment_intent=intent,
        executed=True,
    )
