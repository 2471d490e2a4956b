"""Bring a database to the current schema: Alembic, called from Python."""

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from shop.ground.config import ROOT
from shop.ground.db import Database


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing. Safe to call at every start."""
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    with database.write_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def is_current(database: Database) -> bool:
    """Whether the tables are there at all."""
    return inspect(database.read_engine).has_table("alembic_version")
