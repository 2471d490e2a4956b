"""The tabs of the staff area: each package declares its own, with the count of what waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN
from shop.core.text import PARIS, paris_day

#: The number of waiting cases at a moment, as an expression.
Count = Callable[[datetime], ColumnElement[int]]
#: The most tabs that stand beside each other; more are gathered in menus.
FEW = 8


class Group(StrEnum):
    """The part of the shop's work that a tab belongs to."""

    CLIENTS = "clients"
    ORDERS = "orders"
    GOODS = "goods"
    MONEY = "money"
    SHOP = "shop"


_LABELS = {
    Group.CLIENTS: _l("Clients"),
    Group.ORDERS: _l("Orders"),
    Group.GOODS: _l("Warehouse"),
    Group.MONEY: _l("Finance"),
    Group.SHOP: _l("Shop"),
}


@dataclass(frozen=True, slots=True)
class Late:
    """What a queue should have done before today: its number, the choice of the queue's filter that
    shows it, and its name, a lazy translation with %(num)s.
    """

    count: Count
    chosen: tuple[str, str]
    words: Any


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue of the staff.

    `label` and `about` are lazy translations; `roles` those who see it (an administrator sees all);
    `count` the number of waiting cases, read when a staff page is shown, None for a tab without a
    number; it depends on the day at most, not on the time. `order` its position in its group, the
    smallest first. `on_first_page`: its number costs more than a page may, or depends on the time,
    and is read for the first page of the office alone, as is what is `late`.
    """

    endpoint: str
    label: Any
    roles: frozenset[str]
    count: Count | None = None
    order: int = 50
    about: Any = ""
    group: Group = Group.ORDERS
    on_first_page: bool = False
    late: Late | None = None


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as the page renders it; `late`: the number of what is late, on the first page."""

    endpoint: str
    label: Any
    count: int | None
    about: Any
    group: Group
    late: int = 0
    late_words: Any = ""
    late_query: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Menu:
    """Tabs of one group, under its name; a tab alone, under its own."""

    label: Any
    tabs: list[ShownTab]
    is_group: bool = False

    @property
    def count(self) -> int:
        """The waiting cases of all its tabs."""
        return sum(tab.count or 0 for tab in self.tabs)

    def has(self, endpoint: str) -> bool:
        """Whether the page of that endpoint is one of its tabs."""
        return any(tab.endpoint == endpoint for tab in self.tabs)


def tabs_of(held: frozenset[str]) -> list[Tab]:
    """The tabs that the roles held open, by group."""
    seen = [
        tab
        for tab in current_app.extensions["comptoir.tabs"]
        if not held.isdisjoint({ADMIN, *tab.roles})
    ]
    return sorted(seen, key=lambda tab: list(Group).index(tab.group))


def shown_tabs(
    session: Session, held: frozenset[str], at: datetime, *, first_page: bool = False
) -> list[ShownTab]:
    """The tabs of the roles held, with the number of waiting cases: one statement, and another one
    for what the first page alone shows.
    """
    tabs = tabs_of(held)
    every = {tab.endpoint: tab.count for tab in tabs if tab.count and not tab.on_first_page}
    waiting = _read(session, every, _on_day(tuple(every.values()), paris_day(at)))
    if not first_page:
        return [_shown(tab, waiting.get(tab.endpoint)) for tab in tabs]
    costly = {tab.endpoint: tab.count for tab in tabs if tab.count and tab.on_first_page}
    late = {("late", tab.endpoint): tab.late.count for tab in tabs if tab.late}
    more = _read(session, {**costly, **late}, _at((*costly.values(), *late.values()), at))
    numbers = waiting | more
    return [
        _shown(tab, numbers.get(tab.endpoint), numbers.get(("late", tab.endpoint), 0))
        for tab in tabs
    ]


def _at(counts: tuple[Count, ...], at: datetime) -> Select[*tuple[Any, ...]]:
    """One statement that reads those numbers."""
    return select(*(count(at) for count in counts))


@lru_cache(maxsize=64)
def _on_day(counts: tuple[Count, ...], day: date) -> Select[*tuple[Any, ...]]:
    """The same, composed once a day: most of the time of these numbers was that of composing."""
    return _at(counts, datetime.combine(day, time(hour=12), PARIS))


def _read(
    session: Session, counts: Mapping[Any, Count], numbers: Select[*tuple[Any, ...]]
) -> dict[Any, int]:
    return dict(zip(counts, session.execute(numbers).one(), strict=True)) if counts else {}


def _shown(tab: Tab, count: int | None, late: int = 0) -> ShownTab:
    shown = ShownTab(tab.endpoint, tab.label, count, tab.about, tab.group)
    if tab.late is None:
        return shown
    return replace(shown, late=late, late_words=tab.late.words, late_query=tab.late.chosen)


def menus_of(tabs: list[ShownTab]) -> list[Menu]:
    """The tabs as the bar of the staff area shows them: each alone when they are few, else one menu
    for each group.
    """
    if len(tabs) <= FEW:
        return [Menu(tab.label, [tab]) for tab in tabs]
    groups = [(group, list(members)) for group, members in groupby(tabs, lambda tab: tab.group)]
    return [Menu(_LABELS[group], members, is_group=True) for group, members in groups]
