"""What the worker does for imports: compares, applies, undoes, and lets the search follow."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from shop.catalogue.counts import refresh_counts
from shop.catalogue.search import index_products
from shop.catalogue.sheet_rules import SEARCHED
from shop.core.actors import THE_CLOCK
from shop.imports.applying import apply_changes
from shop.imports.checking import check_file
from shop.imports.imports import imports_waiting, subject_of
from shop.imports.lines import parts_of
from shop.imports.models import ProductImport
from shop.imports.procedure import PROCEDURE, is_applying, is_undoing
from shop.imports.rules import ImportStopped
from shop.imports.undoing import undo_changes
from shop.storage.db import Database, get_locked
from shop.storage.transitions import advance

log = logging.getLogger("comptoir.imports")

Clock = Callable[[], datetime]
Stopping = Callable[[], bool]
#: Changes after which the search reads a product again.
_SEARCHED = SEARCHED | {"published"}


def run_imports(database: Database, *, clock: Clock, stopping: Stopping = lambda: False) -> int:
    """Do what was asked for, the oldest import first; how many imports were dealt with."""
    with database.reading_session() as session:
        checks = imports_waiting(session, "find_changes")
        others = imports_waiting(session, "finish_import")
        others += imports_waiting(session, "finish_undoing")
        unshown = select(ProductImport.id).where(ProductImport.shown_to.is_not(None))
        behind = list(session.scalars(unshown.order_by(ProductImport.id)))
    for import_id in checks:
        check_file(database, import_id, clock=clock, stopping=stopping)
    for import_id in others:
        if not stopping():
            write_or_undo(database, import_id, clock=clock)
    for import_id in {*others, *behind}:
        show_products(database, import_id, stopping=stopping)
    return len({*checks, *others, *behind})


def write_or_undo(database: Database, import_id: int, *, clock: Clock) -> None:
    """Apply an import or undo it, whichever was asked for. A fault leaves everything as it was."""
    try:
        apply_changes(database, import_id, at=clock())
        undo_changes(database, import_id, at=clock())
    except Exception:
        log.exception("the import %s met a fault", import_id)
        _stop(database, import_id, at=clock())


def _stop(database: Database, import_id: int, *, at: datetime) -> None:
    with database.transaction() as session:
        row = get_locked(session, ProductImport, import_id)
        if is_applying(row.state) or is_undoing(row.state):
            transition = PROCEDURE.ensure("stop_import", row.state, THE_CLOCK)
            row.problem, row.facts = ImportStopped.sentence, {}
            advance(session, subject_of(row), transition, by=THE_CLOCK, at=at)


def show_products(
    database: Database, import_id: int, *, stopping: Stopping = lambda: False
) -> None:
    """Let the search read the products of an import again, each part in a transaction of its own;
    it goes on where a worker ended.
    """
    while not stopping():
        with database.transaction() as session:
            row = get_locked(session, ProductImport, import_id)
            if row.shown_to is None:
                return
            lines = next(parts_of(session, import_id, row.shown_to), ())
            if not lines:
                row.shown_to = None
                refresh_counts(session)
                return
            changed = [one for one in lines if not _SEARCHED.isdisjoint(one.changes)]
            index_products(session, [one.product_id for one in changed])
            row.shown_to = lines[-1].id
