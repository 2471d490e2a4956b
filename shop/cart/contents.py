"""The content of a cart, at today's prices: read in one statement, whatever the number of lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from shop.agreements.rules import NO_CONDITIONS, Condition, agreed
from shop.cart.models import Cart, CartLine
from shop.cart.rules import EmptyCart
from shop.catalogue.models import Product, Stock
from shop.catalogue.rules import Availability, NoLongerOnSale, OutOfStock, availability
from shop.core.money import Money
from shop.core.sales import AT_LIST_PRICE, SaleLine, line_of, sale_totals, weight_of
from shop.core.vat import PriceBasis, Totals, base_in, vat_on

_LINES = (
    select(
        Cart.id,
        Cart.token,
        Cart.user_id,
        CartLine.product_id,
        CartLine.quantity,
        CartLine.added_at,
        CartLine.joined,
        Product.sku,
        Product.slug,
        Product.name,
        Product.summary.label("detail"),
        Product.unit_price,
        Product.price_including,
        Product.eco_fee,
        Product.vat_rate,
        Product.weight_g,
        Product.bulky,
        Product.picture,
        Product.finish,
        Product.lead_days,
        Product.restock_on,
        Product.published,
        Product.category_id,
        Product.chapter_id,
        Stock.on_hand,
        Stock.reserved,
        Stock.backorder,
    )
    .outerjoin(CartLine, CartLine.cart_id == Cart.id)
    .outerjoin(Product, Product.id == CartLine.product_id)
    .outerjoin(Stock, Stock.product_id == Product.id)
    .order_by(CartLine.added_at, CartLine.product_id)
)
#: The cart of a person, else the visitor's of that token, which has no owner yet.
MINE = (
    select(Cart.id)
    .where(
        or_(
            Cart.user_id == bindparam("user_id"),
            and_(Cart.token == bindparam("token"), Cart.user_id.is_(None)),
        )
    )
    .order_by(Cart.user_id.is_(None))
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
_BY_TOKEN = _LINES.where(Cart.id == MINE)
_BY_ID = _LINES.where(
    Cart.id == bindparam("cart_id"),
    or_(Cart.user_id.is_(None), Cart.user_id == bindparam("user_id")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cart: what would be sold, and its availability. `joined`: how many of its
    units came from an earlier cart at sign-in, where they were since `added_at`.
    """

    sale: SaleLine
    slug: str
    picture: str
    finish: str
    availability: Availability
    backorder: bool
    published: bool
    lead_days: int = 0
    bulky: bool = False
    joined: int = 0
    added_at: datetime | None = None

    @property
    def can_be_promised(self) -> bool:
        """Whether the quantity can be sold today, from the stock or on order."""
        if not self.published:
            return False
        return self.backorder or self.sale.quantity <= self.availability.available

    @property
    def excluding(self) -> Money:
        """The line excluding VAT; for information in a cart of prices including VAT."""
        if self.sale.basis is PriceBasis.INCLUDING:
            return base_in(self.sale.amount, self.sale.vat_rate)
        return self.sale.amount

    @property
    def including(self) -> Money:
        """The line including VAT. In a cart of prices excluding VAT it is shown for information:
        a document rounds VAT on its total instead.
        """
        if self.sale.basis is PriceBasis.INCLUDING:
            return self.sale.amount
        return self.sale.amount + vat_on(self.sale.amount, self.sale.vat_rate)


@dataclass(frozen=True, slots=True)
class Contents:
    """A cart as pages and services read it. `cart_id` is None while nothing was ever added."""

    cart_id: int | None
    token: str | None
    user_id: int | None
    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        """Units, as the header shows them."""
        return sum(line.sale.quantity for line in self.lines)

    @property
    def sale_lines(self) -> tuple[SaleLine, ...]:
        return tuple(line.sale for line in self.lines)

    @property
    def joined(self) -> tuple[SaleLine, ...]:
        """The goods of an earlier cart, in the quantity that joined this one."""
        return tuple(
            replace(line.sale, quantity=line.joined) for line in self.lines if line.joined > 0
        )

    @property
    def totals(self) -> Totals:
        """Goods only: shipping is chosen at step 4."""
        return sale_totals(self.sale_lines)

    @property
    def totals_before(self) -> Totals:
        """The totals without the goods that joined, at today's prices."""
        left = ((line.sale, line.sale.quantity - line.joined) for line in self.lines)
        return sale_totals([replace(sale, quantity=units) for sale, units in left if units > 0])

    @property
    def weight_g(self) -> int:
        return weight_of(self.sale_lines)

    @property
    def bulky(self) -> bool:
        """Whether a line travels on a pallet, whatever it weighs."""
        return any(line.bulky for line in self.lines)

    @property
    def short_lines(self) -> tuple[Line, ...]:
        """Lines that ask for more than is available."""
        return tuple(line for line in self.lines if not line.can_be_promised)

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and not self.short_lines


NO_CART = Contents(None, None, None, ())


def cart_contents(
    reader: Connection | Session,
    cart: str | int | None,
    *,
    user_id: int | None = None,
    basis: PriceBasis = PriceBasis.INCLUDING,
    conditions: Sequence[Condition] = NO_CONDITIONS,
) -> Contents:
    """The cart of that id, or of `user_id`, else of that token; an empty one if there is none, or
    if it is another person's. One statement. `basis` is that of the cart's owner,
    `conditions` are those of their organisation today.
    """
    if cart is None and user_id is None:
        return NO_CART
    if isinstance(cart, int):
        rows = reader.execute(_BY_ID, {"cart_id": cart, "user_id": user_id}).all()
    else:
        rows = reader.execute(_BY_TOKEN, {"token": cart, "user_id": user_id}).all()
    if not rows:
        return NO_CART
    first = rows[0]
    lines = tuple(_line(row, basis, conditions) for row in rows if row.product_id is not None)
    return Contents(first.id, first.token, first.user_id, lines)


def find_cart(
    reader: Connection | Session, token: str | None, *, user_id: int | None
) -> int | None:
    """The id of the cart of `user_id`, else of that token."""
    if token is None and user_id is None:
        return None
    return reader.scalar(select(MINE), {"token": token, "user_id": user_id})


def ensure_orderable(contents: Contents) -> None:
    """Raises EmptyCart, or for the first line that cannot be sold NoLongerOnSale or OutOfStock."""
    if not contents.lines:
        raise EmptyCart
    for line in contents.short_lines:
        kind = OutOfStock if line.published else NoLongerOnSale
        raise kind(
            name=line.sale.name,
            available=line.availability.available,
            asked=line.sale.quantity,
        )


def _line(row: Any, basis: PriceBasis, conditions: Sequence[Condition]) -> Line:
    told = row.price_including if basis is PriceBasis.INCLUDING else None
    listed = line_of(row, unit_including=told, **AT_LIST_PRICE)
    sale = agreed(listed, (row.category_id, row.chapter_id), conditions)
    stock = availability(
        on_hand=row.on_hand,
        reserved=row.reserved,
        backorder=row.backorder,
        lead_days=row.lead_days,
        restock_on=row.restock_on,
    )
    return Line(
        sale,
        row.slug,
        row.picture,
        row.finish,
        stock,
        row.backorder,
        row.published,
        row.lead_days,
        row.bulky,
        row.joined,
        row.added_at,
    )
