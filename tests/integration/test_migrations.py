"""The schema that the migrations make is the one that the rows declare, guards included."""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from shop.core.paths import ROOT
from sqlalchemy import text

import app as shop_application
from shop.storage.db import Base, Database

assert shop_application.create_app  # all rows are imported with it


def test_the_migrations_make_what_the_rows_declare(database: Database):
    with database.write_engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _o, name, kind, *_: (
                    kind != "table" or not name.startswith(("search_", "sqlite_"))
                )
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def triggers(database: Database) -> set[str]:
    """Names of the tables that have a guard."""
    if database.is_sqlite:
        question = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        question = (
            "SELECT DISTINCT event_object_table FROM information_schema.triggers"
            " WHERE trigger_schema = 'public'"
        )
    with database.reading() as connection:
        return set(connection.execute(text(question)).scalars())


def test_every_row_that_is_written_once_is_guarded_by_the_database(database: Database):
    written_once = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "written_once", False)
    }
    assert written_once
    assert written_once | {"quotes", "orders", "invoices"} <= triggers(database)


MIGRATE = """
import sys, app
from shop.ops.config import ROOT
from shop.storage.db import Database
from shop.storage.migrate import upgrade
database = Database(sys.argv[1])
upgrade(database)
database.dispose()
"""


def test_two_processes_may_migrate_at_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/new.db"
    command = [sys.executable, "-c", MIGRATE, url]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
