"""Catalogues to read from: a chapter, families, brands, uses, and as many products as a test
needs.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from shop.catalogue.counts import refresh_counts
from shop.catalogue.models import Product
from shop.catalogue.products import (
    NewProduct,
    add_brands,
    add_categories,
    add_products,
    add_usages,
)
from shop.catalogue.rules import Supply
from shop.catalogue.search import reindex
from shop.core.money import Money, UnitPrice
from shop.storage.db import Database
from tests.factories import AT

_NAMES = (
    "Enceinte active",
    "Microphone à main",
    "Câble XLR",
    "Pied d’éclairage",
    "Écran déroulant",
)


def furnish(database: Database) -> None:
    """Two chapters, three families, two brands, two uses; no product yet."""

    def category(slug: str, parent: str | None, name: str, letter: str = "") -> dict[str, Any]:
        return {
            "slug": slug,
            "parent": parent,
            "letter": letter,
            "name": name,
            "name_en": f"{name} (en)",
            "position": 1,
        }

    with database.transaction() as session:
        add_categories(
            session,
            [
                category("sonorisation", None, "Sonorisation", "A"),
                category("enceintes", "sonorisation", "Enceintes"),
                category("micros", "sonorisation", "Micros"),
                category("lumiere", None, "Lumière", "D"),
                category("projecteurs", "lumiere", "Projecteurs"),
            ],
        )
        add_brands(
            session, [{"slug": s, "name": s.capitalize()} for s in ("valcorde", "ondebrune")]
        )
        add_usages(
            session,
            [
                {"slug": "plein-air", "name": "Plein air", "name_en": "Open air"},
                {"slug": "salle-de-classe", "name": "Salle de classe", "name_en": "Classroom"},
            ],
        )


def a_product(number: int, **fields: Any) -> NewProduct:
    """The product of that number; its fields follow from it unless they are given."""
    facts: dict[str, Any] = {
        "sku": f"SON-{number:05d}",
        "slug": f"produit-{number}",
        "name": f"{_NAMES[number % len(_NAMES)]} modèle {number}",
        "category": ("enceintes", "micros")[number % 2],
        "brand": ("valcorde", "ondebrune")[number % 2],
        "price": Money(10_000 + number * 100),
        "summary": "Pour la salle et la scène, livré avec sa housse",
        "description": "Une description de quelques mots, que la recherche lit aussi.",
        "eco_fee": UnitPrice(10_417),
        "specifications": [["Puissance", "900 W"], ["Masse", "15,8 kg"]],
        "usages": (("plein-air",), ("salle-de-classe",), ())[number % 3],
        "picture": "loudspeaker-active",
        "on_hand": 1 + number % 40,
        "popularity": number % 1000,
        "weight_g": 12_900,
    }
    return NewProduct(**(facts | fields))


def sold_out(number: int, **fields: Any) -> NewProduct:
    return a_product(number, on_hand=0, restock_on=date(2026, 12, 7), **fields)


def on_order(number: int, **fields: Any) -> NewProduct:
    return a_product(number, on_hand=0, supply=Supply.ON_ORDER, lead_days=12, **fields)


def stock_shelves(database: Database, products: int | list[NewProduct]) -> list[int]:
    """A catalogue with products, counted and indexed. Returns their ids."""
    furnish(database)
    rows = products if isinstance(products, list) else [a_product(n) for n in range(products)]
    with database.transaction() as session:
        ids = add_products(session, rows, at=AT)
        refresh_counts(session)
        reindex(session)
    return ids


def slug_of(database: Database, product_id: int) -> str:
    with database.reading() as connection:
        return connection.execute(select(Product.slug).where(Product.id == product_id)).scalar_one()
