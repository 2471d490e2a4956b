"""What the lists of orders share, and the list of a customer."""

from datetime import date

from sqlalchemy import ColumnElement, select

from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE, Origin
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import Listing

#: Orders of which something is still to be delivered.
UNDELIVERED = PROCEDURE.sources_of("issue_delivery_note")

#: A filter by the kind of buyer, for the office.
BY_WAY = Filter(
    "way",
    N_("Payment"),
    (
        Choice("original", N_("Purchase order"), Order.origin == Origin.QUOTE),
        Choice("card", N_("Card"), Order.origin == Origin.CARD),
    ),
)
#: The name of the buyer as the dossier holds it, folded: a list that uses it joins the dossier.
BY_CUSTOMER = Sort("customer", N_("Customer"), (Dossier.parties_key,))


def own_orders(by: Actor, *, overdue: ColumnElement[bool], today: date) -> Listing:
    """« Mes commandes »: order and title, the newest first; `overdue` whether an invoice of an
    order is.
    """
    open_now = Order.stage.in_(UNDELIVERED)
    states = (
        Choice("preparing", N_("Being prepared"), open_now & ~Order.is_reversed),
        Choice("shipped", N_("Shipped"), ~open_now),
        Choice("overdue", N_("Invoice overdue"), overdue),
    )
    statement = (
        select(Order, Dossier.title)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(readable_by(by))
    )
    return Listing(
        statement,
        (Order.id.desc(),),
        Order.number,
        (
            Filter("state", N_("Status"), states),
            by_period(Order.ordered_at, today, moments=True),
        ),
        (
            Sort("number", N_("Order"), (Order.number,)),
            Sort("date", N_("Date"), (Order.ordered_at,)),
            Sort("total", N_("Total incl. VAT"), (Order.including,)),
        ),
        "-date",
    )
