"""How figures, days and moments are written for a reader, in French or in English.

French typography: U+202F between thousands, U+00A0 before a sign or a unit, « 14 h 02 ».
A day is a Europe/Paris day; a moment comes in as an aware datetime and is shown in Paris time.
"""

import re
from datetime import date, datetime
from unicodedata import category
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
THIN = "\u202f"
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: Spaces between words, but for those that French typography keeps together.
_GAPS = re.compile("[^\\S\u00a0\u202f]+")

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_SHORT_MONTHS = {
    "fr": "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def _grouped(whole: int, language: str) -> str:
    return f"{whole:,}".replace(",", THIN if language == "fr" else ",")


def _decimal(scaled: int, places: int, least: int, language: str) -> str:
    """A scaled integer with at least `least` and at most `places` decimals."""
    sign = "\u2212" if scaled < 0 else ""
    whole, fraction = divmod(abs(scaled), 10**places)
    digits = f"{fraction:0{places}d}"
    while len(digits) > least and digits.endswith("0"):
        digits = digits[:-1]
    point = "," if language == "fr" else "."
    return sign + _grouped(whole, language) + (point + digits if digits else "")


def money(cents: int, language: str = "fr") -> str:
    """1788.00 € from cents: « 1 788,00 € » in French, "€1,788.00" in English."""
    figure = _decimal(cents, 2, 2, language)
    return f"{figure}{NBSP}€" if language == "fr" else f"€{figure}".replace("€\u2212", "\u2212€")


def unit_price(tenthousandths: int, language: str = "fr") -> str:
    """A unit price excluding VAT, from ten-thousandths of a euro, with two to four decimals."""
    figure = _decimal(tenthousandths, 4, 2, language)
    return f"{figure}{NBSP}€" if language == "fr" else f"€{figure}"


def percent(basis_points: int, language: str = "fr") -> str:
    """A rate from basis points: 550 is « 5,5 % »."""
    figure = _decimal(basis_points, 2, 0, language)
    return f"{figure}{NBSP}%" if language == "fr" else f"{figure}%"


def number(value: int, language: str = "fr") -> str:
    """A whole number with its thousands apart."""
    return _decimal(value, 0, 0, language) if value < 0 else _grouped(value, language)


def paris_day(value: date | datetime) -> date:
    """The Europe/Paris day of a moment; a date is already one."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS).date()
    return value


def _as_day(value: date | datetime | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else paris_day(value)


def day(value: date | datetime | str, language: str = "fr") -> str:
    """« 18 novembre 2026 », « 1er mars 2026 »; "18 November 2026"."""
    on = _as_day(value)
    ordinal = f"{on.day}er" if language == "fr" and on.day == 1 else str(on.day)
    return f"{ordinal} {_MONTHS[language].split()[on.month - 1]} {on.year}"


def day_full(value: date | datetime | str, language: str = "fr") -> str:
    """With its weekday, for dates that bind: « vendredi 18 décembre 2026 »."""
    on = _as_day(value)
    return f"{_WEEKDAYS[language].split()[on.weekday()]} {day(on, language)}"


def day_short(value: date | datetime | str, language: str = "fr") -> str:
    """« 18 nov. », « 1er mars »; the year is understood."""
    on = _as_day(value)
    ordinal = f"{on.day}er" if language == "fr" and on.day == 1 else str(on.day)
    return f"{ordinal}{NBSP}{_SHORT_MONTHS[language].split()[on.month - 1]}"


def day_numeric(value: date | datetime | str, language: str = "fr") -> str:
    """18/12/2026, as one types it."""
    return _as_day(value).strftime("%d/%m/%Y")


def clock_time(value: datetime, language: str = "fr") -> str:
    """« 14 h 02 » in Paris."""
    at = value.astimezone(PARIS)
    if language == "fr":
        return f"{at.hour}{NBSP}h{NBSP}{at.minute:02d}"
    return f"{at.hour}:{at.minute:02d}"


def moment(value: datetime, language: str = "fr") -> str:
    """« 20 nov., 14 h 02 »."""
    return f"{day_short(value, language)}, {clock_time(value, language)}"


def one_line(words: str) -> str:
    """What somebody typed as a line: spaces, ends of lines and control signs become one space, and
    signs that nobody sees (that turn the writing round, or take no room) go."""
    seen = (" " if category(sign) in _CONTROLS else sign for sign in words)
    kept = "".join(sign for sign in seen if category(sign) != "Cf")
    return _GAPS.sub(" ", kept).strip()


def moment_full(value: datetime, language: str = "fr") -> str:
    """With its year, for what is kept for years: « 20 novembre 2026, 14 h 02 »."""
    return f"{day(value, language)}, {clock_time(value, language)}"


def size(octets: int, language: str = "fr") -> str:
    """A file's size: « 84 Ko »."""
    unit = ("Ko", "Mo") if language == "fr" else ("kB", "MB")
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{NBSP}{unit[0]}"
    return f"{_decimal(round(octets / 100_000), 1, 1, language)}{NBSP}{unit[1]}"


FILTERS = {
    "money": money,
    "unit_price": unit_price,
    "percent": percent,
    "number": number,
    "day": day,
    "day_full": day_full,
    "day_short": day_short,
    "day_numeric": day_numeric,
    "clock_time": clock_time,
    "moment": moment,
    "moment_full": moment_full,
    "size": size,
}
