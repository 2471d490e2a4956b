"""Stored counts: how many products each department has, and how many each filter would leave.

Counted in the database in a dozen statements, whatever the size; pages only read the result.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Select,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from shop.catalogue.models import Brand, Category, Facet, Product, ProductUsage, Stock, Usage
from shop.catalogue.products import bump_version
from shop.storage.db import count_rows

IN_STOCK, ON_ORDER = "in_stock", "on_order"
#: The labels of the two supplies in a filter.
SUPPLY_LABELS = {IN_STOCK: ("En stock", "In stock"), ON_ORDER: ("Sur commande", "On order")}

_COLUMNS = ["category_id", "kind", "value", "label", "label_en", "count"]


def refresh_counts(session: Session, only: Collection[int] | None = None) -> int:
    """Refresh all counts and invalidate the caches, after an import and every night; `only` those
    of some chapters and families, after a change of a product of theirs. How many were written.
    """
    _count_departments(session, only)
    former = delete(Facet)
    session.execute(former if only is None else former.where(Facet.category_id.in_(only)))
    written = 0
    for scope in (Product.chapter_id, Product.category_id):
        for counted in (_brands(scope), _usages(scope), *_supplies(scope)):
            written += _store(session, counted, scope, only)
    written += _store(session, _families(), Product.chapter_id, only)
    bump_version(session)
    return written


def _store(session: Session, counted: Select[Any], scope: Any, only: Collection[int] | None) -> int:
    counted = counted if only is None else counted.where(scope.in_(only))
    return count_rows(session, insert(Facet).from_select(_COLUMNS, counted))


def _count_departments(session: Session, only: Collection[int] | None) -> None:
    inside = (
        select(func.count())
        .select_from(Product)
        .where(Product.published)
        .where(or_(Product.category_id == Category.id, Product.chapter_id == Category.id))
        .scalar_subquery()
    )
    counted = update(Category).values(product_count=inside)
    counted = counted if only is None else counted.where(Category.id.in_(only))
    session.execute(counted.execution_options(synchronize_session=False))


def _counted(
    scope: InstrumentedAttribute[int],
    kind: str,
    value: InstrumentedAttribute[str],
    label: InstrumentedAttribute[str],
    label_en: InstrumentedAttribute[str],
) -> Any:
    """A count per department. A product that belongs to a chapter directly is counted once."""
    statement = (
        select(scope, literal(kind), value, label, label_en, func.count())
        .select_from(Product)
        .where(Product.published)
        .group_by(scope, value, label, label_en)
    )
    if scope is Product.category_id:
        statement = statement.where(Product.category_id != Product.chapter_id)
    return statement


def _brands(scope: Any) -> Select[Any]:
    counted = _counted(scope, "brand", Brand.slug, Brand.name, Brand.name)
    return counted.join(Brand, Brand.id == Product.brand_id)


def _usages(scope: Any) -> Select[Any]:
    return (
        _counted(scope, "usage", Usage.slug, Usage.name, Usage.name_en)
        .join(ProductUsage, ProductUsage.product_id == Product.id)
        .join(Usage, Usage.id == ProductUsage.usage_id)
    )


def _supplies(scope: Any) -> list[Select[Any]]:
    on_shelf = Stock.on_hand > Stock.reserved
    kept = {IN_STOCK: on_shelf, ON_ORDER: Stock.backorder & ~on_shelf}
    counted = []
    for value, condition in kept.items():
        words = [literal(word) for word in (value, *SUPPLY_LABELS[value])]
        statement = (
            select(scope, literal("supply"), *words, func.count())
            .select_from(Product)
            .join(Stock, Stock.product_id == Product.id)
            .where(Product.published, condition)
            .group_by(scope)
        )
        if scope is Product.category_id:
            statement = statement.where(Product.category_id != Product.chapter_id)
        counted.append(statement)
    return counted


def _families() -> Select[Any]:
    family = aliased(Category)
    return (
        _counted(Product.chapter_id, "family", family.slug, family.name, family.name_en)
        .join(family, family.id == Product.category_id)
        .where(family.parent_id.is_not(None))
    )
