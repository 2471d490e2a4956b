"""Whose checkout a request speaks of: the visitor's cart, and the state of its five steps."""

from flask import session as cookie
from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checkout.drafts.drafts import CheckoutState, checkout_state
from checkout.steps.rules import Stop, ensure_reachable
from shop.accounts.sessions import actor, viewer
from shop.cart.models import Cart
from shop.ground.clock import now
from shop.ground.web import reading

#: Where the visitor's signed session keeps the token of his cart.
CART_KEY = "cart"


def cart_id_of(session: Session) -> int | None:
    """The cart of the person, or of this browser; None before the first line."""
    person, token = viewer(), cookie.get(CART_KEY)
    mine = []
    if person is not None:
        mine.append(Cart.user_id == person.user_id)
    if token:
        mine.append((Cart.token == token) & Cart.user_id.is_(None))
    if not mine:
        return None
    own_first = Cart.user_id.is_(None)
    return session.scalar(select(Cart.id).where(or_(*mine)).order_by(own_first).limit(1))


def visit(stop: Stop) -> CheckoutState:
    """The checkout as it stands, for the page of a step. Raises StepMissing if too early."""
    session = reading()
    state = checkout_state(session, cart_id_of(session), by=actor(), at=now())
    ensure_reachable(stop, state.progress)
    return state


def url_of(stop: Stop) -> str:
    """The one address of a step."""
    if stop is Stop.CART:
        return url_for("cart.show")
    return url_for(f"steps.{stop.name.lower()}")


def step_urls() -> dict[int, str]:
    """The addresses of all steps, for the stepper: it links those before the current one."""
    return {int(stop): url_of(stop) for stop in Stop}
