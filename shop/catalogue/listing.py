"""Lists of products: prepared statements, Core rows, pages by key.

A list is read through an index in its order, so its first page and its hundredth cost the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased

from shop.catalogue.counts import IN_STOCK, ON_ORDER
from shop.catalogue.keyset import PAGE_SIZE, Cursor, Filters, ListRequest, Sort
from shop.catalogue.models import Category, Product, ProductUsage, Stock
from shop.catalogue.tree import Department

#: Ids of the families, brands and usages that are ticked.
Chosen = Mapping[str, Sequence[int]]
CardRow = Row[*tuple[Any, ...]]
Statement = Select[*tuple[Any, ...]]

#: Counting stops here in a filtered list: « plus de 2 000 ».
COUNTED = 2_000

#: What a cell of a list shows. Amounts are whole cents and ten-thousandths, as they are stored.
CARD = (
    Product.id,
    Product.sku,
    Product.slug,
    Product.name,
    Product.summary,
    type_coerce(Product.price_including, BigInteger).label("cents"),
    type_coerce(Product.unit_price, BigInteger).label("tenthousandths"),
    Product.category_id,
    Product.chapter_id,
    Product.vat_rate,
    Product.eco_fee,
    Product.popularity,
    Product.picture,
    Product.finish,
    Product.photographs,
    Product.lead_days,
    Product.restock_on,
    Stock.on_hand,
    Stock.reserved,
    Stock.backorder,
)
_CARDS = select(*CARD).join_from(Product, Stock, Stock.product_id == Product.id)
_BY_IDS = _CARDS.where(Product.id.in_(bindparam("ids", expanding=True)))
_ON_SALE_BY_IDS = _BY_IDS.where(Product.published)
_best, _best_stock = aliased(Product), aliased(Stock)
#: The most popular product in stock of each chapter: a few index look-ups, whatever the size.
_BEST_OF_CHAPTERS = (
    _CARDS.where(
        Product.id.in_(
            select(
                select(_best.id)
                .join(_best_stock, _best_stock.product_id == _best.id)
                .where(_best.chapter_id == Category.id, _best.published)
                .where(_best_stock.on_hand > _best_stock.reserved)
                .order_by(_best.popularity.desc(), _best.id.desc())
                .limit(1)
                .scalar_subquery()
            ).where(Category.parent_id.is_(None))
        )
    )
    .order_by(Product.popularity.desc(), Product.id.desc())
    .limit(bindparam("size"))
)
_SAME_FAMILY = (
    _CARDS.where(Product.published, Product.category_id == bindparam("family"))
    .where(Product.id != bindparam("but"))
    .order_by(Product.popularity.desc(), Product.id.desc())
    .limit(4)
)

_KEYS = {
    Sort.RELEVANCE: Product.popularity,
    Sort.PRICE_UP: type_coerce(Product.price_including, BigInteger),
    Sort.PRICE_DOWN: type_coerce(Product.price_including, BigInteger),
    Sort.NEWEST: Product.id,
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `position` is the rank of the row before its first, from 0."""

    rows: Sequence[CardRow]
    position: int
    before: Cursor | None
    after: Cursor | None


def page(
    connection: Connection, department: Department, asked: ListRequest, chosen: Chosen
) -> Page:
    """The page asked for; `chosen` are the ids of the filters' values. One statement."""
    sort, filters, cursor, backwards = asked.sort, asked.filters, asked.cursor, asked.backwards
    statement = _statement(
        department.parent_id is None, sort, filters.shape, cursor is not None, backwards
    )
    facts = _facts(department, filters, chosen) | {"size": PAGE_SIZE + 1}
    if cursor is None:
        facts["skip"] = (asked.number - 1) * PAGE_SIZE
    else:
        facts |= {"key": cursor.key, "row_id": cursor.row_id}
    rows = connection.execute(statement, facts).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if backwards:
        rows = rows[::-1]
    position = _position(cursor, facts.get("skip", 0), backwards, len(rows), more)
    is_first = position == 0
    return Page(
        rows,
        position,
        None if is_first or not rows else _cursor(sort, rows[0], position),
        _cursor(sort, rows[-1], position + len(rows)) if rows and (more or backwards) else None,
    )


def _position(cursor: Cursor | None, skip: int, backwards: bool, read: int, more: bool) -> int:
    if cursor is None:
        return skip
    if backwards:
        return max(0, cursor.position - read) if more else 0
    return cursor.position


def _cursor(sort: Sort, row: Any, position: int) -> Cursor:
    keys = {Sort.RELEVANCE: row.popularity, Sort.NEWEST: row.id}
    return Cursor(keys.get(sort, row.cents), row.id, position)


