"""Whose checkout a request speaks of: the visitor's cart, and the state of its five steps."""

from flask import session as cookie
from sqlalchemy import or_, select

from checkout.drafts.drafts import CheckoutReady, CheckoutState, checkout_state, ready_draft
from checkout.steps.rules import Stop, ensure_reachable
from shop.accounts.sessions import actor, viewer
from shop.cart.models import Cart
from shop.ground.clock import now
from shop.ground.web import reading


def current_cart_id() -> int | None:
    """The cart of the person, or of this browser."""
    person, token = viewer(), cookie.get("cart")
    mine = []
    if person is not None:
        mine.append(Cart.user_id == person.user_id)
    if token:
        mine.append((Cart.token == token) & Cart.user_id.is_(None))
    if not mine:
        return None
    own_first = Cart.user_id.is_(None)
    return reading().scalar(select(Cart.id).where(or_(*mine)).order_by(own_first).limit(1))


def visit(stop: Stop) -> CheckoutState:
    """The checkout as it stands, for the page of a step. Raises StepMissing if too early."""
    state = checkout_state(reading(), current_cart_id(), by=actor(), at=now())
    ensure_reachable(stop, state.progress)
    return state


def ready_to_pay() -> CheckoutReady:
    """The checkout of this visitor with all steps complete, for a page. Raises StepMissing."""
    return ready_draft(reading(), current_cart_id(), by=actor(), at=now())
