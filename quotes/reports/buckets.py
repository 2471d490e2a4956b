"""Moments and days sorted into months and ages, in SQL that both databases run alike."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, case, cast, extract, func, literal
from sqlalchemy.orm import Session

from quotes.reports.rules import Period
from shop.core.days import end_of_day


def is_within(moment: Any, period: Period) -> ColumnElement[bool]:
    """Whether a moment is on a Paris day of the period."""
    since = end_of_day(period.since - timedelta(days=1))
    return and_(moment >= since, moment < end_of_day(period.until))


def month_of(moment: Any, period: Period) -> ColumnElement[int]:
    """The place, from 0, of the month of a moment of the period."""
    months = period.months
    ends = [(moment < end_of_day(one - timedelta(days=1)), n) for n, one in enumerate(months[1:])]
    return case(*ends, else_=len(months) - 1) if ends else literal(0)


def age_of(moment: Any, today: date, ages: Sequence[int]) -> ColumnElement[int]:
    """The place, from 0, of the age of a moment in Paris days: `ages` are the greatest of each
    class, in ascending order; older is the class after the last.
    """
    since = [
        (moment >= end_of_day(today - timedelta(days=age + 1)), n) for n, age in enumerate(ages)
    ]
    return case(*since, else_=len(ages))


def elapsed_days(session: Session, since: Any, until: Any) -> ColumnElement[int]:
    """The whole periods of 24 hours between two moments, or the days between two days."""
    if session.get_bind().dialect.name == "sqlite":
        seconds = [cast(func.strftime("%s", one), Integer) for one in (until, since)]
        return (seconds[0] - seconds[1]) // 86_400
    between = until.op("-")(since)
    if isinstance(since.type, Date):
        return cast(between, Integer)
    return cast(func.floor(extract("epoch", between) / 86_400), Integer)
