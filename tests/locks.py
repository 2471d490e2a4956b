"""Who waits for a lock of the database, so that a test need not guess how long to wait."""

from sqlalchemy import text

from shop.storage.db import Database

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def writers_waiting(database: Database) -> int:
    """Writers that wait: for the lock of the process on SQLite, for a row on PostgreSQL."""
    if database.is_sqlite:
        return database.waiting_writers
    with database.read_engine.connect() as connection:
        return connection.execute(_WAITING).scalar_one()
