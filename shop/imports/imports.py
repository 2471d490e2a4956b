"""Imports of products: received, and what a person of the sales staff asks the worker for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.catalogue.price_rules import FARTHEST, PriceDayInPast, PriceDayTooFar
from shop.core.actors import SALES, Actor
from shop.core.errors import IllegalTransition
from shop.core.text import one_line, paris_day
from shop.core.workflow import Transition
from shop.documents.spreadsheets import XLSX
from shop.documents.tables import Row, TableEmpty, csv_table, kind_of
from shop.documents.workbooks import xlsx_table
from shop.imports.column_rules import LONGEST_TITLE, ensure_mapping, proposed, remembered_from
from shop.imports.models import ImportFault, ImportLine, ProductImport
from shop.imports.procedure import PROCEDURE
from shop.imports.rules import LONGEST_FILENAME, MEANWHILE, BulkBeginsAgain, ImportElsewhere
from shop.storage.db import get_locked
from shop.storage.transitions import Subject, advance, begin

#: Rows before the titles that a file may have: a heading, empty ones.
_BEFORE_TITLES = 10
#: Earlier imports whose columns are remembered.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class SentTable:
    """A file as it was sent, with the titles of its columns."""

    filename: str
    data: bytes
    titles: list[str]


def table_of_file(filename: str, data: bytes) -> SentTable:
    """A file of products, whose titles are read. Raises TableEmpty, and what `rows_of()` raises."""
    for _line, cells in islice(rows_of(data), _BEFORE_TITLES):
        titles = titles_of(cells)
        if sum(map(bool, titles)) > 1:
            return SentTable(one_line(filename)[-LONGEST_FILENAME:] or "import", data, titles)
    raise TableEmpty


def titles_of(cells: list[str]) -> list[str]:
    """The titles of columns, as an import keeps them."""
    return [one_line(cell)[:LONGEST_TITLE] for cell in cells]


def rows_of(data: bytes) -> Iterator[Row]:
    """The rows of a file. Raises TableUnreadable, TableTooHeavy, TableTooWide, CellTooLong."""
    return xlsx_table(data) if kind_of(data) == XLSX else csv_table(data)


def receive_import(session: Session, sent: SentTable, *, by: Actor, at: datetime) -> ProductImport:
    """Keep a file of products, with the field that each column seems to be. Raises NotAllowed."""
    transition = PROCEDURE.ensure("receive_import", None, by)
    row = ProductImport(
        state=PROCEDURE.first("receive_import"),
        filename=sent.filename,
        data=sent.data,
        titles=sent.titles,
        mapping=proposed(sent.titles, _remembered(session)),
        starts_on=paris_day(at),
        sent_at=at,
        user_id=by.user_id,
        by_name=by.name,
        asked_by_id=by.user_id,
        asked_by=by.name,
    )
    session.add(row)
    session.flush()
    begin(session, subject_of(row), transition, by=by, at=at, filename=row.filename)
    return row


def _remembered(session: Session) -> dict[str, str]:
    """The field of each title in the latest imports that were compared."""
    rows = session.execute(
        select(ProductImport.titles, ProductImport.mapping)
        .where(ProductImport.was_compared)
        .order_by(ProductImport.id.desc())
        .limit(_REMEMBERED)
    )
    return remembered_from([(row.titles, row.mapping) for row in rows])


def check_import(
    session: Session,
    import_id: int,
    mapping: Sequence[str],
    starts_on: date,
    *,
    by: Actor,
    at: datetime,
) -> ProductImport:
    """Ask the worker to compare the file with the catalogue; prices are to apply from that day.

    Raises NotAllowed, NotFound, Changed, BulkBeginsAgain, ReferenceNotMapped, FieldTwice,
    NothingMapped, PriceDayInPast, PriceDayTooFar.
    """
    row, transition = ready(session, import_id, "check_import", by)
    if row.is_bulk and row.was_compared:
        raise BulkBeginsAgain
    ensure_mapping(mapping)
    if starts_on < paris_day(at):
        raise PriceDayInPast
    if starts_on > paris_day(at) + FARTHEST:
        raise PriceDayTooFar
    row.mapping = [*mapping][: len(row.titles)]
    row.starts_on = starts_on
    row.done, row.claimed_until, row.checked_at = 0, None, at
    _ask(session, row, transition, by=by, at=at)
    return row


def apply_import(
    session: Session, import_id: int, *, seen: str, by: Actor, at: datetime
) -> ProductImport:
    """Ask the worker to write all differences: those of the comparison that the person has `seen`,
    by its mark. Raises NotAllowed, NotFound, Changed.
    """
    row, transition = ready(session, import_id, "apply_import", by)
    if seen != row.mark:
        raise ImportElsewhere
    _ask(session, row, transition, by=by, at=at)
    return row


def undo_import(session: Session, import_id: int, *, by: Actor, at: datetime) -> ProductImport:
    """Ask the worker to give the products their earlier values again. Raises NotAllowed, NotFound,
    Changed.
    """
    row, transition = ready(session, import_id, "undo_import", by)
    _ask(session, row, transition, by=by, at=at)
    return row


def discard_import(session: Session, import_id: int, *, by: Actor, at: datetime) -> None:
    """Give an import up: its file and its differences are deleted. Raises NotAllowed, NotFound,
    Changed.
    """
    row, transition = ready(session, import_id, "discard_import", by)
    forget_lines(session, row)
    row.data = None
    advance(session, subject_of(row), transition, by=by, at=at, filename=row.filename)


def forget_lines(session: Session, row: ProductImport) -> None:
    """Delete what an earlier comparison found."""
    for kind in (ImportLine, ImportFault):
        session.execute(delete(kind).where(kind.import_id == row.id))
    row.done = row.changed = row.added = row.faults = row.conflicts = 0
    row.new_brands, row.problem, row.facts = [], "", {}


def ready(
    session: Session, import_id: int, act: str, by: Actor
) -> tuple[ProductImport, Transition]:
    """An import, locked, and the transition. Raises NotAllowed, NotFound and, where its state is
    another one by now, Changed.
    """
    row = get_locked(session, ProductImport, import_id)
    try:
        return row, PROCEDURE.ensure(act, row.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[row.state] from late


def asker(row: ProductImport) -> Actor:
    """The person in whose name the worker acts."""
    return Actor(row.asked_by, frozenset({SALES}), user_id=row.asked_by_id)


def subject_of(row: ProductImport) -> Subject:
    """The import in the journal."""
    return Subject(row, "state", f"product_import:{row.id}")


def _ask(
    session: Session, row: ProductImport, transition: Transition, *, by: Actor, at: datetime
) -> None:
    row.asked_by_id, row.asked_by = by.user_id, by.name
    advance(session, subject_of(row), transition, by=by, at=at, filename=row.filename)


def imports_waiting(session: Session, name: str) -> list[int]:
    """The imports that wait for that transition, the oldest first."""
    sources = PROCEDURE.sources_of(name)
    waiting = select(ProductImport.id).where(ProductImport.state.in_(sources))
    return list(session.scalars(waiting.order_by(ProductImport.id)))
