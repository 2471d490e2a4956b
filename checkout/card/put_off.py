"""Payments whose refunds and disputes could not be read: the worker asks again, after a delay that
grows.
"""

from datetime import datetime, timedelta

from checkout.card.models import PutOffLook
from shop.storage.db import Database

#: A payment is asked about after a minute, then after twice as long each time.
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(days=1)


def put_off(database: Database, payment_intent: str, *, at: datetime) -> None:
    """Ask about this payment again, later than the last time."""
    with database.transaction() as session:
        row = session.get(PutOffLook, payment_intent)
        attempts = row.attempts + 1 if row else 1
        delay = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
        session.merge(
            PutOffLook(payment_intent=payment_intent, attempts=attempts, next_try_at=at + delay)
        )
