"""The goods of a cart at today's prices, as a checkout reads them: one statement for all lines."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.cart.models import CartLine
from shop.cart.rules import SaleLine, weight_of
from shop.catalogue.models import Product, Stock
from shop.catalogue.rules import OutOfStock


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line that the shelf cannot serve."""

    name: str
    available: int
    asked: int


@dataclass(frozen=True, slots=True)
class Goods:
    """Lines in the order of the cart; `lead_days` is the longest supply delay among them, in
    calendar days; `shortages` are what cannot be sold today."""

    lines: tuple[SaleLine, ...] = ()
    lead_days: int = 0
    shortages: tuple[Shortage, ...] = ()

    @property
    def weight_g(self) -> int:
        return weight_of(self.lines)


def goods_of(session: Session, cart_id: int | None) -> Goods:
    """The goods of a cart; nothing for no cart. Products withdrawn from sale are left out."""
    if cart_id is None:
        return Goods()
    rows = session.execute(
        select(
            CartLine.quantity,
            Product.id,
            Product.sku,
            Product.name,
            Product.unit_price,
            Product.vat_rate,
            Product.eco_fee,
            Product.weight_g,
            Product.lead_days,
            Stock.on_hand,
            Stock.reserved,
            Stock.backorder,
        )
        .join(Product, Product.id == CartLine.product_id)
        .outerjoin(Stock, Stock.product_id == Product.id)
        .where(CartLine.cart_id == cart_id, Product.published)
        .order_by(CartLine.added_at, Product.id)
    ).all()
    lines, shortages, lead_days = [], [], 0
    for row in rows:
        lines.append(
            SaleLine(
                product_id=row.id,
                sku=row.sku,
                name=row.name,
                quantity=row.quantity,
                unit_price=row.unit_price,
                vat_rate=row.vat_rate,
                eco_fee=row.eco_fee,
                weight_g=row.weight_g,
            )
        )
        available = max(0, (row.on_hand or 0) - (row.reserved or 0))
        if available >= row.quantity:
            continue
        if row.backorder:
            lead_days = max(lead_days, row.lead_days)
        else:
            shortages.append(Shortage(row.name, available, row.quantity))
    return Goods(tuple(lines), lead_days, tuple(shortages))


def ensure_available(goods: Goods) -> None:
    """Before paying: everything is on the shelf or can be ordered. Raises OutOfStock."""
    for shortage in goods.shortages:
        raise OutOfStock(name=shortage.name, available=shortage.available, asked=shortage.asked)
