"""A quote that the sales staff drew for a client after a call: a discount with its reason, work
that is not in the catalogue, words for the client. Made by calling the services.
"""

from datetime import datetime

from checkout.drafts.drafts import ensure_draft, set_addresses, set_shipping
from quotes.client_quotes.adjustments import Granted, add_free_line, set_discounts
from quotes.client_quotes.client_quotes import (
    begin_client_quote,
    get_client_quote,
    issue_client_quote,
    ready_client_quote,
    set_offer,
    state_of,
)
from quotes.client_quotes.limits import limits_at
from quotes.demonstration.card_sales import NAMES
from quotes.demonstration.goods import Filling, goods_of, parties_of
from shop.cart.carts import add_to_cart
from shop.core.actors import SALES, Actor
from shop.core.money import Money
from shop.organisations.organisations import get_organisation

SELLER = Actor("Hugo Perrin", frozenset({SALES}))
GOODS = (("SON", 2), ("SUP", 2))
SUBJECT = "Sonorisation du marché couvert"
DISCOUNT = Granted(750, "Deuxième équipement de la commune cette année")
WORK, WORK_PRICE, WORK_VAT = "Installation et réglage sur place", Money(18_050), 2_000
WORDS = "Comme convenu au téléphone, la pose est comprise dans ce devis."


def fill_drawn(filling: Filling, organisation_id: int, buyer: Actor, *, at: datetime) -> None:
    """Draw the quote for a buyer of a verified body, and issue it."""
    with filling.database.transaction() as session:
        organisation = get_organisation(session, organisation_id, lock=True)
        row = begin_client_quote(session, organisation, buyer.user_id or 0, by=SELLER, at=at)
        prepared = get_client_quote(session, row.id, by=SELLER, lock=True)
        goods = goods_of(session, GOODS, filling.shelf, 0)
        for line in goods:
            add_to_cart(session, prepared.token, line.sku, line.quantity, at=at)
        limits = limits_at(session, at)
        set_discounts(session, row, {goods[0].sku: DISCOUNT}, limits, by=SELLER)
        add_free_line(session, row, WORK, WORK_PRICE, WORK_VAT, 1)
        draft = ensure_draft(session, row.cart_id, by=prepared.buyer, at=at)
        set_addresses(draft, parties_of(session, prepared.buyer), title=SUBJECT)
        session.flush()
        state = state_of(session, prepared, NAMES, at=at)
        set_shipping(draft, state.offers[0].method.key, state.offers)
        set_offer(prepared, months=2, words=WORDS, limits=limits)
        session.flush()
        ready = ready_client_quote(session, prepared, NAMES, at=at, lock=True)
        issue_client_quote(session, prepared, ready, by=SELLER, at=at)
