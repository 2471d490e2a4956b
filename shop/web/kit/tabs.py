"""The tabs of the staff area: each package offers its own, with what waits behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN


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


def shown_tabs(session: Session, role: str | None) -> list[ShownTab]:
    """The tabs of a role whose pages exist, with what waits behind each."""
    return [
        ShownTab(tab.endpoint, tab.label, tab.count(session) if tab.count else None, tab.about)
        for tab in current_app.extensions["comptoir.tabs"]
        if role == ADMIN or role in tab.roles
    ]
