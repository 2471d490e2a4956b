"""Sales by card: the customers pay on the pages of the sandbox processor, over HTTP.

One is delivered and partly refunded, one is disputed, one is withdrawn from in part, and one waits
to be prepared. The processor pays out what it holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from checkout.card.payments import Addresses, open_page
from checkout.card.payout_gateway import FoundPayout
from checkout.card.reconciliation import reconcile
from checkout.card.sandbox import dashboard
from checkout.card.sandbox.payouts import pay_out
from checkout.card.sandbox.server import TEST_SECRET, Sandbox, running
from checkout.card.settlement import settle
from checkout.card.stripe_gateway import StripeGateway
from checkout.card.stripe_payouts import StripePayouts
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.rules import Shipment
from checkout.drafts.drafts import (
    CheckoutReady,
    checkout_state,
    ensure_draft,
    ready_draft,
    set_addresses,
    set_guest,
    set_shipping,
)
from checkout.orders.orders import get_order, lines_of
from checkout.payouts.fees import Correction, correct_fees, type_fees
from checkout.payouts.payouts import fetch_payouts, store_payout
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from quotes.demonstration.goods import Filling, goods_of
from quotes.demonstration.sales import BOOKS, STORE
from shop.cart.carts import add_to_cart
from shop.cart.contents import cart_contents
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.parties import Contact, Parties, Place
from shop.core.sales import PICK_UP
from shop.ops.config import SANDBOX_KEY
from shop.people.people import actor_of, find_person
from shop.places.rules import PALLET, PARCEL
from shop.storage.db import Database

CUSTOMER = "particulier@example.org"
#: The ways of delivery as a French reader is shown them.
NAMES = {
    PARCEL: "Livraison en colis",
    PALLET: "Livraison sur palette",
    PICK_UP: "Retrait au magasin",
}
BACK = Addresses("http://127.0.0.1/retour", "http://127.0.0.1/paiement", "Votre commande")
VISITOR = Actor("", frozenset())
#: The payout of last week, as the processor names it.
OLDER = "po_1QdemoOlderPayout"


@dataclass(frozen=True, slots=True)
class CardSale:
    """Who buys what by card, and what happens to the order afterwards."""

    email: str
    contact: Contact
    place: Place
    goods: tuple[tuple[str, int], ...]
    then: Callable[["Paid"], None] | None = None


@dataclass(frozen=True, slots=True)
class Till:
    """The shop and its processor at one moment."""

    filling: Filling
    processor: Sandbox
    gateway: StripeGateway
    at: datetime

    @property
    def database(self) -> Database:
        return self.filling.database


@dataclass(frozen=True, slots=True)
class Paid:
    """An order that was paid on the processor's page."""

    till: Till
    sale: CardSale
    number: str
    intent: str


def fill_card_sales(
    filling: Filling, others: Callable[[Till], None], *, state: Path | str, at: datetime
) -> None:
    """Make the sales today, and `others`; `state` is the file of the processor that later serves
    the shop.
    """
    with running(path=state) as processor:
        gateway = StripeGateway(SANDBOX_KEY, TEST_SECRET, processor.base_url)
        till = Till(filling, processor, gateway, at)
        try:
            for turn, sale in enumerate(SALES):
                paid = _pay(till, sale, turn)
                if sale.then is not None:
                    sale.then(paid)
            others(till)
            reconcile(filling.database, gateway, at=at)
            _pay_out(till)
        finally:
            gateway.close()


def _pay_out(till: Till) -> None:
    """The processor pays its balance to the bank, and the shop hears of it as it does each day."""
    with till.processor.state.transaction():
        pay_out(till.processor.state)
    payouts = StripePayouts(till.gateway)
    fetch_payouts(till.database, payouts, at=till.at, stopping=lambda: False)
    _type_fees(till)


def _type_fees(till: Till) -> None:
    """A payout of last week, of which the processor tells no parts: its fees are typed from its
    invoice, then corrected.
    """
    before = till.at - timedelta(days=7)
    with till.database.transaction() as session:
        told = FoundPayout(OLDER, 96_715, "eur", "paid", "", before, before)
        store_payout(session, told, (), at=till.at)
        type_fees(session, OLDER, Money(1_845), by=BOOKS, at=till.at)
        asked = Correction(Money(1_485), Money(1_845), "Chiffres intervertis")
        correct_fees(session, OLDER, asked, by=BOOKS, at=till.at)


