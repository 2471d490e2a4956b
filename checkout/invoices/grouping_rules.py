"""Which deliveries an invoice is for.

An invoice for several deliveries is for those of one calendar month, and is issued at the end of
this month at the latest (CGI 289, I, 3). It bears the one commitment of its order.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shop.core.errors import N_, DomainError
from shop.organisations.rules import Grouping


class GroupedByMonth(DomainError):
    sentence = N_(
        "The deliveries of order %(number)s are invoiced by month: its invoice is due on %(day)s. "
        "To issue it earlier, use its preview."
    )


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery note that no invoice names yet: its day, and its units by position."""

    number: str
    on: date
    units: Mapping[int, int]


def last_day_of_month(day: date) -> date:
    """The last day of the calendar month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_units(
    notes: Sequence[Delivered], billable: Mapping[int, int]
) -> tuple[dict[int, int], date | None]:
    """The units of the next invoice, by position, and the last day of the month that it is for:
    what is `billable` and was not delivered later than in the oldest month that has something.

    What was delivered in a month, came back and was delivered again counts in the later one. The
    day is None where no note tells the month.
    """
    for end in sorted({last_day_of_month(note.on) for note in notes}):
        later = [note for note in notes if note.on > end]
        units = {
            position: count - sum(note.units.get(position, 0) for note in later)
            for position, count in billable.items()
        }
        if any(count > 0 for count in units.values()):
            return {position: count for position, count in units.items() if count > 0}, end
    return dict(billable), None


def waits_until(grouping: Grouping, month_end: date | None, today: date) -> date | None:
    """The day on which the next invoice of a client is due, where it is later than today: the last
    day of the month of deliveries that are grouped. None: it is due.
    """
    if grouping is Grouping.DELIVERY or month_end is None or today >= month_end:
        return None
    return month_end


def ensure_due(number: str, until: date | None) -> None:
    """Raises GroupedByMonth for an order whose invoice waits until a day."""
    if until is not None:
        raise GroupedByMonth(number=number, day=until.strftime("%d/%m/%Y"))
