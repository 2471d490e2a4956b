"""Sales for private persons of the tests, made by calling the services."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from checkout.drafts.drafts import ensure_draft, set_addresses, set_shipping
from checkout.drafts.shipping import METHODS
from checkout.payment_links.links import send_link
from checkout.payment_links.models import PaymentLink
from checkout.payment_links.preparation import (
    CLIENT,
    Wording,
    get_prepared,
    link_state,
    prepare_link,
    ready_link,
)
from shop.cart.carts import add_to_cart
from tests.factories import AT, OFFICE, make_parties

WORDING = Wording(dict.fromkeys(METHODS, "Livraison"), lambda _before, _points: "Remise")


def make_payment_link(session: Session, sku: str, *, at: datetime = AT) -> PaymentLink:
    """A sale that the office prepares for a private person, complete: its link can be sent."""
    row = prepare_link(session, "Odile Renard", "odile@example.org", "fr", by=OFFICE, at=at)
    prepared = get_prepared(session, row.id, by=OFFICE)
    add_to_cart(session, prepared.token, sku, 1, at=at)
    draft = ensure_draft(session, prepared.cart_id, by=CLIENT, at=at)
    set_addresses(draft, replace(make_parties(), paying_service=None))
    session.flush()
    state = link_state(session, prepared, WORDING, at=at)
    set_shipping(draft, state.offers[0].method.key, state.offers)
    session.flush()
    return row


def send_payment_link(session: Session, row: PaymentLink, *, at: datetime = AT) -> PaymentLink:
    """Send the link of a sale that is complete."""
    prepared = get_prepared(session, row.id, by=OFFICE, lock=True)
    ready = ready_link(session, prepared, WORDING, at=at, lock=True)
    return send_link(session, prepared, ready, by=OFFICE, at=at)
