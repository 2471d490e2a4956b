"""Settings of the shop, put in force by the office."""

from datetime import date

from shop.core.actors import ADMIN, Actor
from shop.core.text import paris_day
from shop.ops.clock import now
from shop.settings.part_rules import Part, Value
from shop.settings.settings import set_settings, settings_known
from shop.storage.db import Database

BOSS = Actor("Ada Martin", frozenset({ADMIN}))


def settle(database: Database, part: Part, since: date | None = None, **values: Value) -> None:
    """Change some values of a part from a day on, today as a rule."""
    at = now()
    day = since or paris_day(at)
    with database.transaction() as session:
        known = settings_known(session)
        wanted = known.values_on(part, day) | values
        set_settings(session, part, wanted, day, seen=known.latest(part), by=BOSS, at=at)
