"""The processor's webhook. An event says where to look; the processor is then asked."""

import logging
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from checkout.card.gateway import BadSignature, CardProcessorError, Event
from checkout.card.models import CardPayment, ProcessorEvent
from checkout.card.refunds import look_again
from checkout.card.settlement import settle
from checkout.web.card import blueprint
from checkout.web.card.processor import gateway
from shop.ops.clock import now
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.site import csrf, database, reading

log = logging.getLogger("comptoir.card")

BIGGEST_EVENT = 500_000  # bytes


@blueprint.post("/card/webhook")
@csrf.exempt
@everybody
@repeatable("the processor signs its events and sends them again; each is stored once")
def hear() -> Any:
    """Accept an event signed by the processor. An error answer makes it send the event again."""
    if (request.content_length or 0) > BIGGEST_EVENT:
        return "", 413
    try:
        event = gateway().event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except BadSignature as refusal:
        log.warning("webhook from %s refused: %s", request.remote_addr, refusal)
        return "", 400
    if reading().get(ProcessorEvent, event.id) is not None:
        return "", 200
    session_id = _session_of(event)
    try:
        if session_id is not None:
            settle(database(), gateway(), session_id, at=now())
        if event.payment_intent is not None and event.type.startswith("refund."):
            look_again(database(), gateway(), event.payment_intent, at=now())
    except CardProcessorError:
        log.exception("event %s could not be settled, it will come again", event.id)
        return "", 503
    _remember(event)
    return "", 200


def _session_of(event: Event) -> str | None:
    """The session to settle, if the event is about a payment of this shop."""
    if event.session_id is not None:
        return event.session_id
    if event.reference is not None:
        named = CardPayment.reference == event.reference
    elif event.payment_intent is not None:
        named = CardPayment.payment_intent == event.payment_intent
    else:
        return None
    return reading().scalar(select(CardPayment.session_id).where(named))


def _remember(event: Event) -> None:
    try:
        with database().transaction() as session:
            session.add(ProcessorEvent(id=event.id, type=event.type, at=now()))
    except IntegrityError:
        log.debug("event %s came twice at once", event.id)
