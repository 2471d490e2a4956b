"""What the lists of orders share, the list of a customer, and that of a client for the office."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE, Origin
from shop.clients.keys import Client
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.core.money import Money
from shop.core.sales import PICK_UP
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import Listing

#: Orders of which something is still to be delivered.
UNDELIVERED = PROCEDURE.sources_of("issue_delivery_note")
#: Orders that were cancelled before anything was delivered.
CANCELLED = PROCEDURE.targets_of("cancel_order")

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


def own_orders(
    by: Actor, *, overdue: ColumnElement[bool], awaited: ColumnElement[bool], today: date
) -> Listing:
    """« Mes commandes »: order and title, the newest first; `overdue` whether an invoice of an
    order is, `awaited` whether the receipt of one of its deliveries is not recorded.
    """
    return _orders(readable_by(by), overdue, awaited, today)


def orders_of(
    client: Client, *, overdue: ColumnElement[bool], awaited: ColumnElement[bool], today: date
) -> Listing:
    """The same of a client, for the office."""
    return _orders(client.owns(Order), overdue, awaited, today)


def _orders(
    whose: ColumnElement[bool],
    overdue: ColumnElement[bool],
    awaited: ColumnElement[bool],
    today: date,
) -> Listing:
    statement = (
        select(Order, Dossier.title).join(Dossier, Dossier.id == Order.dossier_id).where(whose)
    )
    return Listing(
        statement,
        (Order.id.desc(),),
        Order.number,
        (
            Filter("state", N_("Status"), _states(overdue, awaited)),
            by_period(Order.ordered_at, today, moments=True),
        ),
        (
            Sort("number", N_("Order"), (Order.number,)),
            Sort("date", N_("Date"), (Order.ordered_at,)),
            Sort("total", N_("Total incl. VAT"), (Order.including,)),
        ),
        "-date",
    )


def _states(overdue: ColumnElement[bool], awaited: ColumnElement[bool]) -> tuple[Choice, ...]:
    """One choice for each state that the list shows, in its words: each order is in one of them."""
    reversed_now = and_(Order.is_reversed, ~overdue)
    dropped = Order.stage.in_(CANCELLED)
    going_on = and_(~Order.is_reversed, ~overdue, ~dropped)
    unpaid = Order.stage.in_(PROCEDURE.sources_of("record_payment"))
    owed = and_(
        unpaid,
        Order.stage.not_in(PROCEDURE.sources_of("issue_invoice")),
        Order.origin != Origin.CARD,
    )
    to_come = or_(unpaid, and_(Order.origin == Origin.CARD, awaited))
    gone = and_(going_on, to_come, Order.stage.not_in(UNDELIVERED), ~owed)
    return (
        Choice("preparing", N_("Being prepared"), and_(going_on, Order.stage.in_(UNDELIVERED))),
        Choice("shipped", N_("Shipped"), and_(gone, Order.shipping != PICK_UP)),
        Choice("ready", N_("Ready for collection"), and_(gone, Order.shipping == PICK_UP)),
        Choice("invoiced", N_("Invoiced, awaiting payment"), and_(going_on, owed)),
        Choice("overdue", N_("Invoice overdue"), overdue),
        Choice("complete", N_("Complete"), and_(going_on, ~to_come)),
        Choice("cancelled", N_("Order cancelled"), and_(dropped, ~Order.is_reversed, ~overdue)),
        Choice("refunded", N_("Refunded"), and_(reversed_now, Order.disputed == Money())),
        Choice(
            "disputed",
            N_("Payment disputed with the bank"),
            and_(reversed_now, Order.disputed > Money()),
        ),
    )
