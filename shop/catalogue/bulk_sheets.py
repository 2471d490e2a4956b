"""Sheets of many products at a time: the rules of `sheets.py`, a few statements for each hundred.

The search index and the stored counts follow in parts, once the changes are stored.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from shop.catalogue.brands import new_brand
from shop.catalogue.models import Brand, Category, FormerAddress, Product
from shop.catalogue.products import NewProduct, UnknownShelf, add_products
from shop.catalogue.sheet_rules import slugs_for
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.core.folding import fold_name
from shop.core.money import UnitPrice
from shop.storage import journal
from shop.storage.db import table_of

_PRODUCTS = table_of(Product)
#: The columns that an edit writes; `row_id` names the product.
_WRITTEN = (
    "ean",
    "slug",
    "name",
    "name_key",
    "summary",
    "chapter_id",
    "category_id",
    "brand_id",
    "unit_price",
    "vat_rate",
    "weight_g",
    "warranty_months",
)
_UPDATE = (
    update(_PRODUCTS)
    .where(_PRODUCTS.c.id == bindparam("row_id"))
    .values(
        {name: bindparam(f"new_{name}") for name in _WRITTEN} | {"version": _PRODUCTS.c.version + 1}
    )
)


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """The answers of a sheet that change, each before and after, by their names in a `Sheet`;
    those of an edit in bulk are ean, name, brand, family, summary, vat_rate, weight_g and
    warranty_months.
    """

    product_id: int
    changes: Mapping[str, list[Any]]


def add_missing_brands(session: Session, names: Collection[str]) -> None:
    """Add the brands that the catalogue does not have, however they are written."""
    keys = {fold_name(name)[:80]: name for name in reversed([*names])}
    known = set(session.scalars(select(Brand.name_key).where(Brand.name_key.in_(keys))))
    slugs = set(session.scalars(select(Brand.slug)))
    for key, name in keys.items():
        if key not in known:
            session.add(new_brand(name, slugs))
    session.flush()


def brand_slugs(session: Session, names: Collection[str]) -> dict[str, str]:
    """The slug of each brand, by its name, however it is written."""
    keys = {name: fold_name(name)[:80] for name in names}
    rows = select(Brand.name_key, Brand.slug).where(Brand.name_key.in_(keys.values()))
    known = dict(session.execute(rows.order_by(Brand.id.desc())).all())
    return {name: known[key] for name, key in keys.items() if key in known}


def edit_products(session: Session, edits: Sequence[BulkEdit], *, by: Actor, at: datetime) -> None:
    """Change the sheets of products that the caller has locked and checked, all of them new values.

    Raises NotAllowed, UnknownShelf.
    """
    ensure_may_edit(by)
    changed = {edit.product_id: edit.changes for edit in edits}
    rows = session.execute(
        select(_PRODUCTS, Product.was_published.label("was_published"))
        .where(_PRODUCTS.c.id.in_(changed))
        .order_by(_PRODUCTS.c.id)
    ).all()
    shelves = _Shelves(session, changed.values())
    renamed = {row.id: changed[row.id]["name"][1] for row in rows if "name" in changed[row.id]}
    slugs = free_slugs(
        session,
        {row.id: (name, row.sku) for row in rows if (name := renamed.get(row.id)) is not None},
    )
    values = [_values(row, changed[row.id], shelves, slugs.get(row.id, row.slug)) for row in rows]
    if values:
        _move_addresses(session, [row for row in rows if row.id in slugs], slugs)
        session.connection().execute(_UPDATE, values)
    journal.record_all(
        session,
        "edit_product",
        (
            (
                f"product:{row.id}",
                {"sku": row.sku, "version": row.version + 1, "changes": dict(changed[row.id])},
            )
            for row in rows
        ),
        by=by,
        at=at,
    )


def create_products(
    session: Session, rows: Sequence[NewProduct], *, by: Actor, at: datetime
) -> list[int]:
    """Add products with an empty stock; those that are `published` are on sale. Returns their ids.

    Raises NotAllowed, UnknownShelf, ProductsNotPrinted.
    """
    ensure_may_edit(by)
    ids = add_products(session, rows, at=at)
    pairs = list(zip(ids, rows, strict=True))
    journal.record_all(
        session,
        "create_product",
        (
            (f"product:{key}", {"sku": row.sku, "name": row.name, "price": row.price.cents})
            for key, row in pairs
        ),
        by=by,
        at=at,
    )
    journal.record_all(
        session,
        "publish_product",
        ((f"product:{key}", {"sku": row.sku}) for key, row in pairs if row.published),
        by=by,
        at=at,
    )
    return ids


def free_slugs(session: Session, named: Mapping[Any, tuple[str, str]]) -> dict[Any, str]:
    """The best address for each name and reference that no other product has, or had. A key is the
    id of a product, or anything else for a new one.
    """
    wanted = {key: slugs_for(name, sku) for key, (name, sku) in named.items()}
    asked = {slug for slugs in wanted.values() for slug in slugs}
    owners: dict[str, Any] = {}
    for kind, owner in ((FormerAddress, FormerAddress.product_id), (Product, Product.id)):
        found = session.execute(select(kind.slug, owner).where(kind.slug.in_(asked)))
        owners |= dict(found.all())
    given: dict[Any, str] = {}
    for key, slugs in wanted.items():
        given[key] = next(slug for slug in slugs if owners.get(slug, key) == key)
        owners[given[key]] = key
    return given


class _Shelves:
    """The ids of the families and brands that changes name."""

    def __init__(self, session: Session, changes: Any) -> None:
        families = {one["family"][1] for one in changes if "family" in one}
        brands = {one["brand"][1] for one in changes if "brand" in one}
        rows = select(Category.slug, Category.id, Category.parent_id)
        self._families = {
            row.slug: (row.id, row.parent_id or row.id)
            for row in session.execute(rows.where(Category.slug.in_(families)))
        }
        keys = {fold_name(name)[:80] for name in brands}
        known = select(Brand.name_key, Brand.name, Brand.id).where(Brand.name_key.in_(keys))
        self._brands: dict[str, int] = {}
        for row in session.execute(known.order_by(Brand.id.desc())):
            self._brands[row.name_key] = row.id

    def family(self, slug: str) -> tuple[int, int]:
        """The family and its chapter. Raises UnknownShelf."""
        if slug not in self._families:
            raise UnknownShelf(kind="category", slug=slug)
        return self._families[slug]

    def brand(self, name: str) -> int:
        """Raises UnknownShelf."""
        key = fold_name(name)[:80]
        if key not in self._brands:
            raise UnknownShelf(kind="brand", slug=name)
        return self._brands[key]


def _values(
    row: Any, changes: Mapping[str, list[Any]], shelves: _Shelves, slug: str
) -> dict[str, Any]:
    """The columns of a product once it is changed."""
    after = {name: getattr(row, name) for name in _WRITTEN}
    after |= {name: pair[1] for name, pair in changes.items() if name in _WRITTEN}
    after["slug"], after["name_key"] = slug, fold_name(after["name"])[:200]
    if "family" in changes:
        after["category_id"], after["chapter_id"] = shelves.family(changes["family"][1])
    if "brand" in changes:
        after["brand_id"] = shelves.brand(changes["brand"][1])
    if "vat_rate" in changes:
        after["unit_price"] = UnitPrice.from_including(row.price_including, after["vat_rate"])
    return {f"new_{name}": value for name, value in after.items()} | {"row_id": row.id}


def _move_addresses(session: Session, rows: Sequence[Any], slugs: Mapping[int, str]) -> None:
    """The address of a product which was on sale leads to its new one."""
    moved = [row for row in rows if slugs[row.id] != row.slug]
    taken = [slugs[row.id] for row in moved]
    session.execute(delete(FormerAddress).where(FormerAddress.slug.in_(taken)))
    former = [{"slug": row.slug, "product_id": row.id} for row in moved if row.was_published]
    if former:
        session.execute(insert(FormerAddress), former)
