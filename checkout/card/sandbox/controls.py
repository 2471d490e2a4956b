"""/_test: what tests and demonstrations alone may ask, in JSON, from this machine."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from checkout.card.sandbox import events
from checkout.card.sandbox.current import current_sender, current_state

#: Hook, knobs, flush.
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


@blueprint.errorhandler(ValueError)
def refuse(error: ValueError) -> tuple[Response, int]:
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
