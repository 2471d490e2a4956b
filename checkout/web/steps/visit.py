"""The checkout of a request: the visitor's cart, and the state of its five steps."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.drafts.drafts import CheckoutReady, CheckoutState, checkout_state, ready_draft
from checkout.drafts.rules import StepMissing, Stop, ensure_reachable
from checkout.drafts.shipping import METHODS
from shop.cart.contents import find_cart
from shop.core.actors import Actor
from shop.core.sales import PICK_UP
from shop.ops.clock import now
from shop.places.rules import PlaceNotServed
from shop.web.cart.sessions import cart_token
from shop.web.kit.destinations import remember_destination
from shop.web.kit.sessions import actor
from shop.web.kit.site import language, reading


def cart_id_of(session: Session) -> int | None:
    """The cart of the viewer; None before its first line."""
    return find_cart(session, cart_token(), user_id=actor().user_id)


def shipping_names() -> dict[str, str]:
    """The names of the ways of delivery, in the reader's language: the sale stores them."""
    return {key: _(method.name) for key, method in METHODS.items()}


def visit(stop: Stop) -> CheckoutState:
    """The checkout for the page of a step. Raises StepMissing if an earlier one is missing."""
    session = reading()
    state = checkout_state(
        session, cart_id_of(session), names=shipping_names(), by=actor(), at=now()
    )
    ensure_reachable(stop, state.progress)
    is_pick_up = state.draft is not None and state.draft.shipping == PICK_UP
    if state.parties is not None and not is_pick_up:
        remember_destination(state.parties.delivery)
    return state


def ready_sale(
    session: Session, *, by: Actor, at: datetime, seal: str | None = None, lock: bool = False
) -> CheckoutReady:
    """The sale of the viewer, in the language that they read: see `ready_draft()`.

    Raises StepMissing for a place that is not served too: it is changed at step 3.
    """
    try:
        return ready_draft(
            session,
            cart_id_of(session),
            names=shipping_names(),
            language=language(),
            by=by,
            at=at,
            seal=seal,
            lock=lock,
        )
    except PlaceNotServed as refusal:
        raise StepMissing(Stop.ADDRESSES) from refusal


def url_of(stop: Stop) -> str:
    """The address of a step."""
    if stop is Stop.CART:
        return url_for("cart.show")
    return url_for(f"steps.{stop.name.lower()}")


def step_urls() -> dict[int, str]:
    """The addresses of all steps, for the stepper: it links those before the current one."""
    return {int(stop): url_of(stop) for stop in Stop}
