"""Days of the trade: calendar months and business days, in Europe/Paris."""

import calendar
from datetime import UTC, date, datetime, time, timedelta

from shop.core.text import PARIS, paris_day

__all__ = ["add_business_days", "add_month", "easter", "end_of_day", "is_business_day", "paris_day"]


def add_month(day: date) -> date:
    """One *calendar* month later: 31 January gives the last day of February."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_day(day: date) -> datetime:
    """The first instant after that Paris day, in UTC: a promise until that day holds before it."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=PARIS).astimezone(UTC)


def easter(year: int) -> date:
    """Easter Sunday, Gregorian calendar (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_business_day(day: date) -> bool:
    """Monday to Friday but for public holidays (Code du travail, L3133-1)."""
    if day.weekday() >= 5:
        return False
    if (day.month, day.day) in {
        (1, 1),
        (5, 1),
        (5, 8),
        (7, 14),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 25),
    }:
        return False
    sunday = easter(day.year)
    return day not in {sunday + timedelta(days=n) for n in (1, 39, 50)}


def add_business_days(day: date, count: int) -> date:
    """The day that comes `count` business days after."""
    while count > 0:
        day += timedelta(days=1)
        if is_business_day(day):
            count -= 1
    return day
