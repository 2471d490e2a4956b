"""The processor's webhook. An event says where to look; the processor is then asked."""

import logging
from typing import Any

from flask import request

from checkout.card.events import handle_event
from checkout.card.gateway import BadSignature, CardProcessorError
from checkout.web.card import blueprint
from checkout.web.card.processor import gateway
from checkout.withdrawals.refunds import follow_refunds
from shop.ops.clock import now
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.site import csrf, plain_database

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
    try:
        handle_event(plain_database(), gateway(), event, at=now())
    except CardProcessorError:
        log.exception("event %s could not be handled, it will come again", event.id)
        return "", 503
    follow_refunds(plain_database(), at=now())
    return "", 200
