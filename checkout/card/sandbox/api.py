"""The API: a table of endpoints, and what they share (keys, idempotency, errors)."""

from __future__ import annotations

import base64
import hashlib
import json
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from checkout.card.sandbox import (
    disputes,
    expansion,
    intents,
    payouts,
    refunds,
    schema,
    sessions,
)
from checkout.card.sandbox.call import Call, ensure_implemented
from checkout.card.sandbox.errors import Json, Refusal, missing_object
from checkout.card.sandbox.nesting import unfold
from checkout.card.sandbox.state import State, new_id

DAYS_A_KEY_IS_KEPT = 1
DAYS_AN_EVENT_IS_LISTED = 30
MOST_TYPES = 20
_COMPARED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


@dataclass(frozen=True)
class Endpoint:
    """`call` names the checked parameters (see schema); `act` is the function that runs it."""

    method: str
    path: str
    call: str
    act: Callable[[Call], Json]


def _one(kind: str) -> Callable[[Call], Json]:
    def get(call: Call) -> Json:
        found = call.state.find(kind, call.ident)
        if found is None:
            raise missing_object(kind, call.ident)
        return found

    return get


def _events(call: Call) -> Json:
    """GET /v1/events, of the last 30 days, of one type or of 20 if given."""
    ensure_implemented(
        call.params,
        {"created", "type", "types", "limit", "starting_after", "ending_before", "expand"},
    )
    types = call.params.get("types") or [call.params.get("type")]
    if len(types) > MOST_TYPES:
        raise Refusal(f"Up to {MOST_TYPES} event types can be passed.", param="types")
    created = call.params.get("created", {})
    within = created if isinstance(created, dict) else {"gte": created, "lte": created}
    oldest = call.state.now() - DAYS_AN_EVENT_IS_LISTED * 86400
    found = (
        event
        for event in call.state.newest("event")
        if (types == [None] or event["type"] in types)
        and event["created"] >= oldest
        and all(_COMPARED[name](event["created"], value) for name, value in within.items())
    )
    return call.page(found, "/v1/events")


ENDPOINTS = (
    Endpoint("POST", "/v1/payment_intents", "payment_intent.create", intents.create),
    Endpoint("GET", "/v1/payment_intents", "payment_intent.list", intents.listed),
    Endpoint("GET", "/v1/payment_intents/<ident>", "payment_intent.retrieve", intents.get),
    Endpoint("POST", "/v1/payment_intents/<ident>", "payment_intent.update", intents.update),
    Endpoint(
        "POST", "/v1/payment_intents/<ident>/confirm", "payment_intent.confirm", intents.confirm
    ),
    Endpoint("POST", "/v1/payment_intents/<ident>/cancel", "payment_intent.cancel", intents.cancel),
    Endpoint("POST", "/v1/checkout/sessions", "session.create", sessions.create),
    Endpoint("GET", "/v1/checkout/sessions", "session.list", sessions.listed),
    Endpoint("GET", "/v1/checkout/sessions/<ident>", "session.retrieve", sessions.get),
    Endpoint("POST", "/v1/checkout/sessions/<ident>/expire", "session.expire", sessions.expire),
    Endpoint(
        "GET",
        "/v1/checkout/sessions/<ident>/line_items",
        "session.line_items",
        sessions.line_items,
    ),
    Endpoint("POST", "/v1/refunds", "refund.create", refunds.create),
    Endpoint("GET", "/v1/refunds", "refund.list", refunds.listed),
    Endpoint("GET", "/v1/refunds/<ident>", "refund.retrieve", refunds.get),
    Endpoint("GET", "/v1/disputes", "dispute.list", disputes.listed),
    Endpoint("GET", "/v1/disputes/<ident>", "dispute.retrieve", disputes.get),
    Endpoint("POST", "/v1/disputes/<ident>", "dispute.update", disputes.update),
    Endpoint("POST", "/v1/disputes/<ident>/close", "dispute.close", disputes.close),
    Endpoint("GET", "/v1/payouts", "payout.list", payouts.listed),
    Endpoint("GET", "/v1/payouts/<ident>", "payout.retrieve", payouts.get),
    Endpoint("GET", "/v1/balance_transactions", "balance_transaction.list", payouts.transactions),
    Endpoint("GET", "/v1/charges/<ident>", "charge.retrieve", _one("charge")),
    Endpoint("GET", "/v1/events", "event.list", _events),
    Endpoint("GET", "/v1/events/<ident>", "event.retrieve", _one("event")),
)


