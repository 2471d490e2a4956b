"""An import undone by the worker: products get their earlier values again, those that it added are
taken off sale. What was changed since keeps its values, and the reason is noted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.bulk_prices import cancel_prices, plan_prices, prices_planned
from shop.catalogue.bulk_sheets import add_missing_brands
from shop.catalogue.models import Category, ProductPrice
from shop.catalogue.price_rules import AskedPrice, PriceState
from shop.catalogue.products import bump_version
from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.core.text import paris_day
from shop.imports.applying import change_sale, edit_sheets, reason_of
from shop.imports.difference_rules import Record, stamp
from shop.imports.imports import asker, subject_of
from shop.imports.lines import lock_products, note_outcomes, parts_of
from shop.imports.models import ProductImport
from shop.imports.procedure import PROCEDURE, is_undoing
from shop.imports.records import owners_of, records_of
from shop.imports.rules import ChangedSince, EanGiven, FamilyGone, Outcome, PriceChangedSince
from shop.storage.db import Database, get_locked
from shop.storage.transitions import advance


@dataclass(frozen=True, slots=True)
class _Now:
    """What is known of the products of some lines now."""

    records: Mapping[int, Record]
    prices: Mapping[int, PriceState]
    planned: Mapping[int, Sequence[tuple[date, Money]]]
    owners: Mapping[str, tuple[int, str]]
    families: set[str]
    today: date


@dataclass(slots=True)
class _Undo:
    """What is to be done: the contrary changes by product, prices again and cancelled; the lines
    that are undone, and those that are kept.
    """

    edits: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    prices: dict[int, Money] = field(default_factory=dict)
    cancelled: list[int] = field(default_factory=list)
    undone: dict[int, DomainError | None] = field(default_factory=dict)
    kept: dict[int, DomainError | None] = field(default_factory=dict)


def undo_changes(database: Database, import_id: int, *, at: datetime) -> None:
    """Undo an import, as far as nothing was changed since; nothing when that is done."""
    with database.transaction() as session:
        row = get_locked(session, ProductImport, import_id)
        if not is_undoing(row.state):
            return
        transition = PROCEDURE.ensure("finish_undoing", row.state, THE_CLOCK)
        lock_products(session, row.id)
        families = set(session.scalars(select(Category.slug)))
        for lines in parts_of(session, row.id):
            undo = _contrary(lines, _now(session, lines, families, at))
            _write(session, row, undo, by=asker(row), at=at)
            row.kept += len(undo.kept)
        bump_version(session)
        row.undone_at, row.shown_to = at, 0
        facts: dict[str, Any] = {"kept": row.kept, "asked_by": row.asked_by}
        advance(session, subject_of(row), transition, by=THE_CLOCK, at=at, **facts)


def _now(session: Session, lines: Sequence[Any], families: set[str], at: datetime) -> _Now:
    ids = [line.product_id for line in lines]
    keys = [line.price_id for line in lines if line.price_id is not None]
    prices = select(ProductPrice.id, ProductPrice.state).where(ProductPrice.id.in_(keys))
    eans = {line.changes["ean"][0] for line in lines if "ean" in line.changes} - {None}
    return _Now(
        records_of(session, ids),
        dict(session.execute(prices).all()),
        prices_planned(session, ids),
        owners_of(session, eans),
        families,
        paris_day(at),
    )


def _contrary(lines: Sequence[Any], now: _Now) -> _Undo:
    undo = _Undo()
    for line in lines:
        refusal = _refusal(line, now)
        if refusal is not None:
            undo.kept[line.id] = refusal
            continue
        undo.undone[line.id] = None
        if line.is_new:
            if line.changes["published"][1]:
                undo.edits[line.product_id] = {"published": [True, False]}
            continue
        undo.edits[line.product_id] = {
            name: [after, before] for name, (before, after) in line.changes.items()
        }
        state = now.prices.get(line.price_id)
        if state is PriceState.PLANNED:
            undo.cancelled.append(line.price_id)
        elif state is PriceState.APPLIED:
            undo.prices[line.product_id] = Money(line.changes["price"][0])
    return undo


def _refusal(line: Any, now: _Now) -> DomainError | None:
    """Why a line is not undone."""
    record = now.records[line.product_id]
    if stamp(record) != line.seen:
        return ChangedSince()
    if _price_changed(line, record, now):
        return PriceChangedSince()
    if line.is_new:
        return None
    owner = now.owners.get(line.changes.get("ean", [None])[0])
    if owner is not None and owner[0] != line.product_id:
        return EanGiven()
    family = line.changes.get("family", [None])[0]
    return FamilyGone() if family not in now.families | {None} else None


def _price_changed(line: Any, record: Record, now: _Now) -> bool:
    """Whether the price that the import gave is no longer the one in force; one that still waits
    for its day is cancelled.
    """
    if "price" not in line.changes:
        return False
    if line.price_id is not None and now.prices[line.price_id] is not PriceState.APPLIED:
        return False
    waits_today = any(day <= now.today for day, _price in now.planned.get(line.product_id, ()))
    return waits_today or record["price"] != line.changes["price"][1]


def _write(session: Session, row: ProductImport, undo: _Undo, *, by: Actor, at: datetime) -> None:
    reason, today = reason_of(row), paris_day(at)
    names = [one["brand"][1] for one in undo.edits.values() if "brand" in one]
    add_missing_brands(session, dict.fromkeys(names))
    edit_sheets(session, undo.edits, by=by, at=at)
    change_sale(session, undo.edits, reason, by=by, at=at)
    cancel_prices(session, undo.cancelled, by=by, at=at)
    asked = {key: AskedPrice(price, today, reason) for key, price in undo.prices.items()}
    plan_prices(session, asked, by=by, at=at)
    note_outcomes(session, Outcome.UNDONE, undo.undone)
    note_outcomes(session, Outcome.KEPT, undo.kept)
