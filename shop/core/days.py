"""Calendar months and business days, in Europe/Paris."""

import calendar
from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from shop.core.text import PARIS, paris_day

__all__ = [
    "add_business_days",
    "add_month",
    "business_day_from",
    "business_days_between",
    "end_of_day",
    "is_business_day",
    "paris_day",
    "public_holidays",
]

#: The shop closes on no day of its own.
NO_DAYS: frozenset[date] = frozenset()


def add_month(day: date, months: int = 1) -> date:
    """So many *calendar* months later: 31 January gives the last day of February, two months later
    31 March.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_day(day: date) -> datetime:
    """The first instant after that Paris day, in UTC: what is valid until that day is valid before
    it.
    """
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=PARIS).astimezone(UTC)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of a year (Code du travail, L3133-1), from the package holidays.

    The two more of Alsace and Moselle (L3134-13) are not included: delays are counted for the
    whole country. The first call imports holidays, which loads all its countries (0.2 s, 8 MB).
    """
    from holidays import country_holidays

    return frozenset(country_holidays("FR", years=year))


def is_business_day(day: date, closed: Container[date] = NO_DAYS) -> bool:
    """Monday to Friday but for public holidays, and for the days on which the shop is `closed`:
    these count where the shop acts, never in a period of the law or of a carrier.
    """
    return day.weekday() < 5 and day not in public_holidays(day.year) and day not in closed


def business_day_from(day: date, closed: Container[date] = NO_DAYS) -> date:
    """That day, or the next business day when it is not one."""
    return add_business_days(day - timedelta(days=1), 1, closed)


def business_days_between(first: date, last: date) -> int:
    """The business days after `first`, to `last`: what `add_business_days()` counts."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_business_day(day) for day in days)


def add_business_days(day: date, count: int, closed: Container[date] = NO_DAYS) -> date:
    """The day that comes `count` business days after."""
    while count > 0:
        day += timedelta(days=1)
        if is_business_day(day, closed):
            count -= 1
    return day