@lru_cache(maxsize=512)
def _statement(
    whole_chapter: bool, sort: Sort, shape: frozenset[str], keyed: bool, backwards: bool
) -> Statement:
    """The prepared statement of a list; there are as many as ways to sort and to filter."""
    key = _KEYS[sort]
    rising = (sort is Sort.PRICE_UP) != backwards
    listed = _filtered(select(Product.id), whole_chapter, shape)
    if keyed:
        here = tuple_(key, Product.id)
        there = tuple_(bindparam("key", type_=BigInteger), bindparam("row_id", type_=BigInteger))
        listed = listed.where(here > there if rising else here < there)
    order = (key, Product.id) if rising else (key.desc(), Product.id.desc())
    listed = listed.order_by(*order).limit(bindparam("size"))
    if not keyed:
        listed = listed.offset(bindparam("skip"))
    chosen = listed.subquery()
    return _CARDS.join(chosen, chosen.c.id == Product.id).order_by(*order)


@lru_cache(maxsize=256)
def _count_statement(whole_chapter: bool, shape: frozenset[str]) -> Statement:
    kept = _filtered(select(Product.id), whole_chapter, shape).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(kept)


def _filtered(statement: Statement, whole_chapter: bool, shape: frozenset[str]) -> Statement:
    scope = Product.chapter_id if whole_chapter else Product.category_id
    statement = statement.where(Product.published, scope == bindparam("department"))
    supplies = []
    on_shelf = Stock.on_hand > Stock.reserved
    if f"supply:{IN_STOCK}" in shape:
        supplies.append(on_shelf)
    if f"supply:{ON_ORDER}" in shape:
        supplies.append(and_(Stock.backorder, ~on_shelf))
    if supplies:
        statement = statement.join(Stock, Stock.product_id == Product.id).where(or_(*supplies))
    if "family" in shape:
        statement = statement.where(Product.category_id.in_(bindparam("family", expanding=True)))
    if "brand" in shape:
        statement = statement.where(Product.brand_id.in_(bindparam("brand", expanding=True)))
    if "usage" in shape:
        used = (
            select(ProductUsage.product_id)
            .where(ProductUsage.product_id == Product.id)
            .where(ProductUsage.usage_id.in_(bindparam("usage", expanding=True)))
        )
        statement = statement.where(used.exists())
    cents = type_coerce(Product.price_including, BigInteger)
    if "least" in shape:
        statement = statement.where(cents >= bindparam("least"))
    if "most" in shape:
        statement = statement.where(cents <= bindparam("most"))
    return statement


def _facts(department: Department, filters: Filters, chosen: Chosen) -> dict[str, Any]:
    shape = filters.shape
    facts: dict[str, Any] = {"department": department.id}
    facts |= {name: ids for name, ids in chosen.items() if name in shape}
    amounts = {"least": filters.least, "most": filters.most}
    return facts | {name: value for name, value in amounts.items() if name in shape}


def count(connection: Connection, department: Department, filters: Filters, chosen: Chosen) -> int:
    """How many products the filters keep, at most COUNTED + 1. One statement."""
    statement = _count_statement(department.parent_id is None, filters.shape)
    return connection.execute(statement, _facts(department, filters, chosen)).scalar_one()


def cards(connection: Connection, product_ids: Sequence[int]) -> list[CardRow]:
    """The products of a search, in the order that it gave. One statement."""
    if not product_ids:
        return []
    return _in_order(connection.execute(_BY_IDS, {"ids": list(product_ids)}), product_ids)


def on_sale(connection: Connection, product_ids: Sequence[int]) -> list[CardRow]:
    """Those of the products that are on sale, in their order. One statement."""
    return _in_order(connection.execute(_ON_SALE_BY_IDS, {"ids": list(product_ids)}), product_ids)


def _in_order(found: Iterable[CardRow], product_ids: Sequence[int]) -> list[CardRow]:
    rows = {row.id: row for row in found}
    return [rows[one] for one in product_ids if one in rows]


def popular(connection: Connection, size: int = 4) -> Sequence[CardRow]:
    """Sought after and in stock, one of each chapter. One statement."""
    return connection.execute(_BEST_OF_CHAPTERS, {"size": size}).all()


def same_family(connection: Connection, family_id: int, but: int) -> Sequence[CardRow]:
    """Four others of a product's family, the most sought after first. One statement."""
    return connection.execute(_SAME_FAMILY, {"family": family_id, "but": but}).all()
