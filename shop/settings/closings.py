"""The days on which the shop is closed, as the settings say."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from shop.core.text import paris_day
from shop.settings.rules import Settings
from shop.settings.settings import settings_known
from shop.settings.table_rules import CLOSINGS, PERIODS


def closed_days(values: Mapping[str, int]) -> frozenset[date]:
    """The days of the periods, first and last included."""
    periods = [
        (values[f"first_{place}"], values[f"last_{place}"]) for place in range(1, PERIODS + 1)
    ]
    return frozenset(
        date.fromordinal(day)
        for first, last in periods
        if first and last
        for day in range(first, last + 1)
    )


def closed_on(settings: Settings, day: date) -> frozenset[date]:
    """The closed days that are known on a day."""
    return closed_days(settings.on(CLOSINGS, day))


def closed_at(session: Session, at: datetime) -> frozenset[date]:
    """The closed days that are known at a moment."""
    return closed_on(settings_known(session), paris_day(at))