def api(state: State) -> Blueprint:
    """The blueprint of /v1."""
    blueprint = Blueprint("api", __name__)
    for endpoint in ENDPOINTS:
        blueprint.add_url_rule(
            endpoint.path,
            endpoint=endpoint.call.replace(".", "_"),
            view_func=_view(state, endpoint),
            methods=[endpoint.method],
        )

    @blueprint.route("/v1/", defaults={"path": ""}, methods=["GET", "POST", "DELETE"])
    @blueprint.route("/v1/<path:path>", methods=["GET", "POST", "DELETE"])
    def unknown(path: str) -> Response:
        url = f"{request.method}: {request.path}"
        return _answer(*_refused(Refusal(f"Unrecognized request URL ({url}).", status=404)))

    return blueprint


def _view(state: State, endpoint: Endpoint) -> Callable[..., Response]:
    def view(ident: str = "") -> Response:
        raw = request.get_data(as_text=True) if request.method == "POST" else None
        text = request.query_string.decode() if raw is None else raw
        try:
            _ensure_test_key(request.headers.get("Authorization", ""))
            with state.transaction():
                if raw is None:
                    return _answer(*_run(state, endpoint, text, ident))
                return _once(state, endpoint, text, ident)
        except Refusal as refusal:
            return _answer(*_refused(refusal))

    return view


def _run(state: State, endpoint: Endpoint, text: str, ident: str) -> tuple[int, Json]:
    """Check the parameters and run the endpoint. An error after it began is returned, one before it
    raises.
    """
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    params = schema.checked(endpoint.call, unfold(pairs))
    call = Call(state, params, ident, request.host_url.rstrip("/"))
    try:
        body = endpoint.act(call)
    except Refusal as refusal:
        if refusal.executed:
            return _refused(refusal)
        raise
    return 200, expansion.expanded(state, body, params.get("expand", []))


def _once(state: State, endpoint: Endpoint, text: str, ident: str) -> Response:
    """A POST with an idempotency key runs once; the same key returns the same answer again."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        return _answer(*_run(state, endpoint, text, ident))
    if len(key) > 255:
        raise Refusal("Idempotency keys have up to 255 characters.", type="idempotency_error")
    state.write("DELETE FROM answers WHERE at<?", state.now() - DAYS_A_KEY_IS_KEPT * 86400)
    asked = hashlib.sha256("&".join(sorted(text.split("&"))).encode()).hexdigest()
    kept = state.rows("SELECT path, params, status, body FROM answers WHERE key=?", key)
    if kept:
        path, params, status, body = kept[0]
        if (path, params) != (request.path, asked):
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they "
                f"were first used with. Try using a key other than '{key}' if you meant to "
                "execute a different request.",
                type="idempotency_error",
            )
        response = _answer(status, json.loads(body))
        response.headers["Idempotent-Replayed"] = "true"
    else:
        status, content = _run(state, endpoint, text, ident)
        state.write(
            "INSERT INTO answers VALUES (?,?,?,?,?,?)",
            key,
            request.path,
            asked,
            status,
            json.dumps(content),
            state.now(),
        )
        response = _answer(status, content)
    response.headers["Idempotency-Key"] = key
    return response


def _ensure_test_key(header: str) -> None:
    """A secret test key, as a bearer token or as the user of basic authentication."""
    scheme, _, given = header.partition(" ")
    if scheme == "Basic":
        given = base64.b64decode(given + "==").decode("utf-8", "replace").partition(":")[0]
    if not given:
        raise Refusal(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth.",
            status=401,
        )
    if not re.fullmatch(r"sk_test_\w{3,}", given):
        raise Refusal(
            f"Invalid API Key provided: {given[:8]}****. The sandbox takes secret test keys only.",
            status=401,
        )


def _refused(refusal: Refusal) -> tuple[int, Json]:
    return refusal.status, refusal.body()


def _answer(status: int, body: Json) -> Response:
    response = Response(json.dumps(body, indent=2), status, mimetype="application/json")
    response.headers["Request-Id"] = new_id("req", 14)
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", schema.API_VERSION)
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response
