"""The tabs of the staff area: each package declares its own, with the count of what waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN

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

    count: Callable[[Session], int]
    chosen: tuple[str, str]
    words: Any


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue of the staff.

    `label` and `about` are lazy translations; `roles` those who see it (an administrator sees all);
    `count` the number of waiting cases, read when a staff page is shown, None for a tab without a
    number; `order` its position in its group, the smallest first. `on_first_page`: its number costs
    more than a page may, and is read for the first page of the office alone, as is what is `late`.
    """

    endpoint: str
    label: Any
    roles: frozenset[str]
    count: Callable[[Session], int] | None = None
    order: int = 50
    about: Any = ""
    group: Group = Group.ORDERS
    on_first_page: bool = False
    late: Late | None = None

    def number(self, session: Session, *, first_page: bool) -> int | None:
        """The number that a page shows, None for none."""
        if self.count is None or (self.on_first_page and not first_page):
            return None
        return self.count(session)


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
    session: Session, held: frozenset[str], *, first_page: bool = False
) -> list[ShownTab]:
    """The tabs of the roles held, with the number of waiting cases."""
    shown = (
        ShownTab(
            tab.endpoint,
            tab.label,
            tab.number(session, first_page=first_page),
            tab.about,
            tab.group,
        )
        for tab in tabs_of(held)
    )
    if not first_page:
        return list(shown)
    late = {tab.endpoint: tab.late for tab in tabs_of(held)}
    return [_with_late(session, one, late[one.endpoint]) for one in shown]


def _with_late(session: Session, shown: ShownTab, late: Late | None) -> ShownTab:
    if late is None:
        return shown
    number = late.count(session)
    return replace(shown, late=number, late_words=late.words, late_query=late.chosen)


def menus_of(tabs: list[ShownTab]) -> list[Menu]:
    """The tabs as the bar of the staff area shows them: each alone when they are few, else one menu
    for each group.
    """
    if len(tabs) <= FEW:
        return [Menu(tab.label, [tab]) for tab in tabs]
    groups = [(group, list(members)) for group, members in groupby(tabs, lambda tab: tab.group)]
    return [Menu(_LABELS[group], members, is_group=True) for group, members in groups]
