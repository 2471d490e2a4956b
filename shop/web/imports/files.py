"""The sales staff: the differences and the faults of an import, as files for a spreadsheet."""

from collections.abc import Iterator

from flask import Response
from flask_babel import gettext as _

from shop.core.actors import SALES, SALES_ADMIN
from shop.documents.spreadsheets import CSV, MEDIA_TYPES, csv_rows
from shop.imports.lists import every_fault, every_line, get_import
from shop.storage.db import Database
from shop.web.imports import blueprint
from shop.web.imports.words import changes_of_line, column_of, why
from shop.web.kit.downloads import download
from shop.web.kit.guards import staff_only
from shop.web.kit.site import plain_database, reading


@blueprint.get("/bureau/imports/<int:import_id>/differences.csv")
@staff_only(SALES, SALES_ADMIN)
def differences(import_id: int) -> Response:
    """Each field that changes: before, after, and what became of it."""
    get_import(reading(), import_id)
    head = [_("Line"), _("Reference"), _("Field"), _("Before"), _("After"), _("Note")]
    rows = _differences(plain_database(), import_id)
    return download(
        csv_rows(head, rows),
        name=f"import-{import_id}-differences.csv",
        media_type=MEDIA_TYPES[CSV],
    )


@blueprint.get("/bureau/imports/<int:import_id>/fautes.csv")
@staff_only(SALES, SALES_ADMIN)
def faults(import_id: int) -> Response:
    """Each cell that cannot be used, and what was expected."""
    get_import(reading(), import_id)
    head = [_("Line"), _("Column"), _("Value"), _("What was expected")]
    rows = _faults(plain_database(), import_id)
    return download(
        csv_rows(head, rows), name=f"import-{import_id}-fautes.csv", media_type=MEDIA_TYPES[CSV]
    )


def _differences(database: Database, import_id: int) -> Iterator[list[str]]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        for line in every_line(session, import_id):
            for one in changes_of_line(line):
                yield [str(line.line), line.sku, one.label, one.before, one.after, why(line)]


def _faults(database: Database, import_id: int) -> Iterator[list[str]]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        for one in every_fault(session, import_id):
            yield [str(one.line), column_of(one), one.value, why(one)]
