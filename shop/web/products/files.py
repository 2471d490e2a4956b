"""The sales staff: the products of the list, as a file for a spreadsheet."""

from collections.abc import Iterator

from flask import Response
from flask_babel import gettext as _

from shop.catalogue.product_files import COLUMNS, Cell, count_products, rows_of_products
from shop.catalogue.product_lists import Wanted
from shop.core.actors import SALES, SALES_ADMIN
from shop.documents.spreadsheets import (
    CSV,
    MEDIA_TYPES,
    XLSX,
    csv_rows,
    ensure_fits_sheet,
    xlsx_parts,
)
from shop.ops.clock import now, today
from shop.storage.db import Database
from shop.storage.paging import Place
from shop.web.kit.downloads import download
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import place_asked
from shop.web.kit.site import plain_database, reading
from shop.web.products import blueprint
from shop.web.products.office import asked_of_list


@blueprint.get("/bureau/produits.csv")
@staff_only(SALES, SALES_ADMIN)
def csv_file() -> Response:
    """The products of the list under its search and filters, as a CSV file."""
    return download(csv_rows(_head(), _rows()), name=_name(CSV), media_type=MEDIA_TYPES[CSV])


@blueprint.get("/bureau/produits.xlsx")
@staff_only(SALES, SALES_ADMIN)
def xlsx_file() -> Response:
    """The products of the list under its search and filters, as an Excel file."""
    ensure_fits_sheet(count_products(reading(), asked_of_list()[1], place_asked()))
    parts = xlsx_parts(_head(), _rows(), at=now())
    return download(parts, name=_name(XLSX), media_type=MEDIA_TYPES[XLSX])


def _head() -> list[str]:
    return [_(one) for one in COLUMNS]


def _rows() -> Iterator[list[Cell]]:
    """The request is read at once: the rows are read when it has ended."""
    wanted, place, words = asked_of_list()[1], place_asked(), (_("yes"), _("no"))
    return _read(plain_database(), wanted, place, words)


def _read(
    database: Database, wanted: Wanted, place: Place, words: tuple[str, str]
) -> Iterator[list[Cell]]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        yield from rows_of_products(session, wanted, place, words=words)


def _name(kind: str) -> str:
    return f"comptoir-produits-{today().isoformat()}.{kind}"
