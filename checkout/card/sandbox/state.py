"""The processor's data, in one SQLite file that survives a restart.

One connection behind one lock: requests are served one after the other, so an idempotency key, a
refund and its charge are never read and written by two threads at once.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checkout.card.sandbox.errors import Json
from shop.ops import clock

_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  body TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, path TEXT NOT NULL, params TEXT NOT NULL,
  status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, url TEXT NOT NULL,
  due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT 'pending');
CREATE INDEX IF NOT EXISTS deliveries_to_do ON deliveries (outcome, due);
"""
_ALPHABET = string.ascii_letters + string.digits
Row = tuple[Any, ...]


class State:
    """The processor's data. `now` returns Unix seconds: the shop's clock, with its shift."""

    def __init__(
        self,
        path: str | Path = ":memory:",
        *,
        now: Callable[[], float] = lambda: clock.now().timestamp(),
    ) -> None:
        if str(path) != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._clock = now
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)
        self.changed = threading.Condition()

    def now(self) -> int:
        return int(self._clock())

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction, one thread at a time; nests. Wakes the webhook sender when it ends."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1
        if outermost:
            with self.changed:
                self.changed.notify_all()

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def write(self, sql: str, *values: Any) -> int:
        """Run one statement; returns how many rows it changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    # ---- objects of the API

    def find(self, kind: str, ident: str) -> Json | None:
        rows = self.rows("SELECT body FROM objects WHERE id=? AND kind=?", ident, kind)
        return json.loads(rows[0][0]) if rows else None

    def save(self, body: Json, **private: Any) -> None:
        """Insert or replace an object; `private` is never returned by the API (the card used)."""
        ident, kind = body["id"], body["object"]
        kept = {**self.private(ident), **private}
        self.write(
            "INSERT INTO objects (id, kind, body, private) VALUES (?,?,?,?) "
            "ON CONFLICT (id) DO UPDATE SET body=excluded.body, private=excluded.private",
            ident,
            kind,
            json.dumps(body),
            json.dumps(kept),
        )

    def private(self, ident: str) -> Json:
        rows = self.rows("SELECT private FROM objects WHERE id=?", ident)
        return json.loads(rows[0][0]) if rows else {}

    def newest(self, kind: str) -> Iterator[Json]:
        """Every object of a kind, the newest first."""
        for (body,) in self.rows("SELECT body FROM objects WHERE kind=? ORDER BY seq DESC", kind):
            yield json.loads(body)

    # ---- settings

    def setting(self, name: str, default: Any) -> Any:
        rows = self.rows("SELECT value FROM settings WHERE name=?", name)
        return json.loads(rows[0][0]) if rows else default

    def set(self, name: str, value: Any) -> None:
        self.write("INSERT OR REPLACE INTO settings VALUES (?,?)", name, json.dumps(value))


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"
