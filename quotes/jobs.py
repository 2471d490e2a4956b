"""The worker's jobs of `quotes/`: quotes after their last day."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from quotes.quotes.models import Quote
from quotes.quotes.quotes import lapse_if_due
from quotes.quotes.records import lapsed_quotes
from shop.core.errors import N_
from shop.ops import clock
from shop.ops.config import Settings
from shop.ops.worker import Job
from shop.storage.db import Database, locking

#: What each job does, for the job log.
TITLES = {"quotes": N_("Expires the quotes after their last day")}


def jobs(database: Database, _settings: Settings, _stopping: Callable[[], bool]) -> list[Job]:
    """The jobs, and how often each runs, in seconds."""
    return [Job("quotes", 60, partial(lapse_quotes, database))]


def lapse_quotes(database: Database) -> int:
    """Expire quotes after their last day; how many. Running it twice changes nothing."""
    at = clock.now()
    with database.reading_session() as session:
        numbers = lapsed_quotes(session, clock.today())
    for number in numbers:
        with database.transaction() as session:
            quote = session.scalars(
                locking(session, select(Quote).where(Quote.number == number))
            ).one()
            lapse_if_due(session, quote, at=at)
    return len(numbers)
