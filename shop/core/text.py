"""Figures, days and moments formatted for a reader, in French or in English.

Babel formats them from the CLDR, with the patterns below. The results are cached: a page shows a
hundred amounts, and Babel takes 20 µs for each. The shop follows the typography of the French
administration (Imprimerie nationale, *Lexique des règles typographiques*) where the CLDR differs: «
1er mars » (CLDR: « 1 mars »), « juill. » (« juil. »), « 14 h 02 » (« 14:02 »). In both languages
the minus sign is U+2212 (CLDR: a hyphen). English days are in the British order, without a comma
after the weekday.

U+202F separates thousands, U+00A0 precedes a sign or a unit. A day is a Europe/Paris day; a moment
is given as an aware datetime and shown in Paris time.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from unicodedata import category
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
MINUS = "\u2212"
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: Spaces between words, except those that French typography does not break.
_GAPS = re.compile("[^\\S\u00a0\u202f]+")

#: A space that a line must not break at: before a sign of two parts, inside quotation marks.
_KEPT_SPACE = re.compile(r" (?=[:;?!»])|(?<=«) ")

#: Patterns of the CLDR: ¤ is the currency sign, % formats a percentage.
_PATTERNS = {
    "fr": {
        "money": "#,##0.00\u00a0¤",
        "unit_price": "#,##0.00##\u00a0¤",
        "percent": "#,##0.##\u00a0%",
    },
    "en": {"money": "¤#,##0.00", "unit_price": "¤#,##0.00##", "percent": "#,##0.##%"},
}
_NUMBER, _TENTHS = "#,##0", "#,##0.0"
#: Maximum number of formatted figures and days in the cache, each about 200 bytes.
_KEPT = 16_384


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _pattern(pattern: str) -> NumberPattern:
    return parse_pattern(pattern)


def _figure(scaled: int, places: int, pattern: str, language: str) -> str:
    """An integer that counts units of 10^-places, formatted by a pattern of the CLDR."""
    value = Decimal(scaled).scaleb(-places)
    written: str = _pattern(pattern).apply(
        value, _locale(language), currency="EUR", currency_digits=False
    )
    return written.replace("-", MINUS)


@lru_cache(_KEPT)
def money(cents: int, language: str = "fr") -> str:
    """1788.00 € from cents: « 1 788,00 € » in French, "€1,788.00" in English."""
    return _figure(cents, 2, _PATTERNS[language]["money"], language)


@lru_cache(_KEPT)
def unit_price(tenthousandths: int, language: str = "fr") -> str:
    """A unit price excluding VAT, from ten-thousandths of a euro, with two to four decimals."""
    return _figure(tenthousandths, 4, _PATTERNS[language]["unit_price"], language)


@lru_cache(_KEPT)
def percent(basis_points: int, language: str = "fr") -> str:
    """A rate from basis points: 550 is « 5,5 % »."""
    return _figure(basis_points, 4, _PATTERNS[language]["percent"], language)


def typed_percent(basis_points: int, language: str = "fr") -> str:
    """A rate as it is typed in a field: 750 is « 7,5 »."""
    return percent(basis_points, language).rstrip("%").strip()


@lru_cache(_KEPT)
def number(value: int, language: str = "fr") -> str:
    """A whole number with its thousands separated."""
    return _figure(value, 0, _NUMBER, language)


def kilograms(grams: int, language: str = "fr") -> str:
    """A weight in kilograms, to the gram where it has any."""
    whole, rest = divmod(grams, 1000)
    decimals = f"{rest:03}".rstrip("0")
    point = "," if language == "fr" else "."
    return number(whole, language) + (point + decimals if decimals else "") + f"{NBSP}kg"


def capital(value: int | str, language: str = "fr") -> str:
    """A company's capital, from cents; text is left as it was written."""
    if isinstance(value, str):
        return value
    if value % 100:
        return money(value, language)
    figure = number(value // 100, language)
    return f"{figure}{NBSP}€" if language == "fr" else f"€{figure}"


def paris_day(value: date | datetime) -> date:
    """The Europe/Paris day of a moment; a date is already one."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS).date()
    return value


def _as_day(value: date | datetime | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else paris_day(value)


@lru_cache(_KEPT)
def _written_day(on: date, pattern: str, language: str) -> str:
    """A day formatted by a pattern of the CLDR, with the French ordinal and abbreviation of
    July.
    """
    if language != "fr":
        return format_date(on, pattern, locale=_locale(language))
    if on.day == 1:
        pattern = pattern.replace("d", "d'er'")
    return format_date(on, pattern, locale=_locale(language)).replace("juil.", "juill.")


def day(value: date | datetime | str, language: str = "fr") -> str:
    """« 18 novembre 2026 », « 1er mars 2026 »; "18 November 2026"."""
    return _written_day(_as_day(value), "d MMMM y", language)


def month(value: date, language: str = "fr") -> str:
    """« novembre 2026 », "November 2026"."""
    return format_date(value, "LLLL y", locale=_locale(language))


def day_full(value: date | datetime | str, language: str = "fr") -> str:
    """With its weekday, for binding dates: « vendredi 18 décembre 2026 »."""
    return _written_day(_as_day(value), "EEEE d MMMM y", language)


def day_short(value: date | datetime | str, language: str = "fr") -> str:
    """« 18 nov. », « 1er mars »; the year is implied."""
    return _written_day(_as_day(value), "d\u00a0MMM", language)


def day_numeric(value: date | datetime | str, language: str = "fr") -> str:
    """18/12/2026, as it is typed."""
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


def kept_spaces(typed: str) -> str:
    """A text as a person types it, whose lines break neither before a French sign of two parts nor
    inside quotation marks.
    """
    return _KEPT_SPACE.sub(NBSP, typed)


def one_line(words: str) -> str:
    """Typed text as a single line: runs of spaces, line breaks and control characters become one
    space, and invisible characters (text direction, zero width) are removed.
    """
    seen = (" " if category(sign) in _CONTROLS else sign for sign in words)
    kept = "".join(sign for sign in seen if category(sign) != "Cf")
    return _GAPS.sub(" ", kept).strip()


def moment_full(value: datetime | str, language: str = "fr") -> str:
    """With its year, for what is stored for years: « 20 novembre 2026, 14 h 02 ». An e-mail's fact
    is in ISO form.
    """
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{day(value, language)}, {clock_time(value, language)}"


def size(octets: int, language: str = "fr") -> str:
    """A file's size: « 84 Ko »."""
    unit = ("Ko", "Mo") if language == "fr" else ("kB", "MB")
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{NBSP}{unit[0]}"
    return f"{_figure(round(octets / 100_000), 1, _TENTHS, language)}{NBSP}{unit[1]}"


@cache
def country(code: str, language: str = "fr") -> str:
    """The name of a country from its ISO 3166-1 code: « Belgique »; an unknown code stays as it
    is.
    """
    name: str = _locale(language).territories.get(code, code)
    return name


FILTERS = {
    "kilograms": kilograms,
    "country": country,
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
