"""A catalogue as a folder of four JSON files: categories, brands, usages and products.

`shop/demonstration/data/` is one; `comptoir shop catalogue FOLDER` loads another.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.counts import refresh_counts
from shop.catalogue.folder_rules import CatalogueFilled, ensure_entries
from shop.catalogue.models import Category
from shop.catalogue.products import (
    NewProduct,
    add_brands,
    add_categories,
    add_products,
    add_usages,
)
from shop.catalogue.rules import Supply
from shop.catalogue.search import reindex
from shop.core.days import paris_day
from shop.core.money import Money, UnitPrice


def load_catalogue(session: Session, folder: Path, *, at: datetime) -> None:
    """Fill an empty catalogue. Restocking days are counted from `at`.

    Raises CatalogueFilled, UnknownShelf, LettersNotPrinted, and what `ensure_entries()` raises.
    """
    if session.scalar(select(Category.id).limit(1)) is not None:
        raise CatalogueFilled
    add_categories(session, (_category(row) for row in _read(folder, "categories")))
    add_brands(session, _read(folder, "brands"))
    add_usages(session, _read(folder, "usages"))
    add_products(session, products_of(folder, at), at=at)
    refresh_counts(session)
    reindex(session)


def products_of(folder: Path, at: datetime) -> Iterator[NewProduct]:
    """The products of a folder's products.json."""
    return (_product(row, at) for row in _read(folder, "products"))


def _read(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    ensure_entries(name, rows)
    return rows


def _category(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "letter": row["letter"] or ""}


def _product(row: dict[str, Any], at: datetime) -> NewProduct:
    back_in = row["restock_in_days"]
    return NewProduct(
        sku=row["sku"],
        ean=row["ean"],
        slug=row["slug"],
        name=row["name"],
        summary=row["summary"],
        description=row["description"],
        category=row["category"],
        brand=row["brand"],
        price=Money(row["price_incl_cents"]),
        vat_rate=row["vat_rate"],
        eco_fee=UnitPrice(row["eco_fee_tenthousandths"]),
        specifications=row["specifications"],
        usages=tuple(row["usages"]),
        picture=row["picture"],
        finish=row["finish"],
        weight_g=row["weight_g"],
        bulky=row.get("bulky", False),
        on_hand=row["on_hand"],
        supply=Supply(row["supply"]),
        lead_days=row["lead_days"] or 0,
        restock_on=None if back_in is None else paris_day(at) + timedelta(days=back_in),
        warranty_months=row["warranty_months"],
        popularity=row["popularity"],
    )
