"""The imports, and of one of them: the products that it changes, and its faults."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_, NotFound
from shop.imports.models import ImportFault, ImportLine, ProductImport
from shop.imports.procedure import BUSY, PROCEDURE
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: Rows of a file that are read at once.
_AT_ONCE = 1000
#: What still waits for a decision of the staff.
_TO_DECIDE = PROCEDURE.sources_of("discard_import")
_APPLIED = PROCEDURE.targets_of("finish_import")

_IMPORTS = Listing(
    select(ProductImport),
    (ProductImport.id.desc(),),
    ProductImport.id,
    (
        Filter(
            "state",
            N_("Status"),
            (
                Choice("decide", N_("To decide"), ProductImport.state.in_(_TO_DECIDE)),
                Choice("busy", N_("In progress"), ProductImport.state.in_(BUSY)),
                Choice("applied", N_("Applied"), ProductImport.state.in_(_APPLIED)),
            ),
        ),
    ),
    (
        Sort("sent", N_("Sent on"), (ProductImport.sent_at,)),
        Sort("by", N_("By"), (ProductImport.by_name,)),
    ),
    "-sent",
)
_LINES = Listing(
    select(ImportLine),
    (ImportLine.id,),
    ImportLine.id,
    (
        Filter(
            "kind",
            N_("Products"),
            (
                Choice("changed", N_("Changed"), ImportLine.is_new.is_(False)),
                Choice("new", N_("New"), ImportLine.is_new),
                Choice("conflict", N_("In conflict"), ImportLine.is_conflict),
                Choice("kept", N_("Not undone"), ImportLine.is_kept),
            ),
        ),
    ),
    (
        Sort("line", N_("Line"), (ImportLine.line,)),
        Sort("reference", N_("Reference"), (ImportLine.sku,)),
    ),
    "line",
)
_FAULTS = Listing(
    select(ImportFault),
    (ImportFault.id,),
    ImportFault.id,
    (),
    (
        Sort("line", N_("Line"), (ImportFault.line,)),
        Sort("column", N_("Column"), (ImportFault.title,)),
    ),
    "line",
)


def imports(session: Session, place: Place = FIRST) -> Page[ProductImport]:
    """All imports, the latest first."""
    return page_of(session, _IMPORTS, place).of(lambda row: row[0])


def get_import(session: Session, import_id: int) -> ProductImport:
    """Raises NotFound."""
    row = session.get(ProductImport, import_id)
    if row is None:
        raise NotFound
    return row


def lines_of(session: Session, import_id: int, place: Place = FIRST) -> Page[ImportLine]:
    """The products that an import changes or adds."""
    found = _LINES.where(ImportLine.import_id == import_id)
    return page_of(session, found, place).of(lambda row: row[0])


def faults_of(session: Session, import_id: int, place: Place = FIRST) -> Page[ImportFault]:
    """The cells that cannot be used."""
    found = _FAULTS.where(ImportFault.import_id == import_id)
    return page_of(session, found, place).of(lambda row: row[0])


def every_line(session: Session, import_id: int) -> Iterator[Any]:
    """All lines for a file, read a part at a time."""
    lines = select(ImportLine).where(ImportLine.import_id == import_id).order_by(ImportLine.id)
    yield from session.scalars(lines.execution_options(yield_per=_AT_ONCE))


def every_fault(session: Session, import_id: int) -> Iterator[Any]:
    """All faults for a file, read a part at a time."""
    faults = select(ImportFault).where(ImportFault.import_id == import_id).order_by(ImportFault.id)
    yield from session.scalars(faults.execution_options(yield_per=_AT_ONCE))
