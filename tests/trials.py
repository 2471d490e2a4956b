"""A database on which each trial runs to the end, is read as if committed, and is undone."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from shop.storage.db import Base, Database


class Trial(Database):
    """Every session of a trial is on one connection, whose transaction is rolled back at the end:
    `with trial.begun(): …`. For one thread.
    """

    def __init__(self, real: Database) -> None:
        self.url, self.is_sqlite = real.url, real.is_sqlite
        self.read_engine, self.write_engine = real.read_engine, real.write_engine
        self._connection: Connection | None = None
        self.sent: list[str] = []

    @property
    def connection(self) -> Connection:
        assert self._connection is not None, "outside a trial"
        return self._connection

    @contextmanager
    def begun(self) -> Iterator[None]:
        with self.write_engine.connect() as connection:
            self._connection = connection
            event.listen(connection, "before_cursor_execute", self._note)
            whole = connection.begin()
            try:
                yield
            finally:
                whole.rollback()
                self._connection = None

    def _note(self, _connection, _cursor, statement, *_rest) -> None:
        self.sent.append(statement)

    def writes(self) -> list[str]:
        """What was written since the last call: the beginnings of the statements."""
        wrote = [one for one in self.sent if one.startswith(("INSERT", "UPDATE", "DELETE"))]
        self.sent.clear()
        return [" ".join(one.split()[:3]) for one in wrote]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        session = Session(
            self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self.connection

    def reading_session(self) -> Session:
        return Session(
            self.connection,
            expire_on_commit=False,
            autoflush=False,
            join_transaction_mode="rollback_only",
        )


def rows_in(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counts = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM {table}" for table in sorted(Base.metadata.tables)
    )
    return {row[0]: row[1] for row in connection.execute(text(counts))}
