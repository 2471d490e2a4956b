"""Bulk changes: the products that a list of the office finds, written as the file of an import. Its
comparison, its application and its undoing are those of any import.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.catalogue.product_lists import Wanted, product_listing
from shop.core.actors import Actor
from shop.core.text import one_line
from shop.documents.spreadsheets import csv_of
from shop.imports.bulk_rules import (
    BulkChange,
    NothingSelected,
    SelectionTooLarge,
    cell_of,
    ensure_change,
)
from shop.imports.column_rules import KEY, TITLES
from shop.imports.imports import SentTable, check_import, receive_import
from shop.imports.models import ProductImport
from shop.imports.rules import LONGEST_FILENAME, MOST_LINES
from shop.storage.paging import Listing, Place, count_of, read_number

#: Products read from the database at once.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Selection:
    """The products of a list: those that its search finds under its filters; where products were
    ticked, only those of `ids`.
    """

    wanted: Wanted
    place: Place
    ids: tuple[int, ...] = ()
    is_ticked: bool = False


def count_selected(session: Session, selection: Selection) -> int:
    """The number of products that a selection has."""
    return read_number(session, count_of(_listing(selection)))


def begin_bulk_change(
    session: Session,
    selection: Selection,
    change: BulkChange,
    starts_on: date,
    *,
    name: str,
    by: Actor,
    at: datetime,
) -> ProductImport:
    """Keep the new values of a selection as an import, which the worker compares. `name`: what the
    history of prices and the journal call it.

    Raises NotAllowed, NothingSelected, SelectionTooLarge, PercentageMissing, ValueMissing,
    PriceDayInPast, PriceDayTooFar.
    """
    ensure_change(change)
    count = count_selected(session, selection)
    if not count:
        raise NothingSelected
    if count > MOST_LINES:
        raise SelectionTooLarge(most=MOST_LINES)
    # The language of the catalogue, as a file of the staff would say it.
    head = [TITLES[KEY][1], TITLES[change.field][1]]
    data = csv_of(head, _cells(session, selection, change))
    sent = SentTable(one_line(name)[:LONGEST_FILENAME], data, head)
    row = receive_import(session, sent, by=by, at=at)
    row.is_bulk = True
    return check_import(session, row.id, [KEY, change.field], starts_on, by=by, at=at)


def _listing(selection: Selection) -> Listing:
    listing = product_listing(selection.wanted).at(selection.place)
    return listing.where(Product.id.in_(selection.ids)) if selection.is_ticked else listing


def _cells(session: Session, selection: Selection, change: BulkChange) -> list[list[str]]:
    listing = _listing(selection)
    rows = session.execute(
        listing.statement.with_only_columns(
            Product.sku, Product.price_including, maintain_column_froms=True
        )
        .order_by(*listing.order)
        .execution_options(yield_per=_AT_ONCE)
    )
    return [[row.sku, cell_of(row.price_including, change)] for row in rows]
