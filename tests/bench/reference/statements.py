"""The reference's statements, prepared once. Frozen, see the package."""

from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select, text, tuple_

from tests.bench.reference.schema import cart_lines, categories, facets, products, stock

CATEGORY = select(categories).where(categories.c.slug == bindparam("slug"))
FACETS = (
    select(facets.c.kind, facets.c.value, facets.c.label, facets.c.count)
    .where(facets.c.category_id == bindparam("category_id"))
    .order_by(facets.c.kind, facets.c.count.desc(), facets.c.label)
)
_CARD = (
    products.c.id,
    products.c.sku,
    products.c.slug,
    products.c.name,
    products.c.summary,
    products.c.price,
    products.c.picture,
    stock.c.on_hand,
)
_CARDS = select(*_CARD).join(stock, stock.c.product_id == products.c.id)
LISTING = (
    _CARDS.where(products.c.category_id == bindparam("category_id"))
    .where(
        tuple_(products.c.price, products.c.id)
        > tuple_(bindparam("price", type_=BigInteger), bindparam("row_id", type_=BigInteger))
    )
    .order_by(products.c.price, products.c.id)
    .limit(bindparam("cards"))
)
PRODUCT = (
    select(
        products, stock.c.on_hand, categories.c.slug.label("shelf"), categories.c.name.label("on")
    )
    .join(stock, stock.c.product_id == products.c.id)
    .join(categories, categories.c.id == products.c.category_id)
    .where(products.c.slug == bindparam("slug"))
)
RELATED = (
    _CARDS.where(products.c.category_id == bindparam("category_id"))
    .where(products.c.id > bindparam("row_id"))
    .order_by(products.c.id)
    .limit(4)
)
CART = (
    select(*_CARD, cart_lines.c.quantity)
    .select_from(cart_lines)
    .join(products, products.c.id == cart_lines.c.product_id)
    .join(stock, stock.c.product_id == products.c.id)
    .where(cart_lines.c.cart == bindparam("cart"))
    .order_by(products.c.id)
)
COUNT = select(func.coalesce(func.sum(cart_lines.c.quantity), 0)).where(
    cart_lines.c.cart == bindparam("cart")
)
ADD = text(
    "INSERT INTO ref_cart_lines (cart, product_id, quantity)"
    " SELECT :cart, id, :quantity FROM ref_products WHERE sku = :sku"
    " ON CONFLICT (cart, product_id) DO UPDATE"
    " SET quantity = ref_cart_lines.quantity + excluded.quantity"
)
_TAKE = text(
    "UPDATE ref_stock SET on_hand = ref_stock.on_hand - l.quantity FROM ref_cart_lines l"
    " WHERE l.cart = :cart AND l.product_id = ref_stock.product_id"
    " AND ref_stock.on_hand >= l.quantity"
)
_TAKE_IN_ORDER = text(
    "WITH wanted AS MATERIALIZED (SELECT s.product_id, l.quantity FROM ref_stock s"
    " JOIN ref_cart_lines l ON l.product_id = s.product_id WHERE l.cart = :cart"
    " ORDER BY s.product_id FOR UPDATE OF s)"
    " UPDATE ref_stock SET on_hand = ref_stock.on_hand - wanted.quantity FROM wanted"
    " WHERE wanted.product_id = ref_stock.product_id AND ref_stock.on_hand >= wanted.quantity"
)
_NUMBER = text(
    "INSERT INTO ref_counters (series, last) VALUES ('CO', 1)"
    " ON CONFLICT (series) DO UPDATE SET last = ref_counters.last + 1 RETURNING last"
)
_ORDER = text(
    "INSERT INTO ref_orders (number, email, total) SELECT :number, :email,"
    " (SELECT sum(p.price * l.quantity) FROM ref_cart_lines l"
    " JOIN ref_products p ON p.id = l.product_id WHERE l.cart = :cart) RETURNING id"
)
_LINES = text(
    "INSERT INTO ref_order_lines (order_id, product_id, quantity, price)"
    " SELECT :order_id, l.product_id, l.quantity, p.price FROM ref_cart_lines l"
    " JOIN ref_products p ON p.id = l.product_id WHERE l.cart = :cart"
)
_EMPTY = text("DELETE FROM ref_cart_lines WHERE cart = :cart")


def place_order(connection: Connection, cart: str, lines: int, email: str) -> int | None:
    """Take the stock, a gapless number, a header and its lines: five statements, set-based.

    None, to be rolled back, if a line is short.
    """
    take = _TAKE if connection.dialect.name == "sqlite" else _TAKE_IN_ORDER
    facts: dict[str, Any] = {"cart": cart}
    if connection.execute(take, facts).rowcount != lines or not lines:
        return None
    number = int(connection.execute(_NUMBER).scalar_one())
    order_id = connection.execute(_ORDER, facts | {"number": number, "email": email}).scalar_one()
    connection.execute(_LINES, facts | {"order_id": order_id})
    connection.execute(_EMPTY, facts)
    return number
