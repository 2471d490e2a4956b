"""What the packages hold of a person: each offers what it shows them, and what it erases."""

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


def iso(moment: datetime | None) -> str | None:
    """A moment as it is written in the export: ISO 8601, in UTC."""
    return moment.isoformat() if moment else None
