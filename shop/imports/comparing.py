"""Lines of a file compared with the catalogue: which product each is about, and what it changes."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from shop.catalogue.bulk_prices import prices_planned
from shop.catalogue.price_rules import AskedPrice, DayPlanned, PriceSame, ensure_other
from shop.catalogue.sheet_rules import EanTaken
from shop.core.folding import fold_name, fold_reference
from shop.core.money import Money
from shop.core.text import one_line
from shop.documents.tables import Row
from shop.imports.cell_rules import Shelves
from shop.imports.column_rules import FIELDS, KEY
from shop.imports.difference_rules import (
    CellFault,
    Comparison,
    EanRepeated,
    LineRepeated,
    SkuWrittenOtherwise,
    compared,
)
from shop.imports.records import Known, owners_of, products_called


@dataclass(slots=True)
class File:
    """What is known of a file while it is compared: the fields of its columns, and which line is
    about a product, or gives an EAN, first.
    """

    data: bytes
    titles: list[str]
    mapping: list[str]
    filename: str
    starts_on: date
    shelves: Shelves
    brands: dict[str, str] = field(default_factory=dict)
    new_brands: list[str] = field(default_factory=list)
    skus: dict[str, int] = field(default_factory=dict)
    eans: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line by the names of its fields, the product that it is about, and what it changes."""

    line: int
    cells: dict[str, str]
    known: Known | None
    found: Comparison


def compare_lines(session: Session, file: File, part: list[Row]) -> list[Line]:
    """Lines against the products that they are about."""
    rows = [(line, _cells(file, cells)) for line, cells in part]
    known = products_called(session, {cells[KEY] for _line, cells in rows})
    lines = []
    for line, cells in rows:
        product = known.get(cells[KEY])
        found = compared(cells, product.record if product else None, file.shelves)
        _ensure_once(file, line, cells[KEY], product, found)
        _note_brand(file, found)
        lines.append(Line(line, cells, product, found))
    _check_eans(session, file, lines)
    _check_prices(session, file, lines)
    return lines


def _cells(file: File, cells: list[str]) -> dict[str, str]:
    """The cells that are given a field; those that a short line lacks are empty."""
    padded = [*cells, *[""] * (len(file.mapping) - len(cells))]
    named = {name: cell for name, cell in zip(file.mapping, padded, strict=False) if name}
    named[KEY] = one_line(named[KEY])
    return {name: named[name] for name in FIELDS if name in named}


def _ensure_once(file: File, line: int, sku: str, product: Known | None, found: Comparison) -> None:
    written = product.record[KEY] if product else sku
    first = file.skus.setdefault(written if product else fold_reference(sku), line)
    if sku and first != line:
        found.faults.append(CellFault(KEY, sku, LineRepeated(first=first)))
    elif sku != written:
        found.faults.append(CellFault(KEY, sku, SkuWrittenOtherwise(sku=written)))


def _note_brand(file: File, found: Comparison) -> None:
    """A brand that the catalogue does not have is added with the import; all lines write it as the
    first one does.
    """
    if "brand" not in found.changes or found.faults:
        return
    name = found.changes["brand"][1]
    if fold_name(name) not in file.brands and name not in file.brands.values():
        file.brands[fold_name(name)] = name
        file.new_brands.append(name)


def _check_eans(session: Session, file: File, lines: list[Line]) -> None:
    given = {one.found.changes["ean"][1]: one for one in lines if "ean" in one.found.changes}
    owners = owners_of(session, [ean for ean in given if ean])
    for one in lines:
        ean = one.found.changes.get("ean", [None, None])[1]
        if ean is None:
            continue
        first = file.eans.setdefault(ean, one.line)
        owner = owners.get(ean)
        if owner is not None and (one.known is None or owner[0] != one.known.product_id):
            one.found.faults.append(CellFault("ean", ean, EanTaken(name=owner[1])))
        elif first != one.line:
            one.found.faults.append(CellFault("ean", ean, EanRepeated(first=first)))


def _check_prices(session: Session, file: File, lines: list[Line]) -> None:
    """A price that is planned for that day already is no difference when it is the same, and a
    fault when it is another.
    """
    priced = [one for one in lines if one.known is not None and "price" in one.found.changes]
    planned = prices_planned(session, [one.known.product_id for one in priced if one.known])
    for one in priced:
        assert one.known is not None
        before, after = (Money(cents) for cents in one.found.changes["price"])
        waiting = planned.get(one.known.product_id, [])
        asked = AskedPrice(after, file.starts_on, file.filename)
        same = (file.starts_on, after) in waiting
        try:
            if not same:
                ensure_other(asked, before, waiting)
        except PriceSame:
            same = True
        except DayPlanned as refusal:
            one.found.faults.append(CellFault("price", one.cells["price"], refusal))
        if same:
            del one.found.changes["price"]
