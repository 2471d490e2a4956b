"""The processor's events: which ones the shop hears, and where each one makes it look.

An event is never believed: the processor is asked for the present state of the payment. So events
may be lost, repeated and mixed up. The worker lists those that were not heard (listening.py).
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from checkout.card.gateway import Event, PaymentGateway
from checkout.card.models import CardPayment, ProcessorEvent
from checkout.card.reversals import look_at_reversals
from checkout.card.settlement import settle
from shop.storage.db import Database

log = logging.getLogger("comptoir.card")

#: Events after which a payment is settled, or ends without one.
SETTLING = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
)
#: Events after which money leaves a payment, or comes back to it.
REVERSING = (
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
#: What the webhook subscribes to (docs/OPERATIONS.md).
HEARD = SETTLING + REVERSING


def handle_event(
    database: Database, gateway: PaymentGateway, event: Event, *, at: datetime
) -> None:
    """Look where an event points, once; an event that is not heard changes nothing.

    Raises CardProcessorError: the event is not stored, and comes again.
    """
    if event.type not in HEARD or _is_known(database, event.id):
        return
    if event.type in SETTLING:
        session_id = _session_of(database, event)
        if session_id is not None:
            settle(database, gateway, session_id, at=at)
    elif event.payment_intent is None or not look_at_reversals(
        database, gateway, event.payment_intent, at=at
    ):
        return  # a payment that is not settled yet: the worker lists the event again
    remember(database, [event], at=at)


def _session_of(database: Database, event: Event) -> str | None:
    """The session to settle, if the event is about a payment of this shop."""
    if event.session_id is not None:
        return event.session_id
    if event.reference is not None:
        named = CardPayment.reference == event.reference
    elif event.payment_intent is not None:
        named = CardPayment.payment_intent == event.payment_intent
    else:
        return None
    with database.reading_session() as session:
        return session.scalar(select(CardPayment.session_id).where(named))


def _is_known(database: Database, event_id: str) -> bool:
    with database.reading_session() as session:
        return session.get(ProcessorEvent, event_id) is not None


def remember(database: Database, events: Iterable[Event], *, at: datetime) -> None:
    """Store that these events were heard."""
    for event in events:
        try:
            with database.transaction() as session:
                session.add(ProcessorEvent(id=event.id, type=event.type, at=at))
        except IntegrityError:
            log.debug("event %s came twice at once", event.id)
