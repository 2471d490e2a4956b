"""What the rooms of the house hold of a person: each says what it shows him, and what it erases.

Rooms of other packages append their own: this one does not know them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whom the data speak of, by all that tells which are his."""

    user_id: int
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One part of the export.

    `key` names it there and `about` (an English source sentence) explains it; `show` gives its
    JSON. `erase` removes what may go: None where the law or the proof of an act makes the shop keep
    all of it.
    """

    key: str
    about: str
    show: Callable[[Session, Subject], Any]
    erase: Callable[[Session, Subject], None] | None = None


HOLDINGS: list[Holding] = []


def add_holding(holding: Holding) -> None:
    """A room holds something of people; once, whatever the number of applications."""
    if all(holding.key != known.key for known in HOLDINGS):
        HOLDINGS.append(holding)


def iso(moment: datetime | None) -> str | None:
    """A moment as it is written in the export: ISO 8601, in UTC."""
    return moment.isoformat() if moment else None
