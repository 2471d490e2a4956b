"""The cart: add, change, remove.

A cart reserves nothing: stock is reserved by an order or by the scan of a purchase order. A
visitor's cart is found by its token; a signed-in person has one cart in all browsers, and nobody
else reads or changes it, even with its token.

Locks are taken in this order: a cart's lines, then the cart.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from shop.cart.contents import MINE
from shop.cart.models import KEPT_KEYS, KEY_LENGTH, Cart, CartLine
from shop.cart.rules import MAX_QUANTITY, WrongQuantity
from shop.catalogue.models import Product, Stock
from shop.catalogue.rules import Availability, availability
from shop.core.errors import N_, DomainError, NotFound

_PRODUCT = (
    select(
        Product.id,
        Product.name,
        Product.lead_days,
        Product.restock_on,
        Stock.on_hand,
        Stock.reserved,
        Stock.backorder,
        Cart.id.label("cart_id"),
        Cart.token,
        Cart.touched_at,
    )
    .join_from(Product, Stock, Stock.product_id == Product.id)
    .outerjoin(Cart, Cart.id == MINE)
    .where(Product.sku == bindparam("sku"), Product.published)
)
#: `touched_at` is rounded to the hour, so that not every product rewrites the cart's row.
_TOUCHED_TO = timedelta(hours=1)
#: A person who fills carts in two windows at once has one; a visitor's conflicts with none.
_OPEN = text(
    "INSERT INTO carts (token, user_id, created_at, touched_at)"
    " VALUES (:token, :user_id, :at, :at) ON CONFLICT (user_id)"
    " DO UPDATE SET touched_at = excluded.touched_at RETURNING id, token"
).bindparams(
    bindparam("at", type_=Cart.touched_at.type), bindparam("user_id", type_=Cart.user_id.type)
)
_TOUCH = update(Cart).where(Cart.id == bindparam("cart_id")).values(touched_at=bindparam("at"))
#: A line that has the form's key is left as it is.
_PUT = text(
    "INSERT INTO cart_lines (cart_id, product_id, quantity, added_at, form_keys)"
    " VALUES (:cart_id, :product_id, :quantity, :at, :form_key)"
    " ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = CASE"
    " WHEN cart_lines.form_keys LIKE '%' || excluded.form_keys || '%' THEN cart_lines.quantity"
    " WHEN cart_lines.quantity + excluded.quantity > :most THEN :most"
    " ELSE cart_lines.quantity + excluded.quantity END, form_keys = CASE"
    " WHEN cart_lines.form_keys LIKE '%' || excluded.form_keys || '%' THEN cart_lines.form_keys"
    " ELSE SUBSTR(excluded.form_keys || cart_lines.form_keys, 1, :kept) END RETURNING quantity,"
    " (SELECT COALESCE(SUM(l.quantity), 0) FROM cart_lines l"
    " WHERE l.cart_id = :cart_id AND l.product_id <> :product_id) AS others"
).bindparams(
    bindparam("at", type_=Cart.touched_at.type),
    most=MAX_QUANTITY,
    kept=KEPT_KEYS * KEY_LENGTH,
)
_COUNT = select(func.coalesce(func.sum(CartLine.quantity), 0).cast(BigInteger)).where(
    CartLine.cart_id == bindparam("cart_id")
)
_LINE = (
    select(CartLine.cart_id, Cart.token, CartLine.product_id, CartLine.quantity, Product.name)
    .join(Cart, Cart.id == CartLine.cart_id)
    .join(Product, Product.id == CartLine.product_id)
    .where(Cart.id == MINE, Product.sku == bindparam("sku"))
)
_LINES = (
    select(CartLine.cart_id, Cart.token, CartLine.product_id, CartLine.quantity, Product.sku)
    .join(Cart, Cart.id == CartLine.cart_id)
    .join(Product, Product.id == CartLine.product_id)
    .where(Cart.id == MINE)
)
_THIS = (CartLine.cart_id == bindparam("cart"), CartLine.product_id == bindparam("product"))
#: A quantity that a person sets is their own, wherever the units came from.
_SET = update(CartLine).where(*_THIS).values(quantity=bindparam("units"), joined=0)
_TAKE_OUT = delete(CartLine).where(*_THIS)


class NotForSale(DomainError):
    sentence = N_("%(name)s is sold out. Ask for an e-mail when it is back in stock.")


@dataclass(frozen=True, slots=True)
class Filled:
    """The result of a service: the cart's token, its count of units, and the changed line."""

    token: str
    count: int
    name: str = ""
    quantity: int = 0
    #: Units available today; None for any number, on order.
    most: int | None = None
    #: Units of an earlier cart that joined this one at sign-in.
    joined: int = 0

    @property
    def is_short(self) -> bool:
        """Whether more units are asked for than are available today."""
        return self.most is not None and self.quantity > self.most


def new_token() -> str:
    """A random token for a cart."""
    return secrets.token_urlsafe(32)


def checked_quantity(quantity: int, *, least: int = 1) -> int:
    """A quantity that a cart allows. Raises WrongQuantity."""
    if not least <= quantity <= MAX_QUANTITY:
        raise WrongQuantity(most=MAX_QUANTITY)
    return quantity


