"""Events: stored for the list and queued for the shop's webhook."""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass

from checkout.card.sandbox.errors import Json
from checkout.card.sandbox.schema import API_VERSION
from checkout.card.sandbox.state import State, new_id
from shop.ops import clock

SUBSCRIBED = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)


@dataclass(frozen=True)
class Hook:
    """Where signed events are sent, and which ones; ("*",) means all of them."""

    url: str
    secret: str
    events: tuple[str, ...] = SUBSCRIBED


@dataclass(frozen=True)
class Knobs:
    """Simulated faults of a webhook: each event `dup` times more, `delay` seconds late, never sent
    (`drop`), or the newest first (`order` = "reverse").
    """

    dup: int = 0
    delay: float = 0.0
    drop: bool = False
    order: str = "forward"


def hook(state: State) -> Hook | None:
    kept = state.setting("hook", None)
    return Hook(kept["url"], kept["secret"], tuple(kept["events"])) if kept else None


def set_hook(state: State, new: Hook | None) -> None:
    state.set("hook", asdict(new) if new else None)


def knobs(state: State) -> Knobs:
    return Knobs(**state.setting("knobs", {}))


def set_knobs(state: State, new: Knobs) -> None:
    state.set("knobs", asdict(new))


def emit(state: State, type_: str, subject: Json) -> None:
    """Store an event about `subject`, with its present state, and queue its delivery."""
    to, how = hook(state), knobs(state)
    wanted = to is not None and (type_ in to.events or "*" in to.events)
    event = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": state.now(),
        "data": {"object": copy.deepcopy(subject)},
        "livemode": False,
        "pending_webhooks": 1 if wanted else 0,
        "request": {"id": None, "idempotency_key": None},
        "type": type_,
    }
    state.save(event)
    if to is None or not wanted:
        return
    for _ in range(1 + how.dup):
        state.write(
            "INSERT INTO deliveries (event, url, due, outcome) VALUES (?,?,?,?)",
            event["id"],
            to.url,
            clock.machine_seconds() + how.delay,
            "dropped" if how.drop else "pending",
        )
