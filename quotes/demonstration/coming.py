"""A change of settings to come, made by calling the service: a fourth reminder, and a rate of VAT
that no product of the demonstration has, so that its prices stay those of its pages.
"""

from datetime import datetime, timedelta

from quotes.demonstration.sales import BOOKS
from shop.core.text import paris_day
from shop.settings.part_rules import Part, Value
from shop.settings.receivable_rules import REMINDERS
from shop.settings.settings import set_settings, settings_known
from shop.settings.vat_rules import VAT
from shop.storage.db import Database

#: When they are in force.
SOON = timedelta(days=30)
#: Last reminder, in both languages.
FRENCH = "Sans règlement sous huit jours, le dossier est transmis à notre service contentieux."
ENGLISH = "Without payment within eight days, the file goes to our litigation department."


def fill_coming(database: Database, *, at: datetime) -> None:
    """Two changes that wait for their day."""
    _set(database, REMINDERS, at, days_4=75, french_4=FRENCH, english_4=ENGLISH)
    _set(database, VAT, at, super_reduced=220)


def _set(database: Database, part: Part, at: datetime, **values: Value) -> None:
    since = paris_day(at) + SOON
    with database.transaction() as session:
        known = settings_known(session)
        wanted = known.values_on(part, since) | values
        set_settings(session, part, wanted, since, seen=known.latest(part), by=BOOKS, at=at)
