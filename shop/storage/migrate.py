"""Bring a database to the current schema: Alembic, called from Python.

On SQLite a change of a column rebuilds its table: foreign keys are switched off for the rebuild and
checked before the commit. A migration that rebuilds a protected table makes its triggers again
(`tests/whole/test_migrations.py` looks).
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from shop.core.paths import ROOT
from shop.storage.db import Database

#: Any constant: two processes that migrate one PostgreSQL database take turns.
TURN = 7_236_019


class BrokenReferences(Exception):
    """A fault: a migration left rows that refer to nothing. It was undone."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing. Safe to call at every start, and from two processes at
    once.
    """
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    engine = _rebuilding(database) if database.is_sqlite else database.write_engine
    with engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if database.is_sqlite:
            _check_references(connection)
    if database.is_sqlite:
        engine.dispose()


def _rebuilding(database: Database) -> Engine:
    """A separate engine: the pragma takes effect outside a transaction only."""
    engine = create_engine(database.url, poolclass=NullPool, connect_args={"timeout": 60})

    @event.listens_for(engine, "connect")
    def prepare(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BrokenReferences(f"{len(broken)} rows, the first in table {broken[0][0]}")
