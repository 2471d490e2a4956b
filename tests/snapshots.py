"""The rows of a filled database, kept and put back: filling it by services takes ten times as long.

Each test still has a database of its own: rows that it changes are not those that are kept.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from shop.storage.db import Database

T = TypeVar("T")

_SEQUENCES = text(
    "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
    " WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
_NEXT = text("SELECT setval(CAST(:name AS regclass), :last)")
_TABLES = text(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)


@dataclass(frozen=True)
class _Kept:
    """What a function returned, and the rows that it wrote."""

    value: Any
    restore: Callable[[Database], None]


class Snapshots:
    """Fills an empty database by a function, once for each kind of database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, Callable[[Session], Any]], _Kept] = {}

    def fill(self, database: Database, make: Callable[[Session], T]) -> T:
        """What `make` returns, its rows in the empty database; the value must not be a row."""
        key = ("sqlite" if database.is_sqlite else "postgresql", make)
        if key in self._kept:
            self._kept[key].restore(database)
        else:
            with database.transaction() as session:
                value = make(session)
            keep = self._file if database.is_sqlite else _rows
            self._kept[key] = _Kept(value, keep(database))
        return self._kept[key].value  # type: ignore[no-any-return]

    def _file(self, database: Database) -> Callable[[Database], None]:
        copy = self._folder / f"{len(self._kept)}.db"
        database.dispose()
        shutil.copy(_path(database), copy)

        def restore(emptied: Database) -> None:
            emptied.dispose()
            for left in _path(emptied).parent.glob(f"{_path(emptied).name}*"):
                left.unlink()
            shutil.copy(copy, _path(emptied))

        return restore


def _path(database: Database) -> Path:
    assert database.url.database
    return Path(database.url.database)


def _rows(database: Database) -> Callable[[Database], None]:
    """The rows of all tables of a PostgreSQL database, as COPY writes them."""
    with database.write_engine.connect() as connection:
        tables = connection.execute(_TABLES).scalars().all()
        rows = {table: data for table in tables if (data := _copied(connection, table))}
        sequences = connection.execute(_SEQUENCES).all()

    def restore(emptied: Database) -> None:
        with emptied.write_engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table, data in rows.items():
                with _cursor(connection).copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(data)
            for name, last in sequences:
                connection.execute(_NEXT, {"name": name, "last": last})

    return restore


def _copied(connection: Connection, table: str) -> bytes:
    with _cursor(connection).copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()
