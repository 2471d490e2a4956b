"""What a line of a file changes, pure: its cells against the product as the catalogue has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shop.core.errors import N_, DomainError
from shop.core.marks import mark_of
from shop.core.text import one_line
from shop.imports.cell_rules import (
    CellMissing,
    CellNotValid,
    Shelves,
    ensure_new_sku,
    value_of,
)
from shop.imports.column_rules import FIELDS, KEY, NEEDED

#: What a new product has where its line says nothing, besides the standard rate of VAT.
DEFAULTS: dict[str, Any] = {
    "ean": None,
    "summary": "",
    "weight_g": 0,
    "warranty_months": 24,
    "published": False,
}
#: Fields that an empty cell empties.
_MAY_BE_EMPTY = frozenset({"ean", "summary"})
_TEXTS = frozenset({"name", "summary"})

#: A product as an import sees it, by the names of its fields.
Record = Mapping[str, Any]


class LineRepeated(CellNotValid):
    sentence = N_("Line %(first)s is about this product already.")


class SkuWrittenOtherwise(CellNotValid):
    sentence = N_("The catalogue writes this reference %(sku)s: an import does not change it.")


class EanRepeated(CellNotValid):
    sentence = N_("Line %(first)s gives this EAN to another product.")


class NewProductIncomplete(CellNotValid):
    sentence = N_("A new product needs it, and the file has no such column.")


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be used: its field, what it says, and what was expected."""

    field: str
    value: str
    refusal: DomainError


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a line changes: each field before and after; before is None for a new product."""

    changes: dict[str, list[Any]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


def compared(cells: Mapping[str, str], stored: Record | None, shelves: Shelves) -> Comparison:
    """A line, by the names of its fields, against the product that it is about; None: a new one."""
    found = Comparison()
    if stored is None:
        _ask_needed(cells, found)
    for name in FIELDS:
        if name not in cells or (name == KEY and stored is not None):
            continue
        try:
            after = _value(name, cells[name], stored, shelves)
        except DomainError as refusal:
            if stored is None or one_line(cells[name]) != one_line(written(name, stored[name])):
                found.faults.append(CellFault(name, cells[name], refusal))
            continue
        before = None if stored is None else stored[name]
        if stored is None or not _same(name, before, after):
            found.changes[name] = [before, after]
    if stored is None:
        for name, value in _defaults(shelves).items():
            found.changes.setdefault(name, [None, value])
    return found


def _defaults(shelves: Shelves) -> dict[str, Any]:
    return DEFAULTS | {"vat_rate": shelves.vat_rates[0]}


def _ask_needed(cells: Mapping[str, str], found: Comparison) -> None:
    found.faults.extend(
        CellFault(name, "", NewProductIncomplete()) for name in NEEDED if name not in cells
    )


def _value(name: str, cell: str, stored: Record | None, shelves: Shelves) -> Any:
    """Raises what `value_of()` and `ensure_new_sku()` raise."""
    if stored is None and name in _defaults(shelves) and not one_line(cell):
        return _defaults(shelves)[name]
    value = value_of(name, cell, shelves)
    if value is None and name not in _MAY_BE_EMPTY:
        raise CellMissing
    if name == KEY:
        ensure_new_sku(value)
    return value


def _same(name: str, before: Any, after: Any) -> bool:
    """A spreadsheet may have changed the spaces of a text: that is no edit."""
    if name in _TEXTS:
        return one_line(before) == after
    return bool(before == after)


def written(name: str, value: Any) -> str:
    """A value as the export writes it, but for yes and no."""
    if value is None:
        return ""
    if name == "price":
        return f"{Decimal(value) / 100:.2f}".replace(".", ",")
    if name == "vat_rate":
        return f"{Decimal(value) / 100:f}".replace(".", ",")
    return str(value)


def stamp(record: Record) -> str:
    """A digest of a product without its price, which has a history of its own: another one means
    that somebody changed it.
    """
    return mark_of({name: record[name] for name in FIELDS if name != "price"})


def after_changes(record: Record, changes: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The product once it is changed."""
    return dict(record) | {name: pair[1] for name, pair in changes.items()}
