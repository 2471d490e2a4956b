"""The personal data of each package: what it exports of a person, and what it erases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whom the data is about, with all keys by which it is found; `organisation_ids` are
    those of which they are a member, where others may have written their name.
    """

    user_id: int
    email: str
    name: str
    organisation_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """One part of the export.

    `key` is its name there and `about` (an English source sentence) explains it; `show` returns its
    JSON. `erase` removes what may go: None where the law or the proof of an action requires the
    shop to keep all of it.
    """

    key: str
    about: str
    show: Callable[[Session, Subject], Any]
    erase: Callable[[Session, Subject], None] | None = None


def iso(moment: datetime | None) -> str | None:
    """A moment in the format of the export: ISO 8601, in UTC."""
    return moment.isoformat() if moment else None
