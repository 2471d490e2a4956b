"""Refunds: never more than what was paid, never twice."""

from __future__ import annotations

from checkout.card.sandbox import disputes, events
from checkout.card.sandbox.amounts import written
from checkout.card.sandbox.call import Call, ensure_implemented
from checkout.card.sandbox.errors import Json, Refusal, missing_object
from checkout.card.sandbox.state import State, new_id

#: Statuses after which the money is with the seller again.
_BACK = frozenset({"failed", "canceled"})
_DECIDES = frozenset({"failed", "canceled", "pending", "succeeded"})
_CREATE = {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}


def create(call: Call) -> Json:
    """POST /v1/refunds: of a payment intent or of its charge, whole or in part."""
    given = call.params
    ensure_implemented(given, _CREATE)
    if ("charge" in given) == ("payment_intent" in given):
        raise Refusal("One of the following params should be provided: payment_intent or charge.")
    charge = _charge(call)
    if disputes.is_held(call.state, charge):
        raise Refusal(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            executed=True,
        )
    amount = _amount(given.get("amount"), charge)
    refund = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.state.now(),
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": given.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    call.state.save(refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.state.save(charge)
    events.emit(call.state, "refund.created", refund)
    events.emit(call.state, "charge.refunded", charge)
    events.emit(call.state, "refund.updated", refund)
    return refund


def changed(state: State, refund: Json, status: str) -> Json:
    """The customer's bank decides on a refund, days later: it fails, or is complete after all."""
    if status not in _DECIDES or refund["status"] == status:
        raise Refusal(f"A refund that is {refund['status']} cannot become {status}.")
    gone_before, refund["status"] = refund["status"] not in _BACK, status
    charge = state.find("charge", refund["charge"])
    assert charge is not None
    if gone_before != (status not in _BACK):
        charge["amount_refunded"] += -refund["amount"] if gone_before else refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    state.save(charge)
    state.save(refund)
    events.emit(state, "refund.updated", refund)
    if status == "failed":
        events.emit(state, "refund.failed", refund)
    return refund


def _charge(call: Call) -> Json:
    """The charge to pay back; raises when the payment does not exist or was never paid."""
    state, ident = call.state, call.params.get("charge")
    if ident is None:
        intent = state.find("payment_intent", call.params["payment_intent"])
        if intent is None:
            raise missing_object(
                "payment_intent", call.params["payment_intent"], param="payment_intent"
            )
        ident = intent["latest_charge"] if intent["status"] == "succeeded" else None
        if ident is None:
            raise Refusal(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
                executed=True,
            )
    charge = state.find("charge", ident)
    if charge is None:
        raise missing_object("charge", ident, param="charge")
    if not charge["paid"]:
        raise Refusal(
            f"Charge {ident} failed: there is nothing to refund.", param="charge", executed=True
        )
    return charge


def _amount(asked: int | None, charge: Json) -> int:
    """The amount to pay back: the one asked for, else all that is left of the charge."""
    left: int = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refusal(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            executed=True,
        )
    amount = left if asked is None else asked
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refusal(
            f"Refund amount ({written(amount, charge['currency'])}) is greater than unrefunded "
            f"amount on charge ({written(left, charge['currency'])})",
            param="amount",
            executed=True,
        )
    return amount


def get(call: Call) -> Json:
    """GET /v1/refunds/<id>"""
    refund = call.state.find("refund", call.ident)
    if refund is None:
        raise missing_object("refund", call.ident)
    return refund


def listed(call: Call) -> Json:
    """GET /v1/refunds, of a charge or of a payment intent if asked."""
    ensure_implemented(
        call.params,
        {"charge", "payment_intent", "limit", "starting_after", "ending_before", "expand"},
    )
    wanted = {n: call.params[n] for n in ("charge", "payment_intent") if n in call.params}
    found = (
        refund
        for refund in call.state.newest("refund")
        if all(refund[name] == value for name, value in wanted.items())
    )
    return call.page(found, "/v1/refunds")
