"""/_test: what tests and demonstrations alone may ask, in JSON, from this machine."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from checkout.card.sandbox import charges, disputes, events, payouts, refunds
from checkout.card.sandbox.current import current_sender, current_state
from checkout.card.sandbox.errors import Refusal
from checkout.card.sandbox.state import State

#: Hook, knobs, flush; the acts of the customer's bank.
blueprint = Blueprint("controls", __name__, url_prefix="/_test")


@blueprint.route("/hook", methods=["GET", "POST"])
def hook() -> Response:
    """Where events go: {url, secret, events}; an empty url sends them nowhere."""
    state = current_state()
    if request.method == "POST":
        given = _given({"url", "secret", "events"})
        with state.transaction():
            events.set_hook(state, _hook(given))
    now = events.hook(state)
    return jsonify({"url": now.url, "events": now.events} if now else {"url": None})


@blueprint.route("/knobs", methods=["GET", "POST"])
def knobs() -> Response:
    """Faults of the webhook: {dup, delay, drop, order}; a knob that is not given is reset."""
    state = current_state()
    if request.method == "POST":
        given = _given({"dup", "delay", "drop", "order"})
        if given.get("order", "forward") not in ("forward", "reverse"):
            raise ValueError("order is forward or reverse")
        turned = events.Knobs(
            dup=int(given.get("dup", 0)),
            delay=float(given.get("delay", 0)),
            drop=bool(given.get("drop", False)),
            order=given.get("order", "forward"),
        )
        with state.transaction():
            events.set_knobs(state, turned)
    return jsonify(events.knobs(state))


@blueprint.post("/flush")
def flush() -> Response:
    """Deliver now what is pending; with {"dropped": true} what was dropped as well."""
    sender = current_sender()
    sent = sender.flush(dropped=bool(_given({"dropped"}).get("dropped", False)))
    return jsonify({"sent": sent, "pending": sender.pending()})


@blueprint.post("/disputes")
def dispute() -> Response:
    """The bank disputes a payment: {payment_intent, amount, reason, inquiry}; whole by default."""
    state, given = current_state(), _given({"payment_intent", "amount", "reason", "inquiry"})
    with state.transaction():
        charge = charges.paid_charge(state, str(given.get("payment_intent")))
        made = disputes.opened(
            state,
            charge,
            amount=int(given.get("amount", charge["amount"] - charge["amount_refunded"])),
            reason=str(given.get("reason", "fraudulent")),
            inquiry=bool(given.get("inquiry", False)),
        )
    return jsonify(made)


@blueprint.post("/disputes/<ident>")
def decide(ident: str) -> Response:
    """The bank decides on a dispute: {status}, won, lost or warning_closed."""
    state, given = current_state(), _given({"status"})
    with state.transaction():
        return jsonify(disputes.decided(state, _found(state, "dispute", ident), given["status"]))


@blueprint.post("/refunds/<ident>")
def change(ident: str) -> Response:
    """The bank decides on a refund: {status}, failed, canceled, pending or succeeded."""
    state, given = current_state(), _given({"status"})
    with state.transaction():
        return jsonify(refunds.changed(state, _found(state, "refund", ident), given["status"]))


@blueprint.post("/payouts")
def pay_out() -> Response:
    """Pay out the balance: {currency}, euros by default."""
    state, given = current_state(), _given({"currency"})
    with state.transaction():
        return jsonify(payouts.pay_out(state, currency=str(given.get("currency", "eur"))))


@blueprint.post("/payouts/<ident>")
def answer_payout(ident: str) -> Response:
    """The bank answers to a payout: {status}, paid, failed or canceled."""
    state, given = current_state(), _given({"status"})
    with state.transaction():
        return jsonify(payouts.changed(state, _found(state, "payout", ident), given["status"]))


def _found(state: State, kind: str, ident: str) -> dict[str, Any]:
    found = state.find(kind, ident)
    if found is None:
        raise ValueError(f"no such {kind}: {ident}")
    return found


@blueprint.errorhandler(ValueError)
@blueprint.errorhandler(Refusal)
def refuse(error: ValueError | Refusal) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400


def _hook(given: dict[str, Any]) -> events.Hook | None:
    if not given.get("url"):
        return None
    if not given.get("secret"):
        raise ValueError("a hook needs the secret that signs")
    return events.Hook(
        given["url"], given["secret"], tuple(given.get("events") or events.SUBSCRIBED)
    )


def _given(known: set[str]) -> dict[str, Any]:
    """The JSON sent; JSON only, so that no page of another site can post here."""
    given = request.get_json() if request.data else {}
    if not isinstance(given, dict) or given.keys() - known:
        raise ValueError(f"expected an object with some of: {', '.join(sorted(known))}")
    return given
