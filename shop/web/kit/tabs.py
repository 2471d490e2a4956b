"""The tabs of the house side: every room appends its own, with what waits behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from shop.ground.actors import ADMIN


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue of the staff.

    `label` and `about` are lazy translations; `roles` those who see it (an administrator sees
    all); `count` what waits, read when a staff page is shown, None for a tab without a figure;
    `order` its place, the smallest first.
    """

    endpoint: str
    label: Any
    roles: frozenset[str]
    count: Callable[[Session], int] | None = None
    order: int = 50
    about: Any = ""


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as the page draws it."""

    endpoint: str
    label: Any
    count: int | None
    about: Any


TABS: list[Tab] = []


def add_tab(tab: Tab) -> None:
    """Put a tab on the house side, once, whatever the number of applications of this process."""
    if all(tab.endpoint != known.endpoint for known in TABS):
        TABS.append(tab)


def shown_tabs(session: Session, role: str | None) -> list[ShownTab]:
    """The tabs of a role whose pages exist, with what waits behind each."""
    return [
        ShownTab(tab.endpoint, tab.label, tab.count(session) if tab.count else None, tab.about)
        for tab in sorted(TABS, key=lambda tab: tab.order)
        if (role == ADMIN or role in tab.roles) and tab.endpoint in current_app.view_functions
    ]
