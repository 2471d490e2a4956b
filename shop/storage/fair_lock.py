"""The lock behind which SQLite writes: writers are served in the order in which they came."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FairLock:
    """A lock that is granted in the order of arrival, between threads of a process and between
    processes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._condition = threading.Condition()
        self._next_ticket = 0
        self._serving = 0

    @property
    def waiting(self) -> int:
        """How many threads of this process wait for the lock."""
        with self._condition:
            return max(0, self._next_ticket - self._serving - 1)

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._condition:
            ticket = self._next_ticket
            self._next_ticket += 1
            self._condition.wait_for(lambda: self._serving == ticket)
        try:
            with self._path.open("a") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
        finally:
            with self._condition:
                self._serving += 1
                self._condition.notify_all()
