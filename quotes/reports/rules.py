"""What a report is made of: its period, its tables, and the figures that rows are summed to. Values
only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from shop.core.days import add_month
from shop.core.money import Money, Rate, round_half_up


class Span(StrEnum):
    """The periods that a report offers; its values stand in addresses."""

    YEAR = "annee"
    LAST_YEAR = "annee-passee"
    MONTHS = "12-mois"


@dataclass(frozen=True, slots=True)
class Period:
    """From the day `since` to the day `until`, both included; `today` is the day of the report."""

    span: Span
    since: date
    until: date
    today: date

    @property
    def months(self) -> list[date]:
        """The first day of each of its months."""
        found = [self.since]
        while (following := add_month(found[-1])) <= self.until:
            found.append(following)
        return found


def period_of(span: Span, today: date) -> Period:
    """A period that ends today, or with the year before this one: this calendar year, the last one,
    or this month and the eleven before it.
    """
    first = date(today.year, 1, 1)
    if span is Span.YEAR:
        return Period(span, first, today, today)
    if span is Span.LAST_YEAR:
        before = first - timedelta(days=1)
        return Period(span, date(before.year, 1, 1), before, today)
    return Period(span, add_month(today.replace(day=1), -11), today, today)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, by its first day."""

    first: date


@dataclass(frozen=True, slots=True)
class Label:
    """A sentence marked for translation."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Hundredths:
    """A number with at most two decimals, in hundredths: a median, a quotient."""

    value: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that stand together, as a body and a family of goods."""

    first: "str | Label"
    second: "str | Label"


#: A cell: words of the shop's own data are text, None is « nothing to tell ».
Value = str | int | date | Money | Rate | Month | Label | Pair | Hundredths | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `share` is the length of its bar, in hundredths of the longest."""

    cells: tuple[Value, ...]
    share: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report: its title and columns are sentences marked for translation. `whole` is
    the row of the sums, where columns can be summed.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    whole: Row | None = None


def rate_of(part: int, whole: int) -> Rate | None:
    """What share a part is of a whole, rounded to the nearest hundredth of a percent; None of
    nothing.
    """
    return Rate(round_half_up(part * 10_000, whole)) if whole else None


def quotient_of(number: int, divisor: int) -> Hundredths | None:
    """A quotient, rounded to the nearest hundredth; None of nothing."""
    return Hundredths(round_half_up(number * 100, divisor)) if divisor else None


def drawn(rows: Iterable[tuple[tuple[Value, ...], int]]) -> tuple[Row, ...]:
    """Rows with their bars, beside the greatest figure; nothing below zero is drawn."""
    listed = list(rows)
    most = max((figure for _cells, figure in listed), default=0)
    return tuple(
        Row(cells, max(0, figure * 100 // most) if most > 0 else 0) for cells, figure in listed
    )


def median_of(counts: Sequence[tuple[int, int]]) -> Hundredths:
    """The median of values that are counted: (value, how often), in ascending order and not empty.
    Of an even number, the middle of the two in the middle.
    """
    number = sum(count for _value, count in counts)
    low, high = _value_at(counts, (number + 1) // 2), _value_at(counts, number // 2 + 1)
    return Hundredths((low + high) * 50)


def quantile_of(counts: Sequence[tuple[int, int]], part: Fraction) -> int:
    """The smallest of the counted values that at least that part of all does not exceed."""
    number = sum(count for _value, count in counts)
    return _value_at(counts, -(-number * part.numerator // part.denominator))


def _value_at(counts: Sequence[tuple[int, int]], place: int) -> int:
    """The value at a place from 1, in ascending order."""
    passed = 0
    for value, count in counts:
        passed += count
        if passed >= place:
            return value
    raise ValueError("no such place")
