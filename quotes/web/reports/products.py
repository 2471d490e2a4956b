"""The products of the report on the stock: those that did not move, those that turn."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import render_template, stream_with_context
from flask_babel import gettext as _

from quotes.reports.turned import every_turned_product, turned_products
from quotes.web.reports import blueprint
from quotes.web.reports.shown import filed, shown
from shop.core.actors import LOGISTICS, SALES, SALES_ADMIN
from shop.core.errors import NotFound
from shop.documents.spreadsheets import (
    CSV,
    MEDIA_TYPES,
    XLSX,
    Cell,
    csv_rows,
    ensure_fits_sheet,
    xlsx_parts,
)
from shop.ops.clock import now, today
from shop.storage.db import Database
from shop.storage.paging import Place
from shop.web.kit.downloads import download
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.site import language, plain_database, reading


@blueprint.get("/bureau/rapports/rotation/produits")
@staff_only(SALES, SALES_ADMIN, LOGISTICS)
def products() -> Any:
    """How often the stock of each product turns, a page at a time."""
    rows = turned_products(reading(), place_asked(), today=today(), language=language())
    return render_template(
        "reports/products.html",
        rows=rows,
        query=kept(rows),
        arranged=rows.arranged.query,
        shown=shown,
        here="reports.index",
    )


@blueprint.get("/bureau/rapports/rotation/produits.<kind>")
@staff_only(SALES, SALES_ADMIN, LOGISTICS)
def products_file(kind: str) -> Any:
    """The whole list as the page arranges it, written while it is sent."""
    if kind not in MEDIA_TYPES:
        raise NotFound
    head = [
        _("Reference"),
        _("Product"),
        _("Family of goods"),
        _("Delivered in 12 months"),
        _("On the shelf"),
        _("Turns in a year"),
    ]
    if kind == XLSX:
        listed = turned_products(reading(), place_asked(), today=today(), language=language())
        ensure_fits_sheet(listed.total)
    rows = _rows(plain_database(), place_asked(), language())
    parts = csv_rows(head, rows) if kind == CSV else xlsx_parts(head, rows, at=now())
    name = f"comptoir-rapport-produits-{today()}.{kind}"
    return download(stream_with_context(parts), name=name, media_type=MEDIA_TYPES[kind])


def _rows(database: Database, place: Place, language: str) -> Iterator[Sequence[Cell]]:
    """The cells, read in a session of their own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        for one in every_turned_product(session, place, today=today(), language=language):
            turns = filed(one.turns)
            yield [one.sku, one.name, one.family, one.delivered, one.on_hand, turns]
