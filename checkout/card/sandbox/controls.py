"""/_test: what only a test or a demonstration may ask, in JSON, from this machine."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from checkout.card.sandbox import events
from checkout.card.sandbox.sender import WebhookSender
from checkout.card.sandbox.state import State


def controls(state: State, sender: WebhookSender) -> Blueprint:
    """The blueprint of /_test: hook, knobs, flush."""
    room = Blueprint("controls", __name__, url_prefix="/_test")

    @room.route("/hook", methods=["GET", "POST"])
    def hook() -> Response:
        """Where events go: {url, secret, events}; an empty url sends them nowhere."""
        if request.method == "POST":
            given = _given({"url", "secret", "events"})
            with state.transaction():
                events.set_hook(state, _hook(given))
        now = events.hook(state)
        return jsonify({"url": now.url, "events": now.events} if now else {"url": None})

    @room.route("/knobs", methods=["GET", "POST"])
    def knobs() -> Response:
        """The webhook's misfortunes: {dup, delay, drop, order}; what is not given is put right."""
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

    @room.post("/flush")
    def flush() -> Response:
        """Deliver now what is pending; with {"dropped": true} what was dropped as well."""
        sent = sender.flush(dropped=bool(_given({"dropped"}).get("dropped", False)))
        return jsonify({"sent": sent, "pending": sender.pending()})

    @room.errorhandler(ValueError)
    def refuse(error: ValueError) -> tuple[Response, int]:
        return jsonify({"error": str(error)}), 400

    return room


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
