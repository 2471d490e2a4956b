"""The rows of the list of orders, and those of a client in its record."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.deliveries.receipts import is_receipt_awaited, receipts_awaited
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import is_overdue, overdue_of
from checkout.orders.lists import orders_of
from checkout.orders.models import Order
from checkout.web.orders.page import state_of
from shop.clients.keys import Client
from shop.ops.clock import today
from shop.storage.paging import Page, Place, page_of
from shop.web.kit.client_sections import ClientRow, ClientSection
from shop.web.kit.paging import this_page


def invoiced_late(today: date) -> ColumnElement[bool]:
    """Whether an invoice of an order is overdue."""
    return Order.id.in_(select(Invoice.order_id).where(is_overdue(today)))


def read_orders(session: Session, rows: Page[Any], *, today: date) -> Page[Any]:
    """The rows of a list of orders: order, title, the kind and the words of the state."""
    ids = [order.id for order, _title in rows]
    overdue = overdue_of(session, ids, today=today)
    awaited = receipts_awaited(session, ids)

    def stated(row: Any) -> Any:
        order = row[0]
        kind = state_of(order, overdue=order.id in overdue, awaited=order.id in awaited)
        return (*row, kind)

    return rows.of(stated)


def _of_client(session: Session, client: Client, place: Place, size: int | None) -> Page[ClientRow]:
    day = today()
    listing = orders_of(client, overdue=invoiced_late(day), awaited=is_receipt_awaited(), today=day)
    rows = read_orders(session, page_of(session, listing, place, size=size), today=day)
    return rows.of(lambda row: _row(*row))


def _row(order: Order, title: str, state: tuple[str, str]) -> ClientRow:
    url = url_for("orders.show", number=order.number, back=this_page())
    return ClientRow(order.number, order.ordered_at, url, title, state, order.including)


#: The orders of a client, in its record.
CLIENT_SECTION = ClientSection(
    "commandes",
    _l("Orders"),
    _l("No order yet."),
    _l("Order"),
    _of_client,
    20,
    _l("Total incl. VAT"),
)
