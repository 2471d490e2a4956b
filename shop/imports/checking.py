"""A file compared with the catalogue by the worker: some hundred lines at a time, each part in a
transaction of its own, so that nobody waits for it. Nothing of the catalogue is changed.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from shop.core.actors import THE_CLOCK
from shop.core.errors import DomainError
from shop.core.stored_facts import stored_facts
from shop.core.text import one_line
from shop.documents.tables import Row
from shop.imports.column_rules import KEY
from shop.imports.comparing import File, Line, compare_lines
from shop.imports.difference_rules import (
    CellFault,
    stamp,
)
from shop.imports.imports import forget_lines, rows_of, subject_of, titles_of
from shop.imports.models import ImportFault, ImportLine, ProductImport
from shop.imports.procedure import PROCEDURE, is_checking
from shop.imports.records import shelves_of
from shop.imports.rules import MOST_LINES, MOST_NAMED, ImportStopped, TooManyLines, shortened
from shop.storage.db import Database, get_locked
from shop.storage.transitions import advance

log = logging.getLogger("comptoir.imports")

#: Lines that are compared at once.
AT_ONCE = 500
#: A worker that says nothing for so long has ended: another one begins again.
_CLAIM = timedelta(minutes=2)

Clock = Callable[[], datetime]
Stopping = Callable[[], bool]


def check_file(
    database: Database, import_id: int, *, clock: Clock, stopping: Stopping = lambda: False
) -> None:
    """Compare the file of an import, unless a worker is at it; begun again when one has ended."""
    file = _claim(database, import_id, at=clock())
    if file is None:
        return
    try:
        _count(database, import_id, sum(1 for _line in _products(file)))
        lines = _products(file)
        while part := list(islice(lines, AT_ONCE)):
            if stopping():
                _release(database, import_id)
                return
            _compare(database, import_id, file, part, at=clock())
        problem = None
    except DomainError as refusal:
        problem = refusal
    except Exception:
        log.exception("the import %s met a fault", import_id)
        problem = ImportStopped()
    _end(database, import_id, file, problem, at=clock())


def _claim(database: Database, import_id: int, *, at: datetime) -> File | None:
    with database.transaction() as session:
        row = get_locked(session, ProductImport, import_id)
        if not is_checking(row.state) or row.is_claimed(at):
            return None
        forget_lines(session, row)
        row.claimed_until = at + _CLAIM
        shelves = shelves_of(session, at)
        data = row.data or b""
        columns = list(row.titles), list(row.mapping)
        file = File(data, *columns, row.filename, row.starts_on, shelves)
    file.brands = dict(shelves.brands)
    file.shelves = replace(shelves, brands=file.brands)
    return file


def _count(database: Database, import_id: int, lines: int) -> None:
    """Note how many lines there are: the file can be read to its end."""
    with database.transaction() as session:
        get_locked(session, ProductImport, import_id).lines = lines


def _release(database: Database, import_id: int) -> None:
    with database.transaction() as session:
        get_locked(session, ProductImport, import_id).claimed_until = None


def _products(file: File) -> Iterator[Row]:
    """The lines of products: those below the titles that are not empty. Raises TooManyLines."""
    below = False
    count = 0
    for line, cells in rows_of(file.data):
        if not below:
            below = titles_of(cells) == file.titles
        elif any(cell.strip() for cell in cells):
            count += 1
            if count > MOST_LINES:
                raise TooManyLines(most=MOST_LINES)
            yield line, cells


def _compare(
    database: Database, import_id: int, file: File, part: list[Row], *, at: datetime
) -> None:
    """Compare some lines, and keep what they change and their faults."""
    with database.reading_session() as session:
        lines = compare_lines(session, file, part)
    with database.transaction() as session:
        row = get_locked(session, ProductImport, import_id)
        faults = [(one.line, fault) for one in lines for fault in one.found.faults]
        good = [one for one in lines if one.found.changes and not one.found.faults]
        if good:
            session.execute(insert(ImportLine), [_line_row(import_id, one) for one in good])
        if faults:
            values = [_fault_row(import_id, file, line, one) for line, one in faults]
            session.execute(insert(ImportFault), values)
        row.done += len(part)
        row.faults += len(faults)
        row.added += sum(one.known is None for one in good)
        row.changed += sum(one.known is not None for one in good)
        row.claimed_until = at + _CLAIM


def _line_row(import_id: int, one: Line) -> dict[str, Any]:
    changes = one.found.changes
    record = one.known.record if one.known else {}
    return {
        "import_id": import_id,
        "line": one.line,
        "product_id": one.known.product_id if one.known else None,
        "sku": record.get(KEY) or one.cells[KEY],
        "name": (changes.get("name") or [None, record.get("name")])[1],
        "is_new": one.known is None,
        "seen": stamp(record) if record else "",
        "changes": changes,
    }


def _fault_row(import_id: int, file: File, line: int, fault: CellFault) -> dict[str, Any]:
    mapped = fault.field in file.mapping
    return {
        "import_id": import_id,
        "line": line,
        "title": file.titles[file.mapping.index(fault.field)] if mapped else "",
        "field": fault.field,
        "value": shortened(one_line(fault.value)),
        "sentence": fault.refusal.sentence,
        "facts": stored_facts(fault.refusal.facts),
    }


def _end(
    database: Database, import_id: int, file: File, problem: DomainError | None, *, at: datetime
) -> None:
    with database.transaction() as session:
        row = get_locked(session, ProductImport, import_id)
        if not is_checking(row.state):
            return
        row.claimed_until = None
        row.new_brands = file.new_brands[:MOST_NAMED]
        row.facts = {"brands": len(file.new_brands)}
        if problem is not None:
            row.problem, row.facts = problem.sentence, stored_facts(problem.facts)
        act = _outcome(row)
        transition = PROCEDURE.ensure(act, row.state, THE_CLOCK)
        if act == "find_nothing":
            row.data = None
        counts: dict[str, Any] = {
            "changed": row.changed,
            "added": row.added,
            "faults": row.faults,
        }
        advance(session, subject_of(row), transition, by=THE_CLOCK, at=at, **counts)


def _outcome(row: ProductImport) -> str:
    if row.faults or row.problem:
        return "find_faults"
    return "find_changes" if row.changed or row.added else "find_nothing"
