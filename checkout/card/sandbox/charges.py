"""What happens between a payment intent and a card: charged, declined, authenticated."""

from __future__ import annotations

from checkout.card.sandbox import disputes, events
from checkout.card.sandbox.cards import DISPUTED, Card, Decline
from checkout.card.sandbox.errors import Json, Refusal, missing_object
from checkout.card.sandbox.state import State, new_id

PAYABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_AUTHENTICATION_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data "
    "or a new PaymentMethod to attempt to fulfill this PaymentIntent again."
)


def present(state: State, intent: Json, card: Card, *, base_url: str, return_url: str) -> None:
    """Try to pay `intent` with `card`: it succeeds, fails, or waits for 3-D Secure."""
    intent["payment_method"] = new_id("pm")
    if card.needs_authentication:
        intent["status"] = "requires_action"
        intent["last_payment_error"] = None
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {
                "url": f"{base_url}/3d-secure/{intent['id']}",
                "return_url": return_url,
            },
        }
        state.save(intent, card=_remembered(card))
        events.emit(state, "payment_intent.requires_action", intent)
    elif card.decline:
        _decline(state, intent, card, card.decline)
    else:
        _succeed(state, intent, card)


def authenticated(state: State, intent: Json, *, passed: bool) -> None:
    """The customer's bank answered the 3-D Secure question."""
    if intent["status"] != "requires_action":
        raise Refusal(
            f"This PaymentIntent awaits no authentication: its status is {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    card = Card(**state.private(intent["id"])["card"])
    intent["next_action"] = None
    if passed:
        _succeed(state, intent, card)
        return
    intent["status"] = "requires_payment_method"
    intent["payment_method"] = None
    intent["last_payment_error"] = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": _AUTHENTICATION_FAILED,
    }
    state.save(intent)
    events.emit(state, "payment_intent.payment_failed", intent)


def _succeed(state: State, intent: Json, card: Card) -> None:
    charge = _charge(state, intent, card, paid=True)
    intent["status"] = "succeeded"
    intent["amount_received"] = intent["amount"]
    intent["last_payment_error"] = None
    intent["next_action"] = None
    state.save(intent, card=_remembered(card))
    events.emit(state, "charge.succeeded", charge)
    events.emit(state, "payment_intent.succeeded", intent)
    if card.number in DISPUTED:
        reason, inquiry = DISPUTED[card.number]
        disputes.opened(state, charge, amount=charge["amount"], reason=reason, inquiry=inquiry)


def _decline(state: State, intent: Json, card: Card, why: Decline) -> None:
    charge = _charge(state, intent, card, paid=False)
    intent["status"] = "requires_payment_method"
    intent["payment_method"] = None
    intent["next_action"] = None
    intent["last_payment_error"] = {
        "type": "card_error",
        "code": why.code,
        "decline_code": why.decline_code,
        "message": why.message,
        "charge": charge["id"],
    }
    state.save(intent, card=_remembered(card))
    events.emit(state, "charge.failed", charge)
    events.emit(state, "payment_intent.payment_failed", intent)


def _remembered(card: Card) -> Json:
    return {
        "number": card.number,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "name": card.name,
    }


def _charge(state: State, intent: Json, card: Card, *, paid: bool) -> Json:
    """A charge of `intent`, saved with it as its latest one."""
    why = None if paid else card.decline
    charge: Json = {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": _billing(intent, card),
        "captured": paid,
        "created": state.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_code": why.code if why else None,
        "failure_message": why.message if why else None,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _details(card),
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": "succeeded" if paid else "failed",
    }
    intent["latest_charge"] = charge["id"]
    state.save(charge)
    return charge


def _billing(intent: Json, card: Card) -> Json:
    return {
        "address": None,
        "email": intent["receipt_email"],
        "name": card.name or None,
        "phone": None,
        "tax_id": None,
    }


def _details(card: Card) -> Json:
    shown = {
        "brand": card.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "last4": card.last4,
    }
    return {"type": "card", "card": shown}


def paid_charge(state: State, ident: str) -> Json:
    """The charge of a payment intent that was paid. Raises Refusal."""
    intent = state.find("payment_intent", ident)
    if intent is None:
        raise missing_object("payment_intent", ident)
    charge = state.find("charge", intent["latest_charge"] or "")
    if charge is None or not charge["paid"]:
        raise Refusal(f"{ident} is not paid", param="id")
    return charge