def add_to_cart(
    session: Session,
    token: str | None,
    sku: str,
    quantity: int,
    *,
    at: datetime,
    user_id: int | None = None,
    form_key: str | None = None,
) -> Filled:
    """Add units of a product to the cart of `user_id`, else of `token`, else to a new one.

    A form that arrives again adds nothing and is answered as before: its `form_key`, of KEY_LENGTH
    characters, is stored with the line. None: every call adds.

    Two statements; a third creates the cart, or notes once an hour that it is in use.

    More units than available are allowed: the line says so. Raises NotFound, NotForSale.
    """
    checked_quantity(quantity)
    connection = session.connection()
    row = connection.execute(_PRODUCT, {"sku": sku, "token": token, "user_id": user_id}).first()
    if row is None:
        raise NotFound
    stock = _stock_of(row)
    cart_id, token = row.cart_id, row.token
    if cart_id is None:
        fresh = {"token": new_token(), "user_id": user_id, "at": at}
        cart_id, token = connection.execute(_OPEN, fresh).one()
    facts = {"cart_id": cart_id, "product_id": row.id, "quantity": quantity, "at": at}
    facts["form_key"] = form_key or secrets.token_hex(KEY_LENGTH // 2)
    held = connection.execute(_PUT, facts).one()
    if row.touched_at is not None and at - row.touched_at > _TOUCHED_TO:
        connection.execute(_TOUCH, {"cart_id": cart_id, "at": at})
    most = None if row.backorder else stock.available
    return Filled(token, held.quantity + int(held.others), row.name, held.quantity, most)


def _stock_of(row: Any) -> Availability:
    """Raises NotForSale."""
    stock = availability(
        on_hand=row.on_hand,
        reserved=row.reserved,
        backorder=row.backorder,
        lead_days=row.lead_days,
        restock_on=row.restock_on,
    )
    if not stock.can_be_bought:
        raise NotForSale(name=row.name)
    return stock


def set_quantities(
    session: Session, token: str | None, wanted: Mapping[str, int], *, user_id: int | None = None
) -> Filled | None:
    """Set the quantities of several lines by their references; zero removes a line, and a reference
    that is not in the cart is left out. None: nothing is wanted or in the cart. Raises
    WrongQuantity.
    """
    for quantity in wanted.values():
        checked_quantity(quantity, least=0)
    asked = {"token": token, "user_id": user_id}
    lines = session.execute(_LINES, asked).all() if wanted else []
    if not lines:
        return None
    changed = {
        line.product_id: wanted[line.sku]
        for line in lines
        if wanted.get(line.sku, line.quantity) != line.quantity
    }
    _write(session, lines[0].cart_id, changed)
    return Filled(lines[0].token, count_units(session, lines[0].cart_id))


def change_quantity(
    session: Session, token: str | None, sku: str, by: int, *, user_id: int | None = None
) -> Filled:
    """Increase or decrease the quantity of a line; below one, it is removed. Raises NotFound."""
    line = _line(session, token, sku, user_id)
    return _set(session, line, min(MAX_QUANTITY, max(0, line.quantity + by)))


def remove_line(
    session: Session, token: str | None, sku: str, *, user_id: int | None = None
) -> Filled:
    """Remove a line; `quantity` of the answer says how many units it had, so that it can be
    restored.
    """
    return _set(session, _line(session, token, sku, user_id), 0)


def _set(session: Session, line: Any, quantity: int) -> Filled:
    """Set one quantity; of a line that is removed, the answer has the quantity that it had."""
    _write(session, line.cart_id, {line.product_id: quantity})
    left = quantity or line.quantity
    return Filled(line.token, count_units(session, line.cart_id), line.name, left)


def _write(session: Session, cart_id: int, quantities: Mapping[int, int]) -> None:
    """Write the quantities of lines by product id; zero removes a line."""
    kept = [{"cart": cart_id, "product": one, "units": n} for one, n in quantities.items() if n]
    removed = [{"cart": cart_id, "product": one} for one, n in quantities.items() if not n]
    for statement, rows in ((_SET, kept), (_TAKE_OUT, removed)):
        if rows:
            session.connection().execute(statement, rows)


def _line(session: Session, token: str | None, sku: str, user_id: int | None) -> Any:
    asked = {"token": token, "sku": sku, "user_id": user_id}
    line = session.execute(_LINE, asked).first()
    if line is None:
        raise NotFound
    return line


def count_units(session: Session, cart_id: int) -> int:
    """The number of units in a cart."""
    return int(session.execute(_COUNT, {"cart_id": cart_id}).scalar_one())


def units_in(session: Session, token: str | None, *, user_id: int | None = None) -> int:
    """The number of units in that cart; zero if there is no such cart."""
    units = select(func.sum(CartLine.quantity)).where(CartLine.cart_id == MINE)
    return int(session.scalar(units, {"token": token, "user_id": user_id}) or 0)


def empty_cart(session: Session, cart_id: int) -> None:
    """Remove all lines after an order. The cart itself remains its owner's."""
    session.execute(delete(CartLine).where(CartLine.cart_id == cart_id))
