"""`expand[]`: ids replaced by the objects they name, as deep as in Stripe (four levels)."""

from __future__ import annotations

from checkout.card.sandbox import sessions
from checkout.card.sandbox.errors import Json, Refusal
from checkout.card.sandbox.state import State

_KINDS = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "source": "",
}
#: The kind of the source of a balance transaction, by the prefix of its id.
_BY_PREFIX = {"ch": "charge", "re": "refund", "du": "dispute", "po": "payout"}


def expanded(state: State, body: Json, paths: list[str]) -> Json:
    """`body` with each path expanded; raises Refusal for what cannot be."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > 4:
            raise Refusal("You cannot expand more than 4 levels of a property.", param="expand")
        if body["object"] == "list":
            if steps[0] != "data" or len(steps) < 2:
                raise _closed(path)
            for one in body["data"]:
                _open(state, one, steps[1:], path)
        else:
            _open(state, body, steps, path)
    return body


def _open(state: State, body: Json, steps: list[str], path: str) -> None:
    name, rest = steps[0], steps[1:]
    if name == "line_items" and body["object"] == "checkout.session" and not rest:
        lines = sessions.lines_of(state, body)
        url = f"/v1/checkout/sessions/{body['id']}/line_items"
        body[name] = {"object": "list", "data": lines[:10], "has_more": len(lines) > 10, "url": url}
        return
    if name not in _KINDS or name not in body:
        raise _closed(path)
    if isinstance(body[name], str):
        kind = _BY_PREFIX[body[name].partition("_")[0]] if name == "source" else _KINDS[name]
        body[name] = state.find(kind, body[name])
    if rest and body[name] is not None:
        _open(state, body[name], rest, path)


def _closed(path: str) -> Refusal:
    return Refusal(f"This property cannot be expanded ({path}).", param="expand")
