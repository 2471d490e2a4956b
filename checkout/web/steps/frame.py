"""What the steps share: their page, and their draft inside a transaction."""

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from checkout.drafts.drafts import CheckoutState, checkout_state, ensure_draft
from checkout.drafts.models import Draft
from checkout.drafts.rules import Stop, ensure_reachable
from checkout.web.steps.sums import sums_of
from checkout.web.steps.visit import cart_id_of, shipping_names, step_urls
from shop.ops.clock import now
from shop.web.kit.sessions import actor


def open_draft(session: Session, stop: Stop) -> tuple[CheckoutState, Draft]:
    """The checkout read again inside the transaction, and its draft, locked."""
    by, at = actor(), now()
    cart_id = cart_id_of(session)
    state = checkout_state(session, cart_id, names=shipping_names(), by=by, at=at, lock=True)
    ensure_reachable(stop, state.progress)
    assert cart_id is not None
    return state, ensure_draft(session, cart_id, by=by, at=at)


def step_page(template: str, stop: Stop, state: CheckoutState, **context: Any) -> str:
    """The page of a step, with the amounts beside it."""
    return render_template(
        template,
        step=int(stop),
        step_urls=step_urls(),
        **{"sums": sums_of(state.lines)} | context,
    )
