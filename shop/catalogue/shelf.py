"""One product as its page shows it, and requests for an e-mail when it is available."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.orm import Session

from shop.catalogue.models import Brand, Product, Stock
from shop.catalogue.rules import Availability, availability
from shop.core.errors import NotFound
from shop.core.money import Money, UnitPrice

_PRODUCT = (
    select(
        Product.id,
        Product.sku,
        Product.ean,
        Product.slug,
        Product.name,
        Product.summary,
        Product.description,
        Product.chapter_id,
        Product.category_id,
        Product.unit_price,
        Product.price_including,
        Product.vat_rate,
        Product.eco_fee,
        Product.specifications,
        Product.picture,
        Product.finish,
        Product.photographs,
        Product.lead_days,
        Product.restock_on,
        Product.warranty_months,
        Product.weight_g,
        Product.bulky,
        Brand.name.label("brand"),
        Stock.on_hand,
        Stock.reserved,
        Stock.backorder,
    )
    .join_from(Product, Brand, Brand.id == Product.brand_id)
    .join(Stock, Stock.product_id == Product.id)
    .where(Product.slug == bindparam("slug"), Product.published)
)
_ID_OF = select(Product.id).where(Product.slug == bindparam("slug"), Product.published)
_ASK = text(
    "INSERT INTO stock_alerts (product_id, email, language, asked_at)"
    " VALUES (:product_id, :email, :language, :asked_at)"
    " ON CONFLICT (product_id, email) DO UPDATE SET asked_at = excluded.asked_at,"
    " language = excluded.language, told_at = NULL"
)


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product with what its stock label needs."""

    row: Any
    availability: Availability

    @property
    def unit_price(self) -> UnitPrice:
        return self.row.unit_price

    @property
    def excluding(self) -> Money:
        return self.row.unit_price.times(1)

    @property
    def eco_including(self) -> Money:
        return self.row.eco_fee.including(self.row.vat_rate)


def availability_of(row: Any) -> Availability:
    """The availability of a product, from a row with its stock."""
    return availability(
        on_hand=row.on_hand,
        reserved=row.reserved,
        backorder=row.backorder,
        lead_days=row.lead_days,
        restock_on=row.restock_on,
    )


def get_product(connection: Connection, slug: str) -> ShownProduct:
    """The published product with that slug, in one statement. Raises NotFound."""
    row = connection.execute(_PRODUCT, {"slug": slug}).first()
    if row is None:
        raise NotFound
    return ShownProduct(row, availability_of(row))


def request_alert(session: Session, slug: str, *, email: str, language: str, at: datetime) -> None:
    """Store a request for an e-mail when a product is available; asking again adds none. Raises
    NotFound.
    """
    product_id = session.execute(_ID_OF, {"slug": slug}).scalar()
    if product_id is None:
        raise NotFound
    session.execute(
        _ASK,
        {"product_id": product_id, "email": email.lower(), "language": language, "asked_at": at},
    )
