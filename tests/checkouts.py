"""A guest's checkout, paid by card or not, for the card tests."""

from datetime import datetime, timedelta

from checkout.card.payments import Addresses, open_page
from checkout.card.settlement import settle
from checkout.drafts.drafts import ready_draft
from checkout.web.steps.visit import shipping_names
from shop.cart.carts import set_quantities
from shop.catalogue import stock
from shop.people.models import User
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.web.kit.sessions import VISITOR
from tests.factories import AT, make_checkout, make_product
from tests.fakes import FakeGateway

LATER = AT + timedelta(minutes=5)
BACK = Addresses("https://shop/retour", "https://shop/paiement", "Votre commande")


class Checkout:
    """A guest's checkout of one product, ready to be paid."""

    def __init__(self, database: Database, gateway: FakeGateway, quantity: int = 1) -> None:
        self.database, self.gateway, self.by = database, gateway, VISITOR
        with database.transaction() as session:
            self.product_id = make_product(session, at=AT, on_hand=5)
            self.cart_id, self.token = make_checkout(session, self.product_id, quantity, at=AT)

    @classmethod
    def of(
        cls,
        database: Database,
        gateway: FakeGateway,
        product_id: int,
        cart: tuple[int, str] | None = None,
        person: User | None = None,
    ) -> "Checkout":
        """A checkout of a product in stock; of that cart, by its owner."""
        self = cls.__new__(cls)
        self.database, self.gateway, self.product_id = database, gateway, product_id
        self.by = actor_of(person) if person else VISITOR
        if cart is None:
            with database.transaction() as session:
                cart = make_checkout(session, product_id, at=AT)
        self.cart_id, self.token = cart
        return self

    def press(self, at: datetime = AT) -> str:
        """Press « Payer par carte »; the session of the page that opens."""
        opened = open_page(
            self.database,
            self.gateway,
            lambda session: ready_draft(
                session,
                self.cart_id,
                names=shipping_names(),
                language="fr",
                by=self.by,
                at=at,
                lock=True,
            ),
            BACK,
            at=at,
        )
        return opened.url.rpartition("/")[2]

    def settle(self, session_id: str, at: datetime = LATER):
        return settle(self.database, self.gateway, session_id, at=at)

    def ask_for(self, quantity: int) -> None:
        with self.database.transaction() as session:
            set_quantities(session, self.token, {"SON-0412": quantity})

    def sell_elsewhere(self, quantity: int) -> None:
        with self.database.transaction() as session:
            stock.reserve(session, {self.product_id: quantity}, reference="elsewhere", at=AT)


def owed(checkout: Checkout, status: str) -> str:
    """A payment to be refunded; its refund has that status. The session of its page."""
    session_id = checkout.press()
    checkout.sell_elsewhere(5)
    checkout.gateway.pay(session_id)
    checkout.gateway.refund_status = status
    checkout.settle(session_id)
    return session_id
