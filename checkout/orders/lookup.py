"""Finding a card order again without an account: its link, sent to its own e-mail address."""

from datetime import datetime
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from shop.core.parties import parties_from
from shop.core.text import paris_day
from shop.dossiers.dossiers import key_for_links
from shop.dossiers.models import Dossier
from shop.people.people import folded_email
from shop.storage.outbox import Email, post


def order_number(typed: str) -> str:
    """The number of an order as it is stored."""
    return "".join(typed.split()).upper()


def is_address_of(order: Order, typed: str) -> bool:
    """Whether an order was placed with that e-mail address."""
    return compare_digest(folded_email(typed).encode(), folded_email(order.email).encode())


def find_card_order(session: Session, number: str, email: str) -> Order | None:
    """The card order with that number, placed with that e-mail address, both as they were typed."""
    order = session.scalar(
        select(Order).where(Order.number == order_number(number), Order.origin == Origin.CARD)
    )
    return order if order is not None and is_address_of(order, email) else None


def send_order_link(session: Session, number: str, email: str, *, at: datetime) -> Email | None:
    """Send the link of a card order to the address it was placed with, never to another one; None:
    no order matches.

    The link has the key of the order. An organisation's order has none: its members sign in. The
    caller limits the attempts and gives one answer whatever is returned.
    """
    order = find_card_order(session, number, email)
    if order is None:
        return None
    dossier = session.get_one(Dossier, order.dossier_id)
    is_own = order.organisation_id is None
    return post(
        session,
        "order_link",
        to=order.email,
        language=dossier.language,
        at=at,
        dossier_id=dossier.id,
        name=parties_from(order.parties).contact.name if is_own else "",
        number=order.number,
        day=paris_day(order.ordered_at).isoformat(),
        guest_key=key_for_links(dossier),
    )
