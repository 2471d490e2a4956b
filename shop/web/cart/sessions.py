"""The visitor's cart in their signed session: its token, and its count for the header.

The count is stored in the cookie, so that no page needs a statement for it.
"""

from flask import session
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shop.cart.carts import Filled, units_in
from shop.cart.contents import Contents, cart_contents
from shop.core.sales import price_basis
from shop.web.kit.agreed import conditions_today
from shop.web.kit.sessions import actor

_TOKEN, _COUNT, _JOINED = "cart", "cart_count", "cart_joined"


def cart_token() -> str | None:
    """The token of this visitor's cart, if there is one."""
    token = session.get(_TOKEN)
    return token if isinstance(token, str) and token else None


def contents_now(connection: Connection) -> Contents:
    """This visitor's cart at the prices that they have today."""
    by = actor()
    return cart_contents(
        connection,
        cart_token(),
        user_id=by.user_id,
        basis=price_basis(by),
        conditions=conditions_today(),
    )


def remember_cart(filled: Filled) -> None:
    """Store the cart's token, and how many units it has."""
    session.permanent = True
    session[_TOKEN] = filled.token
    session[_COUNT] = filled.count
    if filled.joined:
        session[_JOINED] = True


def remember_count(count: int) -> None:
    """Correct the count, if another window has changed the cart."""
    if session.get(_COUNT, 0) != count:
        session[_COUNT] = count


def remember_what_is_left(rows: Session) -> None:
    """After a sale: what another tab has added to this visitor's cart meanwhile stays there."""
    remember_count(units_in(rows, cart_token(), user_id=actor().user_id))


def cart_count() -> int:
    count = session.get(_COUNT, 0)
    return count if isinstance(count, int) else 0


def has_joined() -> bool:
    """Whether goods of an earlier cart have joined this one, and wait for the person's decision."""
    return session.get(_JOINED) is True


def remember_joined() -> None:
    """Goods have joined, perhaps in another browser of this person."""
    session[_JOINED] = True


def forget_joined() -> None:
    """The person has decided, or none of these goods is left."""
    session.pop(_JOINED, None)
