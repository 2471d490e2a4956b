"""The lists of dossiers of a buyer and of a client, with their filters and orders."""

from datetime import date

from sqlalchemy import ColumnElement, select

from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE as ORDERS
from quotes.procedure import PROCEDURE
from quotes.quotes.models import Quote
from shop.clients.keys import Client
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import Listing

_CANCELLED = [one.target for one in PROCEDURE.transitions if one.name == "cancel"]


def own_files(by: Actor, *, overdue: ColumnElement[bool], today: date) -> Listing:
    """« Mes dossiers »: quote, order and dossier, the newest first; `overdue` whether an invoice of
    the order is.
    """
    return _files(readable_by(by), overdue=overdue, today=today)


def files_of(client: Client, *, overdue: ColumnElement[bool], today: date) -> Listing:
    """The same of a client, for the office."""
    return _files(client.owns(Quote), overdue=overdue, today=today)


def _files(whose: ColumnElement[bool], *, overdue: ColumnElement[bool], today: date) -> Listing:
    open_now = Quote.stage.in_(PROCEDURE.sources_of("lapse"))
    lapsed = Quote.stage.in_(PROCEDURE.sources_of("renew"))
    unpaid = Order.stage.in_(ORDERS.sources_of("record_payment"))
    states = (
        Choice("awaited", N_("Purchase order awaited"), open_now & (Quote.valid_until >= today)),
        Choice("expired", N_("Expired"), lapsed | (open_now & (Quote.valid_until < today))),
        Choice("ordered", N_("Ordered, not paid yet"), unpaid),
        Choice("overdue", N_("Invoice overdue"), overdue),
        Choice("cancelled", N_("Cancelled"), Quote.stage.in_(_CANCELLED)),
        Choice("paid", N_("Paid"), Order.id.is_not(None) & ~unpaid),
    )
    statement = (
        select(Quote, Order, Dossier)
        .join(Dossier, Dossier.id == Quote.dossier_id)
        .outerjoin(Order, Order.dossier_id == Quote.dossier_id)
        .where(whose)
    )
    return Listing(
        statement,
        (Quote.id.desc(),),
        Quote.number,
        (Filter("state", N_("Status"), states), by_period(Quote.issued_at, today, moments=True)),
        (
            Sort("number", N_("File"), (Quote.number,)),
            Sort("issued", N_("Issued on"), (Quote.issued_at,)),
            Sort("until", N_("Valid until"), (Quote.valid_until,)),
            Sort("total", N_("Total incl. VAT"), (Quote.including,)),
        ),
        "-issued",
    )
