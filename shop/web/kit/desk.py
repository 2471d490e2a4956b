"""What waits for a person, on the home of their account: each package declares its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from shop.web.kit.viewers import Viewer

#: Rows of one kind that the home shows; the link after them leads to all.
MOST = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: `kind` is that of a state (you, bad, warn, info), `words` what is to be
    done, `day` the last day for it, where there is one.
    """

    kind: str
    name: str
    words: Any
    url: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things of one kind: the title, at most `MOST` of them, and where all are."""

    title: Any
    items: Sequence[Item]
    url: str = ""


#: Reads what waits for a person at a moment.
Waiting = Callable[[Session, Viewer, datetime], Shelf]


def shelves_of(session: Session, person: Viewer, at: datetime) -> list[Shelf]:
    """Everything that waits for that person, without the empty shelves."""
    found = [waiting(session, person, at) for waiting in current_app.extensions["comptoir.desk"]]
    return [shelf for shelf in found if shelf.items]
