"""The main refinancing rates of the European Central Bank, as the office enters them: a line for
each half-year, like « 2026-01 2,15 ». Pure rules.
"""

import re
from datetime import date

_RATE = re.compile(r"(\d{4})-(0?1|0?7)(?:-0?1)?\s*[:;\s]\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*%?")


def rates_in(text: str) -> dict[date, int]:
    """The rates in hundredths of a point, by the first day of the half-year."""
    rates = {}
    for line in _lines(text):
        found = _RATE.fullmatch(line)
        if found and int(found[1]):
            year, month, whole, part = found.groups()
            first = date(int(year), int(month), 1)
            rates[first] = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return rates


def wrong_line(text: str) -> str:
    """The first line that is no half-year with its rate, or says another rate of one; empty when
    all are.
    """
    seen: dict[date, int] = {}
    for line in _lines(text):
        found = rates_in(line)
        if not found or any(seen.get(first, rate) != rate for first, rate in found.items()):
            return line
        seen |= found
    return ""


def rates_text(rates: dict[date, int]) -> str:
    """The rates as they are entered, the earliest first."""
    return "\n".join(
        f"{first:%Y-%m} {rate // 100},{rate % 100:02d}" for first, rate in sorted(rates.items())
    )


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line]
