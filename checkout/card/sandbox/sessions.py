"""Checkout Sessions: a payment page, open for a limited time, paid once."""

from __future__ import annotations

from checkout.card.sandbox import charges, events, intents
from checkout.card.sandbox import session_request as request
from checkout.card.sandbox.amounts import ensure_chargeable
from checkout.card.sandbox.call import Call, ensure_implemented
from checkout.card.sandbox.cards import Card
from checkout.card.sandbox.errors import (
    Json,
    Refusal,
    missing_object,
)
from checkout.card.sandbox.state import State, new_id

_CREATE = {
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "allowed_payment_method_types",
    "submit_type",
    "success_url",
    "ui_mode",
}


def create(call: Call) -> Json:
    """POST /v1/checkout/sessions: mode payment, on the hosted page."""
    given = call.params
    ensure_implemented(given, _CREATE)
    request.ensure_page(given)
    expires_at = request.expiry(given, call.state.now())
    lines = request.lines(given)
    total = sum(line["amount_total"] for line in lines)
    currency = lines[0]["currency"]
    ensure_chargeable(total, currency, "line_items")
    about = given.get("payment_intent_data") or {}
    ensure_implemented(about, {"metadata", "description", "receipt_email"}, "payment_intent_data")
    ident = new_id("cs_test", 58)
    session = _blank(ident) | {
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": call.state.now(),
        "currency": currency,
        "customer_details": {"email": given["customer_email"]}
        if "customer_email" in given
        else None,
        "customer_email": given.get("customer_email"),
        "expires_at": expires_at,
        "locale": given.get("locale"),
        "metadata": given.get("metadata") or {},
        "submit_type": given.get("submit_type"),
        "success_url": given["success_url"],
        "url": f"{call.base_url}/c/pay/{ident}",
    }
    call.state.save(session, lines=lines, about=about)
    return session


def _blank(ident: str) -> Json:
    return {
        "id": ident,
        "object": "checkout.session",
        "allow_promotion_codes": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "client_secret": None,
        "consent": None,
        "consent_collection": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_creation": "if_required",
        "invoice": None,
        "livemode": False,
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "recovered_from": None,
        "setup_intent": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def get(call: Call) -> Json:
    """GET /v1/checkout/sessions/<id>"""
    session = find(call.state, call.ident)
    if session is None:
        raise missing_object("checkout.session", call.ident)
    return session


def find(state: State, ident: str) -> Json | None:
    """A session with its present state: one that has expired is closed first."""
    session = state.find("checkout.session", ident)
    if session and session["status"] == "open" and session["expires_at"] <= state.now():
        _close(state, session)
    return session


def expire(call: Call) -> Json:
    """POST /v1/checkout/sessions/<id>/expire: only while it is open."""
    session = get(call)
    if session["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`.",
            executed=True,
        )
    _close(call.state, session)
    return session


def expire_due(state: State) -> None:
    """Close every session that has expired."""
    due = state.rows(
        "SELECT id FROM objects WHERE kind='checkout.session' "
        "AND json_extract(body, '$.status')='open' AND json_extract(body, '$.expires_at')<=?",
        state.now(),
    )
    for (ident,) in due:
        with state.transaction():
            find(state, ident)


def _close(state: State, session: Json) -> None:
    session.update(status="expired", url=None)
    state.save(session)
    if session["payment_intent"]:
        intent = state.find("payment_intent", session["payment_intent"])
        if intent and intent["status"] in charges.PAYABLE:
            intents.close(state, intent, reason="automatic")
    events.emit(state, "checkout.session.expired", session)


def listed(call: Call) -> Json:
    """GET /v1/checkout/sessions, of a payment intent or in a status if given."""
    names = ("payment_intent", "status")
    ensure_implemented(call.params, {*names, "limit", "starting_after", "ending_before", "expand"})
    expire_due(call.state)
    wanted = {name: call.params[name] for name in names if name in call.params}
    found = (
        session
        for session in call.state.newest("checkout.session")
        if all(session[name] == value for name, value in wanted.items())
    )
    return call.page(found, "/v1/checkout/sessions")


def line_items(call: Call) -> Json:
    """GET /v1/checkout/sessions/<id>/line_items"""
    session = get(call)
    return call.page(
        lines_of(call.state, session), f"/v1/checkout/sessions/{session['id']}/line_items"
    )


def lines_of(state: State, session: Json) -> list[Json]:
    return list(state.private(session["id"])["lines"])


# ---- actions of the customer on the page


def pay(state: State, session: Json, card: Card, *, base_url: str) -> Json:
    """Pay an open session with a card; returns its payment intent, whatever the result.

    The intent is created by the first attempt and used by the next ones.
    """
    intent = _intent(state, session)
    charges.present(
        state, intent, card, base_url=base_url, return_url=f"{base_url}/c/pay/{session['id']}"
    )
    complete_if_paid(state, session, intent, name=card.name)
    return intent


def _intent(state: State, session: Json) -> Json:
    if session["payment_intent"]:
        kept = state.find("payment_intent", session["payment_intent"])
        if kept:
            return kept
    about = state.private(session["id"])["about"]
    intent = intents.new_intent(
        state,
        amount=session["amount_total"],
        currency=session["currency"],
        metadata=about.get("metadata") or {},
        description=about.get("description"),
        email=about.get("receipt_email"),
    )
    state.save(intent, session=session["id"])
    events.emit(state, "payment_intent.created", intent)
    session["payment_intent"] = intent["id"]
    state.save(session)
    return intent


def complete_if_paid(state: State, session: Json, intent: Json, *, name: str) -> None:
    """The session is complete once its intent has succeeded."""
    if intent["status"] != "succeeded":
        return
    session.update(status="complete", payment_status="paid", url=None)
    session["customer_details"] = {"email": session["customer_email"], "name": name or None}
    state.save(session)
    events.emit(state, "checkout.session.completed", session)


def success_url(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
