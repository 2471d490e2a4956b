"""The numbers of documents, with the letters of their series as the settings of the day say.

A series keeps its sequence when its letters change: the number of the next invoice follows that of
the last one, so that no number of a year is missing (CGI ann. II art. 242 nonies A I 7°).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Result, text
from sqlalchemy.orm import Session

from shop.core.series import INVOICE, ORDER, prefix_of
from shop.core.text import paris_day
from shop.settings.rules import Settings
from shop.settings.settings import nothing_is_set, settings_known
from shop.settings.table_rules import NUMBERING

_TAKE = text(
    "INSERT INTO counters (series, year, last) VALUES (:series, :year, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = counters.last + 1"
    " RETURNING series, last, EXISTS (SELECT 1 FROM setting_changes) AS configured"
)
_TAKE_BOTH = text(
    "INSERT INTO counters (series, year, last) VALUES (:order, :year, 1), (:invoice, :year, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = counters.last + 1"
    " RETURNING series, last, EXISTS (SELECT 1 FROM setting_changes) AS configured"
)


def prefix_on(settings: Settings, series: str, day: date) -> str:
    """The letters of a series on a day."""
    return prefix_of(settings.on(NUMBERING, day)[series])


def prefix_at(session: Session, series: str, at: datetime) -> str:
    """The letters of a series at a moment."""
    return prefix_on(settings_known(session), series, paris_day(at))


def take_number(session: Session, series: str, *, at: datetime) -> str:
    """The next number of a series, like FA-2026-000123 (14 characters, Chorus Pro allows 20)."""
    taken = session.execute(_TAKE, {"series": series, "year": paris_day(at).year})
    return _numbers(session, taken, at)[series]


def take_order_and_invoice(session: Session, *, at: datetime) -> tuple[str, str]:
    """The next numbers of an order and of its invoice, for a sale that makes both at once."""
    taken = session.execute(
        _TAKE_BOTH, {"order": ORDER, "invoice": INVOICE, "year": paris_day(at).year}
    )
    numbers = _numbers(session, taken, at)
    return numbers[ORDER], numbers[INVOICE]


def _numbers(session: Session, taken: Result[Any], at: datetime) -> dict[str, str]:
    """The numbers of the places that were taken, by series. Where nothing was ever set, that is
    known from the same statement, and the settings are not read.
    """
    day, rows = paris_day(at), taken.all()
    if not any(row.configured for row in rows):
        nothing_is_set(session)
    settings = settings_known(session)
    return {
        row.series: f"{prefix_on(settings, row.series, day)}-{day.year}-{row.last:06d}"
        for row in rows
    }
