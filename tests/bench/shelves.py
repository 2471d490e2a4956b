"""The goods in the shop's own catalogue, added by the shop's own services."""

from datetime import datetime

from shop.catalogue.counts import refresh_counts
from shop.catalogue.products import (
    NewProduct,
    add_brands,
    add_categories,
    add_products,
    add_usages,
)
from shop.catalogue.search import reindex
from shop.core.money import Money, UnitPrice
from shop.storage.db import Database
from shop.storage.migrate import upgrade
from tests.bench.goods import BRANDS, DEPARTMENTS, FAMILIES, USAGES, Item, items


def department_slug(department: int) -> str:
    return f"rayon-{department}"


def fill_shop(database: Database, count: int, *, at: datetime) -> None:
    """Bring the schema up to date and sell `count` products, all in stock, indexed and counted."""
    upgrade(database)
    with database.transaction() as session:
        add_categories(session, _categories())
        add_brands(session, ({"slug": f"marque-{n}", "name": f"Marque {n}"} for n in range(BRANDS)))
        add_usages(
            session,
            ({"slug": f"usage-{n}", "name": u, "name_en": u} for n, u in enumerate(USAGES)),
        )
        add_products(session, map(_product, items(count)), at=at)
    with database.transaction() as session:
        refresh_counts(session)
        reindex(session)
    if not database.is_sqlite:
        with database.write_engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _categories() -> list[dict[str, object]]:
    chapters: list[dict[str, object]] = [
        {
            "slug": department_slug(n),
            "parent": None,
            "letter": "ABCDEFGH"[n],
            "name": name,
            "name_en": name,
            "intro": f"{name} : tout le rayon, du plus simple au plus complet.",
            "intro_en": name,
            "position": n,
        }
        for n, name in enumerate(DEPARTMENTS)
    ]
    families: list[dict[str, object]] = [
        {
            "slug": f"famille-{n}-{f}",
            "parent": department_slug(n),
            "letter": "",
            "name": f"{chapter} {family}",
            "name_en": f"{chapter} {family}",
            "position": f,
        }
        for n, chapter in enumerate(DEPARTMENTS)
        for f, family in enumerate(FAMILIES)
    ]
    return chapters + families


def _product(item: Item) -> NewProduct:
    return NewProduct(
        sku=item.sku,
        slug=item.slug,
        name=item.name,
        category=f"famille-{item.department}-{item.family}",
        brand=f"marque-{item.brand}",
        price=Money(item.cents),
        summary=item.summary,
        description=item.description,
        eco_fee=UnitPrice(12_500),
        specifications=[list(pair) for pair in item.specifications],
        usages=tuple(f"usage-{n}" for n in item.usages),
        picture=item.picture,
        on_hand=item.on_hand,
        weight_g=4_000,
        popularity=item.popularity,
    )
