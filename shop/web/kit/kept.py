"""What a process reads from the database once a minute, for pages that everybody opens.

A change shows within a minute in the other processes, without a statement for each page.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import current_app

T = TypeVar("T")

#: Seconds that a process keeps what it read.
KEPT_FOR = 60.0


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """One such value: `read` gets it from the database; the application keeps it by its name."""

    name: str
    read: Callable[[], T]

    def get(self) -> T:
        """The value, read again after a minute."""
        found = current_app.extensions.get(self._key)
        if found is None or found[1] < time.monotonic():
            found = (self.read(), time.monotonic() + KEPT_FOR)
            current_app.extensions[self._key] = found
        value: T = found[0]
        return value

    def known(self) -> T | None:
        """The value as far as this process knows it, without the database."""
        found = current_app.extensions.get(self._key)
        return None if found is None else found[0]

    def forget(self) -> None:
        """It has changed: this process reads it again."""
        current_app.extensions.pop(self._key, None)

    @property
    def _key(self) -> str:
        return f"comptoir.{self.name}"
