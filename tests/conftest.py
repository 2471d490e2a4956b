"""What every test stands on: a database of its own on SQLite and on PostgreSQL, an application."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import create_engine, text

from app import create_app
from shop.accounts import passwords
from shop.ground.config import Settings
from shop.ground.db import Database
from shop.ground.migrate import upgrade
from shop.ground.templating import Environment
from tests import postgres
from tests.hygiene import HygienicClient

#: Passwords of the tests cost next to nothing; `test_accounts` looks at what the real ones cost.
REAL_HASHER = passwords.hasher
passwords.hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))

TEST_SETTINGS = Settings(mode="test", secret_key="tests-only-secret-" + "x" * 32)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server with a migrated template; the URL has a {name} to fill."""
    with postgres.server() as url:
        admin = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE shop"))
        admin.dispose()
        migrated = Database(url.format(name="shop"))
        upgrade(migrated)
        migrated.dispose()
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrated = Database(f"sqlite:///{path}")
    upgrade(migrated)
    migrated.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; each integration test runs on both kinds."""
    db = empty_database(request, tmp_path)
    yield db
    db.dispose()


def empty_database(request: pytest.FixtureRequest, folder: Path) -> Database:
    """One of the kind that the fixture is asked for; who asks disposes of it."""
    if request.param == "sqlite":
        path = folder / "shop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return Database(f"sqlite:///{path}", durable=False)
    db = Database(request.getfixturevalue("postgres_url").format(name="shop"))
    _empty(db)
    return db


def _empty(db: Database) -> None:
    """The migrated schema without a row: four times faster than another database."""
    with db.write_engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '20s'"))
        tables = connection.execute(
            text(
                "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
        ).scalar_one()
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


class Compiled(BytecodeCache):
    """Templates compiled by one test serve the others."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


_compiled: dict[str, Compiled] = defaultdict(Compiled)


@pytest.fixture
def app(database: Database) -> Flask:
    return shop_on(database)


def shop_on(database: Database) -> Flask:
    """The shop on that database; forms are posted with their CSRF token switched off."""
    settings = replace(
        TEST_SETTINGS, database_url=database.url.render_as_string(hide_password=False)
    )
    application = create_app(settings, database)
    application.config["WTF_CSRF_ENABLED"] = False
    assert isinstance(application.jinja_env, Environment)
    application.jinja_env.compiled = _compiled.__getitem__
    application.test_client_class = HygienicClient
    return application


@pytest.fixture
def client(app):
    return app.test_client()
