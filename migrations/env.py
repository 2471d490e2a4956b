"""Alembic's environment: one connection, SQLite and PostgreSQL alike.

The URL comes from the caller (`shop.storage.migrate`) or from DATABASE_URL.
"""

from alembic import context
from sqlalchemy import create_engine, pool

from shop.ops.config import from_environment
from shop.storage.db import Base

config = context.config


def run() -> None:
    connection = config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    engine = create_engine(from_environment().database_url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        _migrate(connection)


def _migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        include_object=lambda _object, name, kind, *_: (
            not (kind == "table" and name.startswith(("search_", "sqlite_")))
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


run()
