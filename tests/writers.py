"""Two writers at once, without a clock: the second one starts while the first one's locks are held.

with database.transaction() as session:
    ...                                   # the first writer takes its locks
    second = Writer(database, service)
    second.start_behind(session)          # returns when the second one waits for them
second.finish()                           # committed: the second one goes on
assert isinstance(second.refusal, OutOfStock)
"""

import threading
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

from shop.core.errors import DomainError
from shop.storage.db import Database
from tests.waiting import until

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE :holder = ANY (pg_blocking_pids(pid))")


class Writer(threading.Thread):
    """A service in a transaction and a thread of its own. `refusal` is what it raised."""

    def __init__(self, database: Database, service: Callable[[Session], object]) -> None:
        super().__init__(daemon=True)
        self._database = database
        self._service = service
        self._ended = threading.Event()
        self.refusal: DomainError | None = None
        self._fault: Exception | None = None

    def run(self) -> None:
        try:
            with self._database.transaction() as session:
                self._service(session)
        except DomainError as refusal:
            self.refusal = refusal
        except Exception as fault:  # noqa: BLE001 - `finish()` raises it in the test's own thread
            self._fault = fault
        finally:
            self._ended.set()

    def start_behind(self, first: Session) -> None:
        """Start; return when PostgreSQL says that this writer waits for a lock of `first`.

        Raises AssertionError if it ends without waiting. SQLite's second writer waits before it
        begins: nothing is checked there.
        """
        first.flush()
        if self._database.is_sqlite:
            self.start()
            return
        holder = first.execute(text("SELECT pg_backend_pid()")).scalar_one()
        self.start()
        until(lambda: self._ended.is_set() or self._waits_for(holder), "the second writer's wait")
        if self._ended.is_set():
            raise AssertionError(f"ended without waiting: {self._fault or self.refusal}")

    def _waits_for(self, holder: int) -> bool:
        with self._database.reading() as connection:
            return connection.execute(_WAITING, {"holder": holder}).scalar_one() > 0

    def finish(self) -> None:
        """Wait for its end, after the first writer's commit. Raises its fault."""
        self.join()
        if self._fault is not None:
            raise self._fault
