"""The events that the webhook did not hear: the worker asks the processor for what is new.

How far it has heard is stored. The list of the processor begins with the newest event: a long one
is walked through in several turns, a few pages each, and what came meanwhile is heard afterwards. A
payment that the processor refuses to tell about is asked about again later, and delays no other.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from checkout.card.events import REVERSING, remember
from checkout.card.gateway import CardProcessorRefused, Event, EventPage, PaymentGateway
from checkout.card.models import CardPayment, EventPosition, ProcessorEvent, PutOffLook
from checkout.card.put_off import put_off
from checkout.card.reversals import look_at_reversals
from shop.storage.db import Database

log = logging.getLogger("comptoir.card")

#: How long the processor lists its events.
LISTED_FOR = timedelta(days=30)
#: Events may be listed a little later than they happen: so much is listed again.
MARGIN = timedelta(minutes=10)
#: Pages of the list that one turn reads, and payments asked about again.
PAGES, MOST_AGAIN = 5, 20
#: There is one position.
_ONLY = 1


@dataclass(frozen=True, slots=True)
class _Position:
    """All events before `heard_at` are heard. In the middle of a walk, `newest_at` is its first
    event, and `reached` is the id of the last one that was read.
    """

    heard_at: datetime
    newest_at: datetime | None = None
    reached: str = ""

    def row(self) -> dict[str, Any]:
        """The values of the one row."""
        return {"id": _ONLY} | asdict(self)

    def after(self, page: EventPage) -> "_Position":
        """The position after that page was heard."""
        moments = [self.newest_at, *(one.at for one in page.events)]
        newest = max(filter(None, moments), default=None)
        if page.more and page.events:
            return _Position(self.heard_at, newest, page.events[-1].id)
        return _Position(max(filter(None, (self.heard_at, newest))))


def catch_up(database: Database, gateway: PaymentGateway, *, at: datetime) -> int:
    """Look at the refunds and disputes whose events were not heard; how many payments it was.

    Raises CardProcessorUnavailable: the turn is repeated.
    """
    looked = _look_again(database, gateway, at=at)
    with database.reading_session() as session:
        known = session.get(EventPosition, _ONLY)
    if known is None:
        position = _Position(at - LISTED_FOR)
    else:
        position = _Position(known.heard_at, known.newest_at, known.reached)
    page = _listed(gateway, position)
    for payment_intent, events in _unheard(database, page.events).items():
        looked += _look(database, gateway, payment_intent, at=at)
        remember(database, events, at=at)
    moved = position.after(page)
    if known is None or moved != position:
        with database.transaction() as session:
            session.execute(
                (insert if known is None else update)(EventPosition).values(moved.row())
            )
    return looked


def _listed(gateway: PaymentGateway, position: _Position) -> EventPage:
    since = position.heard_at - MARGIN
    if position.reached:
        try:
            return gateway.events_since(since, REVERSING, after=position.reached, pages=PAGES)
        except CardProcessorRefused:
            log.warning("event %s is no longer listed: its walk begins again", position.reached)
    return gateway.events_since(since, REVERSING, pages=PAGES)


def _unheard(database: Database, listed: Sequence[Event]) -> dict[str, list[Event]]:
    """The events of payments of this shop that were not heard, the oldest first. One that is not
    settled yet is looked at when it is.
    """
    events = [event for event in reversed(listed) if event.payment_intent is not None]
    if not events:
        return {}
    with database.reading_session() as session:
        ids = {event.id for event in events}
        heard = set(session.scalars(select(ProcessorEvent.id).where(ProcessorEvent.id.in_(ids))))
        left = [event for event in events if event.id not in heard]
        ours = _of_this_shop(session, {str(event.payment_intent) for event in left})
    found: dict[str, list[Event]] = {}
    for event in left:
        if event.payment_intent in ours:
            found.setdefault(str(event.payment_intent), []).append(event)
    return found


def _of_this_shop(session: Session, intents: set[str]) -> set[str | None]:
    if not intents:
        return set()
    named = CardPayment.payment_intent.in_(intents)
    return set(session.scalars(select(CardPayment.payment_intent).where(named)))


def _look(
    database: Database, gateway: PaymentGateway, payment_intent: str, *, at: datetime
) -> bool:
    """Look at one payment; one that the processor refuses is put off."""
    try:
        return look_at_reversals(database, gateway, payment_intent, at=at)
    except CardProcessorRefused:
        log.exception("the refunds and disputes of %s cannot be read", payment_intent)
        put_off(database, payment_intent, at=at)
        return False


def _look_again(database: Database, gateway: PaymentGateway, *, at: datetime) -> int:
    """Ask again about the payments whose delay is over, the one that waits longest first."""
    due = (
        select(PutOffLook.payment_intent)
        .where(PutOffLook.next_try_at <= at)
        .order_by(PutOffLook.next_try_at)
        .limit(MOST_AGAIN)
    )
    with database.reading_session() as session:
        waiting = session.scalars(due).all()
    done = [intent for intent in waiting if _look(database, gateway, intent, at=at)]
    if done:
        with database.transaction() as session:
            session.execute(delete(PutOffLook).where(PutOffLook.payment_intent.in_(done)))
    return len(done)
