"""The cart of a visitor who signs in, joined with the one that they had before.

Units of the earlier cart are marked until the person has said whether they stay.
"""

from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from shop.cart.carts import Filled, count_units, new_token
from shop.cart.contents import MINE
from shop.cart.models import Cart, CartLine


def adopt_cart(session: Session, token: str | None, user_id: int) -> Filled | None:
    """Join the visitor's cart with the person's own at sign-in; None if there is neither.

    The other cart is merged into the visitor's, which a checkout may be using; of a product in
    both, the greater quantity is kept. It gets a new token, so that the old one is not valid for
    anybody else. The cart of another person is not changed. `joined` of the answer: how many units
    of the earlier cart came to goods that the visitor had chosen.
    """
    carts = {
        cart.token if cart.user_id != user_id else "own": cart
        for cart in session.scalars(
            select(Cart).where((Cart.token == (token or "")) | (Cart.user_id == user_id))
        )
    }
    own, visiting = carts.get("own"), carts.get(token or "")
    if visiting is not None and visiting.user_id is not None:
        visiting = None
    if visiting is None:
        return Filled(own.token, count_units(session, own.id)) if own else None
    if own is not None:
        _merge(session, own.id, visiting.id)
        own.user_id = None
        session.flush()
    visiting.user_id, visiting.token = user_id, new_token()
    session.flush()
    joined = func.coalesce(func.sum(CartLine.joined), 0)
    units = session.scalar(select(joined).where(CartLine.cart_id == visiting.id))
    return Filled(visiting.token, count_units(session, visiting.id), joined=int(units or 0))


def _merge(session: Session, source_id: int, target_id: int) -> None:
    """Nothing is marked in a cart that was empty: its goods are those that the person expects."""
    has_goods = count_units(session, target_id) > 0
    session.execute(
        text(
            "INSERT INTO cart_lines (cart_id, product_id, quantity, added_at, joined)"
            " SELECT :target, product_id, quantity, added_at, quantity * :marked FROM cart_lines"
            " WHERE cart_id = :source"
            " ON CONFLICT (cart_id, product_id) DO UPDATE SET"
            " quantity = excluded.quantity, added_at = excluded.added_at,"
            " joined = excluded.quantity - cart_lines.quantity"
            " WHERE excluded.quantity > cart_lines.quantity"
        ),
        {"source": source_id, "target": target_id, "marked": int(has_goods)},
    )
    session.execute(delete(CartLine).where(CartLine.cart_id == source_id))


def keep_joined(session: Session, token: str | None, *, user_id: int | None) -> None:
    """The goods of the earlier cart stay: they are no longer told apart."""
    marked = CartLine.cart_id == MINE, CartLine.joined > 0
    _write(session, update(CartLine).where(*marked).values(joined=0), token, user_id)


def remove_joined(session: Session, token: str | None, *, user_id: int | None) -> None:
    """Take the goods of the earlier cart out, as if they had not joined: of a product in both, the
    visitor's quantity is left.
    """
    marked = CartLine.cart_id == MINE, CartLine.joined > 0
    whole = delete(CartLine).where(*marked, CartLine.quantity <= CartLine.joined)
    _write(session, whole, token, user_id)
    left = update(CartLine).where(*marked)
    left = left.values(quantity=CartLine.quantity - CartLine.joined, joined=0)
    _write(session, left, token, user_id)


def _write(session: Session, statement: Any, token: str | None, user_id: int | None) -> None:
    session.connection().execute(statement, {"token": token, "user_id": user_id})
