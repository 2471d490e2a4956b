"""The differences of an import written by the worker: all in one transaction, or none.

Products that somebody changed after the check are conflicts, and nothing is written. The search and
the stored counts follow (`showing.py`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from shop.catalogue.bulk_prices import plan_prices, prices_planned
from shop.catalogue.bulk_sale import publish_products, withdraw_products
from shop.catalogue.bulk_sheets import (
    BulkEdit,
    add_missing_brands,
    brand_slugs,
    create_products,
    edit_products,
    free_slugs,
)
from shop.catalogue.models import Category
from shop.catalogue.price_rules import AskedPrice, ensure_other
from shop.catalogue.products import NewProduct, bump_version
from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.core.text import paris_day
from shop.imports.difference_rules import Record, after_changes, stamp
from shop.imports.imports import asker, subject_of
from shop.imports.lines import lock_products, note_outcomes, parts_of
from shop.imports.models import ImportLine, ProductImport
from shop.imports.procedure import PROCEDURE, is_applying
from shop.imports.records import owners_of, products_called, records_of
from shop.imports.rules import (
    EanGiven,
    FamilyGone,
    Outcome,
    PriceMoved,
    ProductChanged,
    ReferenceTaken,
)
from shop.settings.settings import settings_known
from shop.settings.vat import vat_moves_on
from shop.storage.db import Database, get_locked, table_of
from shop.storage.transitions import advance

_LINES = table_of(ImportLine)
_WRITTEN = (
    update(_LINES)
    .where(_LINES.c.id == bindparam("row_id"))
    .values(product_id=bindparam("product"), price_id=bindparam("price"), seen=bindparam("left_as"))
)
#: Fields that are no part of a sheet: they have services of their own.
APART = frozenset({"price", "published"})


def apply_changes(database: Database, import_id: int, *, at: datetime) -> None:
    """Write the differences of an import, or note what hinders it; nothing when that is done."""
    with database.transaction() as session:
        row = get_locked(session, ProductImport, import_id)
        if not is_applying(row.state):
            return
        lock_products(session, row.id)
        row.conflicts = _note_conflicts(session, row, at)
        act = "find_conflicts" if row.conflicts else "finish_import"
        transition = PROCEDURE.ensure(act, row.state, THE_CLOCK)
        if not row.conflicts:
            _write(session, row, by=asker(row), at=at)
            row.applied_at, row.data, row.shown_to = at, None, 0
        facts: dict[str, Any] = {"changed": row.changed, "added": row.added}
        facts |= {"conflicts": row.conflicts, "asked_by": row.asked_by}
        advance(session, subject_of(row), transition, by=THE_CLOCK, at=at, **facts)


def _note_conflicts(session: Session, row: ProductImport, at: datetime) -> int:
    """Note on each line why it can no longer be applied; how many there are."""
    families = set(session.scalars(select(Category.slug)))
    # Prices that were to begin on a day that is over begin today.
    row.starts_on = max(row.starts_on, paris_day(at))
    count = 0
    for lines in parts_of(session, row.id):
        found = _conflicts(session, row, lines, families)
        note_outcomes(session, Outcome.CONFLICT, found)
        count += len(found)
    return count


def _conflicts(
    session: Session, row: ProductImport, lines: Sequence[Any], families: set[str]
) -> dict[int, DomainError]:
    ids = [line.product_id for line in lines if line.product_id is not None]
    records, planned = records_of(session, ids), prices_planned(session, ids)
    called = products_called(session, [line.sku for line in lines if line.is_new])
    eans = {line.changes["ean"][1] for line in lines if "ean" in line.changes}
    owners = owners_of(session, eans - {None})
    found: dict[int, DomainError] = {}
    for line in lines:
        owner = owners.get(line.changes.get("ean", [None, None])[1])
        if line.is_new and line.sku in called:
            found[line.id] = ReferenceTaken()
        elif not line.is_new and stamp(records[line.product_id]) != line.seen:
            found[line.id] = ProductChanged()
        elif owner is not None and owner[0] != line.product_id:
            found[line.id] = EanGiven()
        elif line.changes.get("family", [None, None])[1] not in families | {None}:
            found[line.id] = FamilyGone()
        elif not line.is_new and "price" in line.changes:
            waiting = planned.get(line.product_id, [])
            if _price_moved(row, line, records[line.product_id], waiting):
                found[line.id] = PriceMoved()
    return found


def _price_moved(row: ProductImport, line: Any, record: Record, waiting: Any) -> bool:
    before, after = (Money(cents) for cents in line.changes["price"])
    if record["price"] != before.cents:
        return True
    try:
        ensure_other(AskedPrice(after, row.starts_on, row.filename), before, waiting)
    except DomainError:
        return True
    return False


def _write(session: Session, row: ProductImport, *, by: Actor, at: datetime) -> None:
    reason = reason_of(row)
    for lines in parts_of(session, row.id):
        names = [line.changes["brand"][1] for line in lines if "brand" in line.changes]
        add_missing_brands(session, dict.fromkeys(names))
        known = [line for line in lines if not line.is_new]
        records = records_of(session, [line.product_id for line in known])
        edits = {line.product_id: line.changes for line in known}
        edit_sheets(session, edits, by=by, at=at)
        change_sale(session, edits, reason, by=by, at=at)
        asked = {
            line.product_id: AskedPrice(Money(line.changes["price"][1]), row.starts_on, reason)
            for line in known
            if "price" in line.changes
        }
        prices = plan_prices(session, asked, by=by, at=at)
        new = [line for line in lines if line.is_new]
        ids = _create(session, new, by=by, at=at)
        left = [(line, line.product_id, records[line.product_id]) for line in known]
        left += [(line, key, {"sku": line.sku}) for line, key in zip(new, ids, strict=True)]
        _note_written(session, left, prices)
    bump_version(session)


def edit_sheets(session: Session, edits: Any, *, by: Actor, at: datetime) -> None:
    """The changes of sheets by product, without what is apart."""
    sheets = {
        key: {name: pair for name, pair in changes.items() if name not in APART}
        for key, changes in edits.items()
    }
    edit_products(session, [BulkEdit(key, one) for key, one in sheets.items() if one], by=by, at=at)


def change_sale(session: Session, edits: Any, reason: str, *, by: Actor, at: datetime) -> None:
    """Put on sale, or take off sale, those whose changes say so."""
    sold = {key: one["published"][1] for key, one in edits.items() if "published" in one}
    publish_products(session, [key for key, on_sale in sold.items() if on_sale], by=by, at=at)
    withdrawn = [key for key, on_sale in sold.items() if not on_sale]
    withdraw_products(session, withdrawn, reason, by=by, at=at)


def _create(session: Session, lines: Sequence[Any], *, by: Actor, at: datetime) -> list[int]:
    if not lines:
        return []
    after = [{name: pair[1] for name, pair in line.changes.items()} for line in lines]
    slugs = free_slugs(session, {f"new {line.id}": (line.name, line.sku) for line in lines})
    brands = brand_slugs(session, {one["brand"] for one in after})
    # A rate may have changed since the file was compared.
    rates = vat_moves_on(settings_known(session), paris_day(at))
    rows = [
        NewProduct(
            sku=line.sku,
            slug=slugs[f"new {line.id}"],
            name=one["name"],
            category=one["family"],
            brand=brands[one["brand"]],
            price=Money(one["price"]),
            vat_rate=rates.get(one["vat_rate"], one["vat_rate"]),
            ean=one["ean"],
            summary=one["summary"],
            weight_g=one["weight_g"],
            warranty_months=one["warranty_months"],
            published=one["published"],
        )
        for line, one in zip(lines, after, strict=True)
    ]
    return create_products(session, rows, by=by, at=at)


def _note_written(
    session: Session, left: Sequence[tuple[Any, int, Record]], prices: dict[int, int]
) -> None:
    """Each line keeps the product, the row of its price, and how the import left it."""
    values = [
        {
            "row_id": line.id,
            "product": product_id,
            "price": prices.get(product_id),
            "left_as": stamp(after_changes(record, line.changes)),
        }
        for line, product_id, record in left
    ]
    session.connection().execute(_WRITTEN, values)


def reason_of(row: ProductImport) -> str:
    """What the history of prices and the journal say."""
    return f"Import {row.id} ({row.filename})"
