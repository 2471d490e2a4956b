"""Fixtures of all tests: a database of its own on SQLite and on PostgreSQL, an application."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import hypothesis
import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import create_engine, text

from app import create_app
from shop.catalogue.tree import TreeCache
from shop.ops import clock
from shop.ops.config import Settings
from shop.signin import passwords
from shop.storage.db import Database
from shop.storage.migrate import upgrade
from shop.web.kit.templating import Environment
from tests import postgres
from tests.factories import AT
from tests.hygiene import HygienicClient
from tests.snapshots import Snapshots

#: Passwords of the tests are hashed at a low cost; `test_accounts` checks the real one.
REAL_HASHER = passwords.hasher
passwords.hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))

TEST_SETTINGS = Settings(mode="test", secret_key="tests-only-secret-" + "x" * 32)


DATABASES = ("sqlite", "postgresql")
#: The mark of tests that run on both.
EACH_DATABASE = "each_database"

#: No example fails because it took long; the examples are the same at every run, unless
#: `--hypothesis-profile=random` asks for others.
random_examples = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("random", random_examples)
hypothesis.settings.register_profile("repeatable", random_examples, derandomize=True)
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full-size",
        action="store_true",
        help="properties over thousands of random sales and papers",
    )
    parser.addoption("--each-database", action="store_true", help="all tests on both databases")
    parser.addoption("--each-screen", action="store_true", help="all journeys on every screen")


def pytest_configure(config: pytest.Config) -> None:
    """The shop's clock is frozen at AT, for fixtures of every scope."""
    config.addinivalue_line("markers", f"{EACH_DATABASE}: run a test on both databases")
    still = ExitStack()
    still.enter_context(clock.driven_by(lambda: AT))
    config.add_cleanup(still.close)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test runs on one kind of database, the others in turn, so that every service and page meets
    both; what is marked `each_database`, because its SQL, locks or orders may differ, runs on both.
    `--each-database` runs all on both, and so does naming a test.
    """
    if config.getoption("each_database") or any("::" in argument for argument in config.args):
        return
    elsewhere = [item for item in items if _runs_elsewhere(item)]
    config.hook.pytest_deselected(items=elsewhere)
    left = set(elsewhere)
    items[:] = [item for item in items if item not in left]


def _runs_elsewhere(item: pytest.Item) -> bool:
    """Whether the other kind of database has this test."""
    if not isinstance(item, pytest.Function) or item.get_closest_marker(EACH_DATABASE):
        return False
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    kind = next((value for value in given if value in DATABASES), None)
    test = item.nodeid.replace("postgresql", "sqlite")
    return kind is not None and kind != DATABASES[crc32(test.encode()) % len(DATABASES)]


def pytest_collection_finish() -> None:
    """What is loaded now stays until the end: the garbage collector does not look at it again, and
    it looks less often at the rest (a fifth of the run).
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """A test moves the shop's clock with `clock.travelled`; the next one begins at AT again."""
    yield
    clock.set_shift(timedelta())


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
        _prepare_emptying(migrated)
        migrated.dispose()
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrated = Database(f"sqlite:///{path}")
    upgrade(migrated)
    migrated.dispose()
    return path


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, kept: Callable[[str], Database]) -> Iterator[Database]:
    """An empty, migrated database of one of the kinds."""
    db = kept(request.param)
    if db.is_sqlite:
        _renew(db, request.getfixturevalue("sqlite_template"))
    else:
        _empty(db)
    yield db
    if db.is_sqlite:
        db.dispose()


@pytest.fixture(scope="session")
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Database]]:
    """One database of each kind for all tests: a statement that one test sent is compiled for the
    others.
    """
    made: dict[str, Database] = {}

    def of_kind(kind: str) -> Database:
        if kind not in made:
            made[kind] = new_database(request, kind, tmp_path_factory.mktemp("kept"))
        return made[kind]

    yield of_kind
    for db in made.values():
        db.dispose()


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """Fillings of databases that several tests need."""
    return Snapshots(tmp_path_factory.mktemp("snapshots"))


def new_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> Database:
    """An empty database of that kind, besides the shared one; the caller disposes of it."""
    if kind == "sqlite":
        db = Database(f"sqlite:///{folder}/shop.db", durable=False)
        _renew(db, request.getfixturevalue("sqlite_template"))
        return db
    db = Database(request.getfixturevalue("postgres_url").format(name="shop"))
    _empty(db)
    return db


def _renew(db: Database, template: Path) -> None:
    """Replace the file that the last test filled by a new one; connections to it are closed."""
    assert db.url.database
    path = Path(db.url.database)
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copy(template, path)


_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"