def _pay(till: Till, sale: CardSale, turn: int) -> Paid:
    """The five steps, the processor's page, and the answer that makes the order."""
    with till.database.transaction() as session:
        person = find_person(session, sale.email)
        by = actor_of(person) if person else VISITOR
        cart_id = _checkout(session, till, sale, turn, by=by)
    ready = partial(_ready, cart_id=cart_id, by=by, at=till.at)
    opened = open_page(till.database, till.gateway, ready, BACK, at=till.at)
    till.processor.customer.pay(opened.url)
    session_id = opened.url.rpartition("/")[2]
    settled = settle(till.database, till.gateway, session_id, at=till.at)
    intent = till.gateway.fetch(session_id).payment_intent
    assert settled.order_number and intent
    return Paid(till, sale, settled.order_number, intent)


def _checkout(session: Session, till: Till, sale: CardSale, turn: int, *, by: Actor) -> int:
    """The cart of a checkout whose steps are complete."""
    token, at = None, till.at
    for line in goods_of(session, sale.goods, till.filling.shelf, turn):
        filled = add_to_cart(session, token, line.sku, line.quantity, at=at, user_id=by.user_id)
        token = filled.token
    cart_id = cart_contents(session, token, user_id=by.user_id).cart_id
    assert cart_id is not None
    draft = ensure_draft(session, cart_id, by=by, at=at)
    if by.user_id is None:
        set_guest(draft, sale.email)
    set_addresses(draft, Parties(sale.place, sale.place, sale.contact))
    session.flush()
    state = checkout_state(session, cart_id, names=NAMES, by=by, at=at)
    set_shipping(draft, PARCEL, state.offers)
    return cart_id


def _ready(session: Session, *, cart_id: int, by: Actor, at: datetime) -> CheckoutReady:
    return ready_draft(session, cart_id, names=NAMES, language="fr", by=by, at=at, lock=True)


def _delivered_and_refunded(paid: Paid) -> None:
    """Shipped the same day; the seller gives ten euros back from the processor's dashboard."""
    with paid.till.database.transaction() as session:
        order = get_order(session, paid.number, by=STORE)
        units = {
            line.position: line.quantity
            for line in lines_of(session, order.id)
            if line.product_id is not None
        }
        site = paid.till.filling.site
        shipment = Shipment("Colissimo", f"6A{order.id:011d}", parcels=1, site=site)
        issue_delivery_note(session, order, units, shipment, by=STORE, at=paid.till.at)
    with paid.till.processor.state.transaction():
        dashboard.refund(paid.till.processor.state, paid.intent, 1_000)


def _disputed(paid: Paid) -> None:
    with paid.till.processor.state.transaction():
        dashboard.dispute(paid.till.processor.state, paid.intent, reason="fraudulent")


def _withdrawn(paid: Paid) -> None:
    """The consumer withdraws from one unit of the first line."""
    sale = paid.sale
    with paid.till.database.transaction() as session:
        order = get_order(session, paid.number, by=STORE)
        items = f"1 × {lines_of(session, order.id)[0].name}"
        who = (sale.contact.name, paid.number, sale.email)
        statement = Statement(*who, "fr", whole=False, items=items, units={1: 1})
        declare_withdrawal(session, statement, by=VISITOR, at=paid.till.at)


SALES = (
    CardSale(
        CUSTOMER,
        Contact("Camille Roux", "02 61 91 00 60", CUSTOMER),
        Place("Camille Roux", "8, rue des Tanneurs", "69009", "Lyon"),
        (("MIC", 2), ("CAB", 2)),
        _delivered_and_refunded,
    ),
    CardSale(
        "zoe.berger@example.org",
        Contact("Zoé Berger", "02 61 91 00 61", "zoe.berger@example.org"),
        Place("Zoé Berger", "27, rue de la Paix", "35000", "Rennes"),
        (("SON", 1),),
        _disputed,
    ),
    CardSale(
        "malik.haddad@example.org",
        Contact("Malik Haddad", "02 61 91 00 62", "malik.haddad@example.org"),
        Place("Malik Haddad", "5, place du Marché", "67000", "Strasbourg"),
        (("CAB", 3), ("SUP", 1)),
        _withdrawn,
    ),
    CardSale(
        "ines.morvan@example.org",
        Contact("Inès Morvan", "02 61 91 00 63", "ines.morvan@example.org"),
        Place("Inès Morvan", "14, quai de la Fosse", "44000", "Nantes"),
        (("MIX", 1),),
    ),
)
