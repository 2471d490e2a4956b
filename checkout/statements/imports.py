"""The import of bank statements: the file is kept, its movements are read once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checkout.statements.camt import looks_like_xml, read_camt
from checkout.statements.csv_rules import Mapping, digest_of, guess, read_csv, text_of
from checkout.statements.models import (
    Statement,
    StatementFile,
    StatementMapping,
    StatementMovement,
)
from checkout.statements.procedure import LEFT_OUT, PROCEDURE
from checkout.statements.rules import (
    MOST_BYTES,
    Movement,
    ReadStatement,
    StatementEmpty,
    StatementReadBefore,
    StatementTooLarge,
    ensure_balanced,
    keys_of,
)
from shop.core.actors import Actor
from shop.core.text import one_line, paris_day
from shop.storage.db import Base, get_locked
from shop.storage.journal import record
from shop.storage.lookup import note_looked_up
from shop.storage.transitions import Subject, begin

CAMT, CSV = "camt", "csv"


def receive_file(
    session: Session, data: bytes, filename: str, *, by: Actor, at: datetime
) -> StatementFile:
    """Keep a file that was sent. One that was sent and read before is refused; one that waits for
    its columns is found again.

    Raises NotAllowed, StatementEmpty, StatementTooLarge, StatementReadBefore.
    """
    PROCEDURE.ensure("import_movement", None, by)
    if not data.strip():
        raise StatementEmpty
    if len(data) > MOST_BYTES:
        raise StatementTooLarge(limit=MOST_BYTES // 1_000_000)
    digest = hashlib.sha256(data).hexdigest()
    values = {
        "sha256": digest,
        "filename": one_line(filename)[-200:],
        "form": CAMT if looks_like_xml(data) else CSV,
        "data": data,
        "sent_at": at,
        "by_name": by.name,
    }
    _insert_new(session, StatementFile, [values], "sha256")
    file = session.scalars(select(StatementFile).where(StatementFile.sha256 == digest)).one()
    read = session.scalar(select(Statement.read_at).where(Statement.file_id == file.id).limit(1))
    if read is not None:
        raise StatementReadBefore(day=paris_day(read).strftime("%d/%m/%Y"))
    return file


def read_file(
    session: Session,
    file_id: int,
    mapping: Mapping | None = None,
    *,
    by: Actor,
    at: datetime,
) -> list[Statement]:
    """Read the statements of a file; `mapping` for a CSV file, by default the remembered one.

    Raises NotAllowed, NotFound, StatementReadBefore and the refusals of `read_camt`, `read_csv`,
    `ensure_balanced`.
    """
    PROCEDURE.ensure("import_movement", None, by)
    file = get_locked(session, StatementFile, file_id)
    before = select(Statement.read_at).where(Statement.file_id == file.id).limit(1)
    if (read := session.scalar(before)) is not None:
        raise StatementReadBefore(day=paris_day(read).strftime("%d/%m/%Y"))
    if file.form == CAMT:
        found = read_camt(file.data)
    else:
        text = text_of(file.data)
        found = [read_csv(text, mapping or mapping_for(session, text))]
    for one in found:
        ensure_balanced(one)
    kept = [_write(session, file, one, by=by, at=at) for one in found if one.movements]
    for statement in kept:
        record(
            session,
            f"statement:{statement.id}",
            "import_statement",
            by=by,
            at=at,
            file=file.filename,
            account=statement.account,
            known=statement.known,
        )
    return kept


def file_text(session: Session, file_id: int) -> tuple[StatementFile, str]:
    """A CSV file that waits for its columns, with its text. Raises NotFound, NotAStatement."""
    file = get_locked(session, StatementFile, file_id)
    return file, text_of(file.data)


def mapping_for(session: Session, text: str) -> Mapping:
    """The mapping that was set for the same headings, else what they suggest."""
    columns = session.scalar(
        select(StatementMapping.columns)
        .where(StatementMapping.headings == digest_of(text))
        .order_by(StatementMapping.id.desc())
        .limit(1)
    )
    return guess(text) if columns is None else Mapping(**columns)


def remember_mapping(
    session: Session, text: str, mapping: Mapping, *, by: Actor, at: datetime
) -> None:
    """Propose this mapping for files with the same headings. Raises NotAllowed."""
    PROCEDURE.ensure("import_movement", None, by)
    headings, columns = digest_of(text), mapping.to_json()
    row = StatementMapping(headings=headings, columns=columns, set_at=at, by_name=by.name)
    session.add(row)
    session.flush()
    record(session, f"statement_mapping:{row.id}", "map_columns", by=by, at=at, **columns)


def _write(
    session: Session, file: StatementFile, read: ReadStatement, *, by: Actor, at: datetime
) -> Statement:
    """The statement, and those of its movements that no earlier file has brought."""
    booked = [one for one in read.movements if not one.is_pending]
    days = [one.booked_on for one in read.movements]
    keys = keys_of(read.account, booked)
    known = set(_known(session, keys))
    statement = Statement(
        file_id=file.id,
        account=read.account,
        opened=read.opened,
        closed=read.closed,
        since=min(days),
        until=max(days),
        known=len(known),
        pending=len(read.movements) - len(booked),
        read_at=at,
        by_name=by.name,
    )
    session.add(statement)
    session.flush()
    pairs = [pair for pair in zip(keys, booked, strict=True) if pair[0] not in known]
    rows = [_row(statement, key, one) for key, one in pairs]
    _insert_new(session, StatementMovement, rows, "key")
    _begin(session, statement, by=by, at=at)
    return statement


def _known(session: Session, keys: Sequence[str]) -> Sequence[str]:
    column = StatementMovement.key
    found: list[str] = []
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        found += session.scalars(select(column).where(column.in_(some)))
    return found


def _begin(session: Session, statement: Statement, *, by: Actor, at: datetime) -> None:
    """The journal entries of the movements to decide about, and the terms of all."""
    transition = PROCEDURE.ensure("import_movement", None, by)
    mine = select(StatementMovement).where(StatementMovement.statement_id == statement.id)
    movements = session.scalars(mine.order_by(StatementMovement.id)).all()
    note_looked_up(session, movements)
    for movement in movements:
        if movement.out is not None:
            continue
        subject = Subject(movement, "state", f"bank_movement:{movement.id}")
        begin(session, subject, transition, by=by, at=at, amount=movement.amount.cents)


def _row(statement: Statement, key: str, one: Movement) -> dict[str, Any]:
    out = one.out
    return {
        "statement_id": statement.id,
        "key": key,
        "booked_on": one.booked_on,
        "amount": one.amount,
        "currency": one.currency,
        "wording": one.wording,
        "payer": one.payer,
        "end_to_end": one.end_to_end,
        "bank_reference": one.bank_reference,
        "state": PROCEDURE.first("import_movement") if out is None else LEFT_OUT[0],
        "out": out,
        "reason": "",
    }


def _insert_new(
    session: Session, kind: type[Base], rows: list[dict[str, Any]], unique: str
) -> None:
    """Insert the rows that are not there, whoever else inserts them at the same time."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    if rows:
        statement = dialect.insert(kind).on_conflict_do_nothing(index_elements=[unique])
        session.execute(statement, rows)
