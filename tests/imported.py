"""Imports of products as the tests make them: a file of cells, sent, compared, applied."""

from collections.abc import Sequence

from shop.core.actors import Actor
from shop.documents.spreadsheets import CSV, csv_of, xlsx_of
from shop.imports.imports import apply_import, check_import, receive_import, table_of_file
from shop.imports.imports import undo_import as ask_undo
from shop.imports.models import ProductImport
from shop.imports.working import run_imports
from shop.ops import clock
from shop.storage.db import Database
from tests.factories import AT, OFFICE


def made(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = CSV) -> bytes:
    """A file as a spreadsheet saves it."""
    return csv_of(head, rows) if kind == CSV else xlsx_of(head, rows, at=AT)


def compare(database: Database, data: bytes, *, days: int = 0, by: Actor = OFFICE) -> ProductImport:
    """Send a file, and let the worker compare it."""
    with database.transaction() as session:
        row = receive_import(session, table_of_file("tarif.csv", data), by=by, at=clock.now())
        starts_on = row.starts_on.fromordinal(row.starts_on.toordinal() + days)
        check_import(session, row.id, row.mapping, starts_on, by=by, at=clock.now())
    return worked(database, row.id)


def apply(database: Database, import_id: int, *, by: Actor = OFFICE) -> ProductImport:
    """Apply it, by the worker."""
    with database.transaction() as session:
        seen = session.get_one(ProductImport, import_id).mark
        apply_import(session, import_id, seen=seen, by=by, at=clock.now())
    return worked(database, import_id)


def undo(database: Database, import_id: int, *, by: Actor = OFFICE) -> ProductImport:
    """Undo it, by the worker."""
    with database.transaction() as session:
        ask_undo(session, import_id, by=by, at=clock.now())
    return worked(database, import_id)


def worked(database: Database, import_id: int) -> ProductImport:
    """The import once the worker has passed."""
    run_imports(database, clock=clock.now)
    with database.reading_session() as session:
        return session.get_one(ProductImport, import_id)
