"""Calendar months and business days, in Europe/Paris."""

import calendar
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


def is_business_day(day: date) -> bool:
    """Monday to Friday but for public holidays."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def business_day_from(day: date) -> date:
    """That day, or the next business day when it is not one."""
    return add_business_days(day - timedelta(days=1), 1)


def business_days_between(first: date, last: date) -> int:
    """The business days after `first`, to `last`: what `add_business_days()` counts."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_business_day(day) for day in days)


def add_business_days(day: date, count: int) -> date:
    """The day that comes `count` business days after."""
    while count > 0:
        day += timedelta(days=1)
        if is_business_day(day):
            count -= 1
    return day
