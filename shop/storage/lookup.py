"""The index of everything that people look up by a number, a name or an amount.

A row that is looked up says so: its class names the columns that its terms are made of
(`looked_up`), and its `lookup_entries()` returns the entries. They are written in its own
transaction, before the commit, by the one listener of this module. Triggers of the database delete
them with the row, and write those of e-mails (migration 0068).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Index,
    String,
    TextClause,
    bindparam,
    delete,
    event,
    inspect,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.core.lookup_terms import LONGEST
from shop.storage.db import Base, RowId

#: Text compared by its characters on both databases, so that a beginning is a range of the index.
PLAIN_TERM = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")
#: What the session keeps until its commit: the rows whose entries are to be written.
_WAITING = "lookup"


class LookupKind(StrEnum):
    """What a term leads to: the kinds of results, in their order."""

    DOSSIER = "dossier"
    ORDER = "order"
    DELIVERY = "delivery"
    INVOICE = "invoice"
    RETURN = "return"
    CLIENT = "client"
    PERSON = "person"
    TRANSFER = "transfer"
    MOVEMENT = "movement"
    EMAIL = "email"
    #: No result: what the dossiers of an organisation or a person are found by as well.
    NAME = "name"


class LookupTerm(Base):
    """A term by which the subject `subject_id` of a kind is found; `source` is the row that it
    comes from (« orders:12 »).

    `dossier_id` is the dossier that the subject belongs to, if any, and `owner` who may read it
    besides the staff: "o" and the id of the organisation that buys, or "u" and the person's.
    """

    __tablename__ = "lookup_terms"
    __table_args__ = (
        Index("ix_lookup_terms_subject", "kind", "subject_id", "term"),
        Index("ix_lookup_terms_owner", "owner", "kind", "term", "subject_id"),
        Index("ix_lookup_terms_source", "source"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    term: Mapped[str] = mapped_column(PLAIN_TERM, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    dossier_id: Mapped[int | None] = mapped_column(RowId)
    owner: Mapped[str | None] = mapped_column(String(24))


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """The terms of one row for one subject. `internal`: the buyer does not see it, although it
    belongs to their dossier.
    """

    kind: LookupKind
    subject_id: int
    terms: frozenset[str]
    dossier_id: int | None = None
    internal: bool = False


def entry(
    kind: LookupKind,
    subject_id: int,
    *terms: Iterable[str],
    dossier_id: int | None = None,
    internal: bool = False,
) -> LookupEntry:
    return LookupEntry(kind, subject_id, frozenset().union(*terms), dossier_id, internal)


_OWNER = (
    "CASE WHEN d.organisation_id IS NULL THEN 'u' || d.user_id ELSE 'o' || d.organisation_id END"
)
_INSERT = text(
    "INSERT INTO lookup_terms (kind, term, subject_id, source, dossier_id, owner)"  # noqa: S608
    " VALUES (:kind, :term, :subject_id, :source, :dossier_id,"
    f" (SELECT {_OWNER} FROM dossiers d WHERE d.id = :owned_by))"
)
_BUYERS = {"organisations": "organisation_id", "users": "user_id"}


def _copying(by: str, tables: Iterable[str]) -> TextClause:
    """Have the dossiers, those whose column `by` is one of `:ids`, found by the names of the rows
    of these tables that buy.
    """
    parts = (
        f"SELECT 'dossier', t.term, d.id, t.source, d.id, {_OWNER} FROM dossiers d"  # noqa: S608
        f" JOIN lookup_terms t ON t.source = '{table}:' || d.{_BUYERS[table]} AND t.kind = 'name'"
        f" WHERE d.{by} IN :ids"
        for table in tables
    )
    into = "INSERT INTO lookup_terms (kind, term, subject_id, source, dossier_id, owner) "
    statement = text(f"{into}{' UNION ALL '.join(parts)} ON CONFLICT DO NOTHING")
    return statement.bindparams(bindparam("ids", expanding=True))


_COPY_NAMES = {
    "dossiers": _copying("id", _BUYERS),
    **{table: _copying(column, [table]) for table, column in _BUYERS.items()},
}


@event.listens_for(Session, "after_flush")
def _note_rows(session: Session, _context: Any) -> None:
    """Keep in mind the rows whose terms this flush changed."""
    note_looked_up(session, (row for row in session.new if _is_looked_up(row)))
    waiting = session.info.setdefault(_WAITING, {})
    for row in session.dirty:
        if _is_looked_up(row) and _has_other_terms(row):
            waiting.setdefault(source_of(row), (row, True))


@event.listens_for(Session, "before_commit")
def _write_terms(session: Session) -> None:
    """Write the terms of the rows of this transaction, with one statement for all."""
    session.flush()
    write_entries(session, session.info.pop(_WAITING, {}))


@event.listens_for(Session, "after_rollback")
def _forget_rows(session: Session) -> None:
    session.info.pop(_WAITING, None)


def note_looked_up(session: Session, rows: Iterable[Any]) -> None:
    """Have the terms of these new rows written before the commit. The listener does so for the rows
    that the session flushes; a service that inserts them otherwise calls it.
    """
    waiting = session.info.setdefault(_WAITING, {})
    waiting.update((source_of(row), (row, False)) for row in rows)


def write_entries(session: Session, rows: dict[str, tuple[Any, bool]]) -> None:
    """Write the terms of rows, by source; the bool says whether they take the place of others."""
    known = [source for source, (_row, again) in rows.items() if again]
    if known:
        session.execute(delete(LookupTerm).where(LookupTerm.source.in_(known)))
    standing = ((source, row) for source, (row, _) in rows.items() if not inspect(row).was_deleted)
    values = [value for pair in standing for value in _values(session, *pair)]
    if values:
        session.connection().execute(_INSERT, values)
    _copy_names(session, rows)


def _copy_names(session: Session, rows: dict[str, tuple[Any, bool]]) -> None:
    """Have new dossiers found by the names of their buyers, and the others by their new names."""
    asked: dict[str, list[int]] = {table: [] for table in _COPY_NAMES}
    for source, (row, again) in rows.items():
        table = source.partition(":")[0]
        if table == "dossiers":
            is_asked = not again and (row.organisation_id or row.user_id) is not None
        else:
            is_asked = again and table in asked
        if is_asked:
            asked[table].append(row.id)
    for table, ids in asked.items():
        if ids:
            session.execute(_COPY_NAMES[table], {"ids": ids})


def source_of(row: Any) -> str:
    """The name of a row in the index."""
    return f"{type(row).__tablename__}:{row.id}"


def looked_up_classes() -> dict[str, type[Base]]:
    """The classes of rows that are looked up, by table."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return {one.__tablename__: one for one in classes if hasattr(one, "looked_up")}


def _values(session: Session, source: str, row: Any) -> Iterator[dict[str, Any]]:
    entries: Sequence[LookupEntry] = row.lookup_entries(session)
    for one in entries:
        common = {
            "kind": one.kind.value,
            "subject_id": one.subject_id,
            "source": source,
            "dossier_id": one.dossier_id,
            "owned_by": None if one.internal else one.dossier_id,
        }
        yield from (common | {"term": term} for term in sorted(one.terms))


def _is_looked_up(row: Any) -> bool:
    return hasattr(type(row), "looked_up")


def _has_other_terms(row: Any) -> bool:
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in type(row).looked_up)
