"""How a list may be arranged: the filters and the orders that it declares.

Values only. A list names them where its statement stands (`paging.Listing`); its page shows each
choice of a filter as a link with its count, and each order as a link.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import SQLColumnExpression

from shop.core.days import end_of_day
from shop.core.errors import N_

#: How many days « recent » means in a filter by period.
RECENT = timedelta(days=30)
ASCENDING, DESCENDING = "ascending", "descending"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter: the rows that `where` keeps. `name` stands in the address, `label` is
    a sentence marked for translation.
    """

    name: str
    label: str
    where: SQLColumnExpression[bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """A question about the rows of a list, of whose answers one may be chosen."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """An order that a list offers; `columns` from the smallest. A name is sorted by its folded
    column, which both databases compare alike.
    """

    name: str
    label: str
    columns: tuple[Any, ...]

    def order(self, *, falling: bool) -> tuple[Any, ...]:
        """The columns to sort by; rows without a value come last on both databases."""
        pairs = ((one.is_(None), one.desc() if falling else one) for one in self.columns)
        return tuple(column for pair in pairs for column in pair)


@dataclass(frozen=True, slots=True)
class CountedFilter:
    """A filter with the number of rows of each choice, under the choices of the other filters;
    `total` without this one. `chosen` is the name of a choice, or empty.
    """

    filter: Filter
    counts: Mapping[str, int]
    total: int
    chosen: str = ""

    @property
    def shown(self) -> list[tuple[str, str, int]]:
        """Each choice with its label and its count."""
        return [(one.name, one.label, self.counts[one.name]) for one in self.filter.choices]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a page arranges its list: what it offers, and what was asked of that. `name` is the
    parameter of the page's number, `whole` the number of rows without a filter, `sort` the name of
    an order, with « - » before it when the largest comes first.
    """

    name: str = "page"
    filters: tuple[CountedFilter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    sort: str = ""
    asked_sort: str = ""
    whole: int = 0

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is on."""
        return any(one.chosen for one in self.filters)

    @property
    def chosen_labels(self) -> list[str]:
        """The labels of the choices that are on."""
        return [label for one in self.filters for name, label, _ in one.shown if name == one.chosen]

    @property
    def query(self) -> dict[str, str]:
        """What was asked, as parameters of an address: without what the list does not offer."""
        asked = {self.parameter(one.filter.name): one.chosen for one in self.filters if one.chosen}
        if self.asked_sort:
            asked[self.parameter("sort")] = self.asked_sort
        return asked

    @property
    def unfiltered(self) -> dict[str, None]:
        """The parameters that an address loses when all filters are taken off."""
        return {self.name: None} | {self.parameter(one.filter.name): None for one in self.filters}

    def parameter(self, name: str) -> str:
        """The name, in an address, of a filter or of the order of this list."""
        return prefix_of(self.name) + name

    def direction(self, name: str) -> str:
        """How the list is sorted by that order, as `aria-sort` says it; empty when it is not."""
        if self.sort.removeprefix("-") != name:
            return ""
        return DESCENDING if self.sort.startswith("-") else ASCENDING

    def sign(self, name: str) -> str:
        """The arrow of the direction."""
        return {ASCENDING: "↑", DESCENDING: "↓"}.get(self.direction(name), "")

    def sorted_as(self, name: str) -> dict[str, str | None]:
        """The parameters of the link of an order: the smallest first, or the other way round when
        it is so already; from the first page.
        """
        asked = f"-{name}" if self.direction(name) == ASCENDING else name
        return {self.parameter("sort"): asked, self.name: None}

    def sort_of(self, name: str) -> Sort:
        """The order of that name."""
        return next(one for one in self.sorts if one.name == name)


def prefix_of(name: str) -> str:
    """What stands before the parameters of a list; its page may show several."""
    return "" if name == "page" else f"{name}_"


def by_period(column: Any, today: date, *, moments: bool = False) -> Filter:
    """Rows by a day: recent ones, those of this year, those of the years before. `moments`: the
    column holds moments; a day is one of Paris.
    """
    recent, first = today - RECENT, date(today.year, 1, 1)
    if moments:
        after = column >= end_of_day(recent)
        this_year = column >= end_of_day(first - timedelta(days=1))
    else:
        after, this_year = column > recent, column >= first
    return Filter(
        "period",
        N_("Period"),
        (
            Choice("recent", N_("Last 30 days"), after),
            Choice("year", N_("This year"), this_year),
            Choice("before", N_("Earlier years"), ~this_year),
        ),
    )
