"""Products as an import sees them: the fields that it may change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.models import Brand, Category, Product
from shop.catalogue.product_lists import products_named
from shop.core.folding import fold_name
from shop.imports.cell_rules import Shelves
from shop.settings.vat import vat_rates_at

_FIELDS = {
    "sku": Product.sku,
    "ean": Product.ean,
    "name": Product.name,
    "brand": Brand.name.label("brand"),
    "family": Category.slug.label("family"),
    "summary": Product.summary,
    "price": Product.price_including,
    "vat_rate": Product.vat_rate,
    "weight_g": Product.weight_g,
    "warranty_months": Product.warranty_months,
    "published": Product.published,
}
_RECORDS = (
    select(Product.id, *_FIELDS.values())
    .join(Brand, Brand.id == Product.brand_id)
    .join(Category, Category.id == Product.category_id)
)


@dataclass(frozen=True, slots=True)
class Known:
    """A product of the catalogue: its id and its fields."""

    product_id: int
    record: Mapping[str, Any]


def records_of(session: Session, product_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Products by their ids."""
    rows = session.execute(_RECORDS.where(Product.id.in_(product_ids)))
    return {row.id: _record(row) for row in rows}


def products_called(session: Session, skus: Collection[str]) -> dict[str, Known]:
    """The product of each reference, however it is written; one that is written so comes first."""
    ids = products_named(session, skus)
    records = records_of(session, set(ids.values()))
    return {sku: Known(key, records[key]) for sku, key in ids.items()}


def owners_of(session: Session, eans: Collection[str]) -> dict[str, tuple[int, str]]:
    """The product that has each EAN: its id and its name."""
    rows = session.execute(
        select(Product.ean, Product.id, Product.name).where(Product.ean.in_(eans))
    )
    return {row.ean: (row.id, row.name) for row in rows}


def shelves_of(session: Session, at: datetime) -> Shelves:
    """The families, brands and rates of VAT that a cell may name.
    A slug is never the name of another one."""
    families: dict[str, tuple[str, ...]] = {}
    for slug, name in session.execute(select(Category.slug, Category.name).order_by(Category.id)):
        key = fold_name(name)
        families[key] = (*families.get(key, ()), slug)
    families |= {slug: (slug,) for slug in session.scalars(select(Category.slug))}
    brands: dict[str, str] = {}
    for name, key in session.execute(select(Brand.name, Brand.name_key).order_by(Brand.id)):
        brands.setdefault(key, name)
    brands |= dict(session.execute(select(Brand.slug, Brand.name)).all())
    return Shelves(families, brands, vat_rates_at(session, at))


def _record(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS if name != "price"} | {
        "price": row.price_including.cents
    }
