"""Stored counts: how many products each department has, and how many each filter would leave.

Counted in the database in a dozen statements, whatever the size; pages only read the result.
"""

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

IN_STOCK, ON_ORDER = "in_stock", "on_order"
#: The labels of the two supplies in a filter.
SUPPLY_LABELS = {IN_STOCK: ("En stock", "In stock"), ON_ORDER: ("Sur commande", "On order")}

_COLUMNS = ["category_id", "kind", "value", "label", "label_en", "count"]


def refresh_counts(session: Session) -> None:
    """Refresh all counts and invalidate the caches. After an import, and every night."""
    _count_departments(session)
    session.execute(delete(Facet))
    for scope in (Product.chapter_id, Product.category_id):
        for counted in (_brands(scope), _usages(scope), *_supplies(scope)):
            session.execute(insert(Facet).from_select(_COLUMNS, counted))
    session.execute(insert(Facet).from_select(_COLUMNS, _families()))
    bump_version(session)


def _count_departments(session: Session) -> None:
    inside = (
        select(func.count())
        .select_from(Product)
        .where(Product.published)
        .where(or_(Product.category_id == Category.id, Product.chapter_id == Category.id))
        .scalar_subquery()
    )
    session.execute(
        update(Category).values(product_count=inside).execution_options(synchronize_session=False)
    )


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
