"""The tabs of the staff area: each package declares its own, with the count of what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue of the staff.

    `label` and `about` are lazy translations; `roles` those who see it (an administrator sees all);
    `count` the number of waiting cases, read when a staff page is shown, None for a tab without a
    number; `order` its position, the smallest first.
    """

    endpoint: str
    label: Any
    roles: frozenset[str]
    count: Callable[[Session], int] | None = None
    order: int = 50
    about: Any = ""


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as the page renders it."""

    endpoint: str
    label: Any
    count: int | None
    about: Any


def shown_tabs(session: Session, role: str | None) -> list[ShownTab]:
    """The tabs of a role whose pages exist, with the number of waiting cases."""
    return [
        ShownTab(tab.endpoint, tab.label, tab.count(session) if tab.count else None, tab.about)
        for tab in current_app.extensions["comptoir.tabs"]
        if role == ADMIN or role in tab.roles
    ]