def _prepare_emptying(db: Database) -> None:
    """A function of the test server that empties all tables: one statement, planned once."""
    with db.write_engine.begin() as connection:
        tables = connection.execute(text(_TABLES)).scalars().all()
        sequences = connection.execute(text(_SEQUENCES)).scalars().all()
        steps = [f"IF EXISTS (SELECT FROM {t}) THEN DELETE FROM {t}; END IF;" for t in tables]
        steps += [
            f"IF (SELECT is_called FROM {s}) THEN PERFORM setval('{s}', 1, false); END IF;"
            for s in sequences
        ]
        body = "\n".join(steps)
        connection.exec_driver_sql(
            f"CREATE FUNCTION empty_all() RETURNS void LANGUAGE plpgsql AS $$BEGIN {body} END$$"
        )


def _empty(db: Database) -> None:
    """The migrated schema without a row: the rows of the last test are deleted, with triggers
    disabled; numbers start at 1 again.
    """
    with db.write_engine.begin() as connection:
        connection.execute(
            text(
                "SELECT set_config('lock_timeout', '20s', true),"
                " set_config('session_replication_role', 'replica', true)"
            )
        )
        connection.execute(text("SELECT empty_all()"))


_printed: dict[tuple[Any, ...], bytes] = {}


@pytest.fixture
def printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the same HTML is laid out once for all tests with this fixture: it would give the
    same bytes, as `test_papers` checks. It is archived and validated each time.
    """
    from shop.documents import pdf

    lay_out = pdf._printed

    def once(html: str, **how: Any) -> bytes:
        page = html, *sorted(how.items())
        if page not in _printed:
            _printed[page] = lay_out(html, **how)
        return _printed[page]

    monkeypatch.setattr(pdf, "_printed", once)


class Compiled(BytecodeCache):
    """Templates compiled by one test are used by the others, those of the other process too."""

    folder: Path | None = None

    def __init__(self, language: str) -> None:
        self.language = language
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._file(bucket)
        if bucket.key not in self.codes and kept is not None and kept.exists():
            self.codes[bucket.key] = kept.read_bytes()
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()
        kept = self._file(bucket)
        if kept is not None:
            made = kept.with_suffix(f".{os.getpid()}")
            made.write_bytes(self.codes[bucket.key])
            made.replace(kept)

    def _file(self, bucket: Bucket) -> Path | None:
        return self.folder and self.folder / f"{bucket.key}-{self.language}.code"


@cache
def compiled(language: str) -> Compiled:
    """The templates compiled in this run for a language, for none without folded constants."""
    return Compiled(language)


@pytest.fixture(scope="session", autouse=True)
def shared_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The processes of one run share a folder of compiled templates."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    Compiled.folder = shared / "templates"
    Compiled.folder.mkdir(exist_ok=True)


def shop_on(database: Database, settings: Settings = TEST_SETTINGS) -> Flask:
    """A shop of its own; forms are posted with their CSRF token switched off."""
    application = create_app(settings, database)
    application.config["WTF_CSRF_ENABLED"] = False
    assert isinstance(application.jinja_env, Environment)
    application.jinja_env.compiled = compiled
    application.test_client_class = HygienicClient
    return application


@dataclass(frozen=True)
class Opened:
    """An application in its initial state: each test gets it so, whatever the last one changed."""

    application: Flask
    config: dict[str, Any]
    extensions: dict[str, Any]

    def on(self, database: Database, settings: Settings) -> Flask:
        """The same application on that database; the caches of the last test are cleared."""
        application = self.application
        application.config.clear()
        application.config.update(self.config)
        application.extensions.clear()
        application.extensions.update(self.extensions)
        application.extensions.update(
            {
                "comptoir.database": database,
                "comptoir.settings": settings,
                "comptoir.tree": TreeCache(lambda: database.reading()),
            }
        )
        return application


#: The settings that an application reads at each request: a new value needs no new application.
ASKED_ANEW = ("database_url", "public_url", "register", "register_url")

Opening = Callable[[Database, Settings], Flask]


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opening:
    """Creating an application takes a tenth of a second: done once for all tests with the same
    settings.

    A test has one such application at a time; a second one beside it is a `shop_on` of its own.
    """
    nowhere = Database(f"sqlite:///{tmp_path_factory.mktemp('opened') / 'nowhere.db'}")
    open_now: dict[Settings, Opened] = {}

    def on(database: Database, settings: Settings) -> Flask:
        own = {name: getattr(TEST_SETTINGS, name) for name in ASKED_ANEW}
        key = replace(settings, **own)
        if key not in open_now:
            app = shop_on(nowhere, key)
            open_now[key] = Opened(app, dict(app.config), dict(app.extensions))
        url = database.url.render_as_string(hide_password=False)
        return open_now[key].on(database, replace(settings, database_url=url))

    return on


@pytest.fixture
def app(opened: Opening, database: Database) -> Flask:
    """The shop on that database; forms are posted with their CSRF token switched off."""
    return opened(database, TEST_SETTINGS)


@pytest.fixture
def client(app):
    return app.test_client()
