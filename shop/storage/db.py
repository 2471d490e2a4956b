"""The database: column types, `transaction()` for services, `reading()` for pages.

Nothing else commits. On SQLite a write begins IMMEDIATE behind a fair lock, shared between threads
and processes: writers are served in the order in which they came, and none gets "database is
locked".
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Engine,
    Enum,
    Insert,
    Integer,
    MetaData,
    Select,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import JSON, TypeDecorator

from shop.core.errors import NotFound
from shop.core.money import Money, UnitPrice
from shop.storage.fair_lock import FairLock


class MoneyColumn(TypeDecorator[Money]):
    """Money as whole cents."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Any) -> int | None:
        return None if value is None else value.cents

    def process_result_value(self, value: int | None, dialect: Any) -> Money | None:
        return None if value is None else Money(value)


class UnitPriceColumn(TypeDecorator[UnitPrice]):
    """A unit price as whole ten-thousandths of a euro."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: UnitPrice | None, dialect: Any) -> int | None:
        return None if value is None else value.tenthousandths

    def process_result_value(self, value: int | None, dialect: Any) -> UnitPrice | None:
        return None if value is None else UnitPrice(value)


class Moment(TypeDecorator[datetime]):
    """An aware moment; stored as UTC in every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment must be aware")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enumeration(kind: type[StrEnum]) -> Enum:
    """The column type of an enumeration: stored by its values, checked by the database."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


#: Large keys where PostgreSQL has them; SQLite numbers rows automatically for INTEGER only.
RowId = BigInteger().with_variant(Integer, "sqlite")


AnyRow = TypeVar("AnyRow", bound="Base")
AnySelect = TypeVar("AnySelect", bound=Select[*tuple[Any, ...]])


class Base(DeclarativeBase):
    """The base class of rows: naming convention and column types."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own class attribute
        Money: MoneyColumn,
        UnitPrice: UnitPriceColumn,
        datetime: Moment,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Immutable(Exception):
    """A fault: the code tried to change or delete a row that is written once."""


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: Any, _instances: Any) -> None:
    """Refuse what the class of a row forbids; a trigger refuses the same from anybody else.

    - `written_once = True`: the row is inserted, never changed or deleted.
    - `frozen_columns`: these never change, and the row is never deleted.
    - `amendable_columns`: these change only together with `amendment_id`.
    """
    for row in session.deleted:
        if any(hasattr(row, rule) for rule in ("written_once", "frozen_columns")):
            raise Immutable(f"{type(row).__name__} is never deleted")
    for row in session.dirty:
        if session.is_modified(row):
            _ensure_changeable(row)


def _ensure_changeable(row: Any) -> None:
    """Raises Immutable."""
    kind = type(row)
    if getattr(kind, "written_once", False):
        raise Immutable(f"{kind.__name__} is written once")
    frozen: frozenset[str] = getattr(kind, "frozen_columns", frozenset())
    amendable: frozenset[str] = getattr(kind, "amendable_columns", frozenset())
    if not frozen and not amendable:
        return
    changed = {one.key for one in inspect(row).attrs if one.history.has_changes()}
    if changed & frozen:
        raise Immutable(f"{kind.__name__}: {', '.join(sorted(changed & frozen))} never change")
    if changed & amendable and "amendment_id" not in changed:
        names = ", ".join(sorted(changed & amendable))
        raise Immutable(f"{kind.__name__}: {names} change with an amendment of the order")


class Database:
    """The two engines of a shop: one reads in autocommit, one writes in transactions."""

    def __init__(self, url: str, *, pool_size: int = 8, durable: bool = True) -> None:
        """`durable=False` lets SQLite answer before the data is on the disk: for tests only."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock: FairLock | None = None
        if self.is_sqlite:
            self._lock = FairLock(Path(f"{self.url.database}.lock"))
            self.read_engine = _sqlite_engine(url, pool_size, writes=False, durable=durable)
            self.write_engine = _sqlite_engine(url, pool_size, writes=True, durable=durable)
        else:
            options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 32}
            options["json_serializer"] = _dumps
            self.read_engine = create_engine(url, isolation_level="AUTOCOMMIT", **options)
            self.write_engine = create_engine(url, **options)

    @property
    def waiting_writers(self) -> int:
        """Transactions of this process that wait for another one; 0 where the database queues
        them.
        """
        return self._lock.waiting if self._lock else 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction, committed as a whole or rolled back: the only place that commits."""
        with self._lock.held() if self._lock else nullcontext():
            session = Session(self.write_engine, expire_on_commit=False)
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
            finally:
                session.close()

    def opened_by(self, opens: Callable[[], AbstractContextManager[Session]]) -> "Database":
        """The same database, whose `transaction()` is `opens()`."""
        same = copy(self)
        vars(same)["transaction"] = opens
        return same

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading: each statement sees what is committed."""
        with self.read_engine.connect() as connection:
            yield connection

    def reading_session(self) -> Session:
        """A session for reading the rows of a page; the caller closes it."""
        return Session(self.read_engine, expire_on_commit=False, autoflush=False)

    def snapshot_session(self) -> Session:
        """A session for reading many rows a few at a time, as they were when it began; the caller
        closes it. It locks nothing.
        """
        engine: Engine = self.read_engine
        if engine.dialect.name != "sqlite":
            # a cursor of the server lives in a transaction; SQLite's statements need none
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        return Session(engine, expire_on_commit=False, autoflush=False)

    def dispose(self) -> None:
        self.read_engine.dispose()
        self.write_engine.dispose()


def table_of(row: type[Base]) -> Table:
    """The table of a row class, for inserting many rows in one statement."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


def count_rows(session: Session, statement: Delete | Insert) -> int:
    """Delete or insert rows; how many."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def locking(session: Session, statement: AnySelect, *, of: Sequence[type[Base]] = ()) -> AnySelect:
    """Lock the rows that a statement selects on PostgreSQL, only those `of` some tables when they
    are named; on SQLite there is one writer at a time.
    """
    if session.get_bind().dialect.name == "sqlite":
        return statement
    return statement.with_for_update(of=tuple(of) or None)


def get_locked(session: Session, row: type[AnyRow], key: Any) -> AnyRow:
    """The row with that `id`, locked. Raises NotFound."""
    statement = select(row).where(row.__table__.c.id == key)
    found = session.scalar(locking(session, statement))
    if found is None:
        raise NotFound
    return found


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _sqlite_engine(url: str, pool_size: int, *, writes: bool, durable: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=64,
        json_serializer=_dumps,
        connect_args={"check_same_thread": False, "timeout": 30},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # REPLACE deletes the row that it replaces: its DELETE triggers must refuse.
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA cache_size=-32000")
        cursor.execute("PRAGMA mmap_size=268435456")
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    if writes:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
