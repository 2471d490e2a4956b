"""Adding products to the catalogue, in bulk, and keeping the stored counts up to date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from shop.catalogue.models import (
    Brand,
    CatalogueVersion,
    Category,
    Product,
    ProductUsage,
    Stock,
    StockMovement,
    Usage,
)
from shop.catalogue.rules import Supply
from shop.core.errors import N_, DomainError
from shop.core.folding import fold_name, fold_reference
from shop.core.money import Money, UnitPrice
from shop.storage.printed import not_printed

BATCH = 1000
#: Products that the refusal of an import names.
MOST_NAMED = 20


class UnknownShelf(DomainError):
    sentence = N_("%(kind)s “%(slug)s” does not exist in this catalogue.")


class ProductsNotPrinted(DomainError):
    """`found`: the place of each product in the import, its SKU, the column and the characters."""

    sentence = N_(
        "Our documents cannot show some characters of the products. Write them in Latin letters, "
        "or remove them: %(found)s."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to add. `price` is the displayed price, VAT included; `eco_fee` excludes VAT.

    `category`, `brand` and `usages` are slugs; weights are grams, delays days. A `bulky` one is too
    long or too large for a parcel, whatever it weighs.
    """

    sku: str
    slug: str
    name: str
    category: str
    brand: str
    price: Money
    vat_rate: int = 2000
    ean: str | None = None
    summary: str = ""
    description: str = ""
    eco_fee: UnitPrice = UnitPrice()  # noqa: RUF009 - frozen: one zero serves all
    specifications: list[list[str]] = field(default_factory=list)
    usages: tuple[str, ...] = ()
    picture: str = ""
    finish: str = "anthracite"
    weight_g: int = 0
    bulky: bool = False
    on_hand: int = 0
    supply: Supply = Supply.STOCKED
    lead_days: int = 0
    restock_on: date | None = None
    warranty_months: int = 24
    popularity: int = 0
    published: bool = True


def add_categories(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Chapters, then families: dictionaries of Category's columns, `parent` a slug or None."""
    ids = dict(session.execute(select(Category.slug, Category.id)).all())
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if row["parent"] is None or row["parent"] in ids]
        if not ready:
            raise UnknownShelf(kind="category", slug=waiting[0]["parent"])
        for row in ready:
            columns = {key: value for key, value in row.items() if key != "parent"}
            category = Category(parent_id=ids.get(row["parent"]), **columns)
            session.add(category)
            session.flush()
            ids[category.slug] = category.id
        waiting = [row for row in waiting if row not in ready]


def add_brands(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    session.add_all(Brand(**row, name_key=fold_name(row["name"])[:80]) for row in rows)
    session.flush()


def add_usages(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    session.add_all(Usage(**row) for row in rows)
    session.flush()


def add_products(session: Session, rows: Iterable[NewProduct], *, at: datetime) -> list[int]:
    """Add products with their stock. Returns their ids, in order.

    Raises UnknownShelf, ProductsNotPrinted. Counts and the search index have services of their own
    (`refresh_counts`, `search.reindex` or `search.index_products`), once after many products.
    """
    shelves = _Shelves(session)
    ids: list[int] = []
    batch: list[NewProduct] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            ids += _insert(session, batch, shelves, at, after=len(ids))
            batch = []
    if batch:
        ids += _insert(session, batch, shelves, at, after=len(ids))
    bump_version(session)
    return ids


class _Shelves:
    """Ids by slug: a shop has few slugs and many products."""

    def __init__(self, session: Session) -> None:
        self._found: dict[str, dict[str, Any]] = {
            "category": {
                slug: (row_id, parent or row_id)
                for slug, row_id, parent in session.execute(
                    select(Category.slug, Category.id, Category.parent_id)
                )
            },
            "brand": dict(session.execute(select(Brand.slug, Brand.id)).all()),
            "usage": dict(session.execute(select(Usage.slug, Usage.id)).all()),
        }

    def get(self, kind: str, slug: str) -> Any:
        try:
            return self._found[kind][slug]
        except KeyError as error:
            raise UnknownShelf(kind=kind, slug=slug) from error


def _insert(
    session: Session, batch: Sequence[NewProduct], shelves: _Shelves, at: datetime, *, after: int
) -> list[int]:
    """Insert products that stand `after` so many others in their import."""
    statement = insert(Product).returning(Product.id, sort_by_parameter_order=True)
    columns = [_columns(row, shelves, at) for row in batch]
    _ensure_printed(columns, after)
    ids = list(session.scalars(statement, columns))
    stock = [
        {
            "product_id": product_id,
            "on_hand": row.on_hand,
            "reserved": 0,
            "backorder": row.supply is Supply.ON_ORDER,
        }
        for product_id, row in zip(ids, batch, strict=True)
    ]
    session.execute(insert(Stock), stock)
    received = [
        {
            "product_id": row["product_id"],
            "at": at,
            "kind": "received",
            "quantity": row["on_hand"],
            "reference": "opening",
        }
        for row in stock
        if row["on_hand"]
    ]
    if received:
        session.execute(insert(StockMovement), received)
    usages = [
        {"product_id": product_id, "usage_id": shelves.get("usage", usage)}
        for product_id, row in zip(ids, batch, strict=True)
        for usage in dict.fromkeys(row.usages)
    ]
    if usages:
        session.execute(insert(ProductUsage), usages)
    return ids


def _columns(row: NewProduct, shelves: _Shelves, at: datetime) -> dict[str, Any]:
    category_id, chapter_id = shelves.get("category", row.category)
    return {
        "sku": row.sku,
        "reference_key": fold_reference(row.sku)[:40],
        "ean": row.ean,
        "slug": row.slug,
        "name": row.name,
        "name_key": fold_name(row.name)[:200],
        "summary": row.summary,
        "description": row.description,
        "chapter_id": chapter_id,
        "category_id": category_id,
        "brand_id": shelves.get("brand", row.brand),
        "unit_price": UnitPrice.from_including(row.price, row.vat_rate),
        "price_including": row.price,
        "vat_rate": row.vat_rate,
        "eco_fee": row.eco_fee,
        "specifications": row.specifications,
        "picture": row.picture,
        "finish": row.finish,
        "weight_g": row.weight_g,
        "bulky": row.bulky,
        "supply": row.supply,
        "lead_days": row.lead_days,
        "restock_on": row.restock_on,
        "warranty_months": row.warranty_months,
        "popularity": row.popularity,
        "published": row.published,
        "first_published_at": at if row.published else None,
        "created_at": at,
    }


def _ensure_printed(rows: Sequence[dict[str, Any]], after: int) -> None:
    """Raises ProductsNotPrinted."""
    found = [
        f"{place} ({row['sku']}), {column}: {' '.join(letters)}"
        for place, row in enumerate(rows, after + 1)
        for column, letters in not_printed(Product, row).items()
    ]
    if found:
        more = ["…"] if len(found) > MOST_NAMED else []
        raise ProductsNotPrinted(found="; ".join(found[:MOST_NAMED] + more))


def bump_version(session: Session) -> None:
    """Invalidate every cache: the catalogue has changed."""
    bumped = session.scalar(
        update(CatalogueVersion)
        .values(version=CatalogueVersion.version + 1)
        .returning(CatalogueVersion.version)
        .execution_options(synchronize_session=False)
    )
    if bumped is None:
        session.add(CatalogueVersion(id=1, version=1))
        session.flush()
