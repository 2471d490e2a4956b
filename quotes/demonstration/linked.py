"""Sales that the sales staff drew for private persons who called: one is paid from its link, one
waits to be paid, one is in preparation. Made by calling the services.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from checkout.card.payments import open_page
from checkout.card.settlement import settle
from checkout.drafts.drafts import ensure_draft, set_addresses, set_shipping
from checkout.payment_links.links import open_link, send_link
from checkout.payment_links.models import PaymentLink
from checkout.payment_links.preparation import (
    CLIENT,
    Discount,
    Wording,
    get_prepared,
    link_state,
    prepare_link,
    ready_link,
    set_link_discounts,
    set_link_offer,
)
from quotes.demonstration.card_sales import BACK, NAMES, Till
from quotes.demonstration.drawn import SELLER
from quotes.demonstration.goods import Filling, goods_of
from shop.cart.carts import add_to_cart
from shop.core.money import Money
from shop.core.parties import Contact, Parties, Place
from shop.core.text import money, percent
from shop.texts.acceptances import terms_in_force

GOODS = (("SON", 1), ("SUP", 1))
HOME = Place("Odile Renard", "3 rue des Tilleuls", "61000", "Alençon")
PAID, WAITING, BEGUN = "Odile Renard", "Marc Lenoir", "Inès Duval"
LESS = Discount(500, "Article d’exposition")
WORDS = "Comme convenu au téléphone, le pied est celui de l’exposition."


def _told(before: Money, points: int) -> str:
    return f"Prix avant remise {money(before.cents)} TTC, remise {percent(points)}"


WORDING = Wording(NAMES, _told)


def fill_links(till: Till) -> None:
    """Draw the sales, send two of the links, and have one paid on the sandbox's page."""
    filling, at = till.filling, till.at
    with till.database.transaction() as session:
        token = _sent(session, filling, PAID, at=at).token
        _sent(session, filling, WAITING, at=at)
        prepare_link(session, BEGUN, "ines.duval@example.org", "fr", by=SELLER, at=at)
        version = terms_in_force(session, at=at)
    opened = open_page(
        till.database,
        till.gateway,
        lambda session: open_link(session, token, NAMES, version, at=at),
        BACK,
        at=at,
    )
    till.processor.customer.pay(opened.url)
    settle(till.database, till.gateway, opened.url.rpartition("/")[2], at=at)


def _sent(session: Session, filling: Filling, name: str, *, at: datetime) -> PaymentLink:
    email = f"{name.split()[0].lower()}@example.org"
    row = prepare_link(session, name, email, "fr", by=SELLER, at=at)
    found = get_prepared(session, row.id, by=SELLER, lock=True)
    goods = goods_of(session, GOODS, filling.shelf, 0)
    for line in goods:
        add_to_cart(session, found.token, line.sku, line.quantity, at=at)
    set_link_discounts(session, row, {goods[1].sku: LESS}, by=SELLER, at=at)
    draft = ensure_draft(session, found.cart_id, by=CLIENT, at=at)
    contact = Contact(name, "06 12 34 56 78", email)
    set_addresses(draft, Parties(HOME, HOME, contact, None))
    session.flush()
    state = link_state(session, found, WORDING, at=at)
    set_shipping(draft, state.offers[0].method.key, state.offers)
    set_link_offer(row, days=14, words=WORDS, price=Money(990), reason="Un seul colis")
    session.flush()
    ready = ready_link(session, found, WORDING, at=at, lock=True)
    return send_link(session, found, ready, by=SELLER, at=at)
