"""The rows of the lists of dossiers, and those of a client in its record."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.overdue import credited_orders, is_overdue, overdue_of
from checkout.orders.models import Order
from quotes.quotes.lists import files_of
from quotes.quotes.models import Quote
from quotes.quotes.rules import days_left
from quotes.quotes.stations import shown_state
from shop.clients.keys import Client
from shop.core.text import paris_day
from shop.dossiers.models import Dossier
from shop.ops.clock import now
from shop.storage.paging import Page, Place, page_of
from shop.web.kit.client_sections import ClientRow, ClientSection, dossier_url


def ordered_late(at: datetime) -> ColumnElement[bool]:
    """Whether an invoice of an order is overdue."""
    return Order.id.in_(select(Invoice.order_id).where(is_overdue(paris_day(at))))


def read_files(session: Session, rows: Page[Any], *, at: datetime) -> Page[dict[str, Any]]:
    """The rows of a list of dossiers, each with its state."""
    orders = [order.id for _quote, order, _dossier in rows if order is not None]
    overdue = overdue_of(session, orders, today=paris_day(at))
    credited = credited_orders(session, orders)
    return rows.of(
        lambda row: _file(
            row[0],
            row[1],
            row[2],
            at,
            overdue=row[1] is not None and row[1].id in overdue,
            credited=row[1] is not None and row[1].id in credited,
        )
    )


def _file(
    quote: Quote,
    order: Order | None,
    dossier: Dossier,
    at: datetime,
    *,
    overdue: bool,
    credited: bool,
) -> dict[str, Any]:
    """One row of the list, with its state."""
    return {
        "quote": quote,
        "order": order,
        "title": dossier.title,
        "state": shown_state(
            quote.stage,
            order.stage if order else None,
            lapsed=days_left(quote.valid_until, at) < 0,
            overdue=overdue,
            collected=order is not None and order.is_collected,
            credited=credited,
        ),
    }


def _of_client(session: Session, client: Client, place: Place, size: int | None) -> Page[ClientRow]:
    at = now()
    listed = files_of(client, overdue=ordered_late(at), today=paris_day(at))
    files = read_files(session, page_of(session, listed, place, size=size), at=at)
    return files.of(_row)


def _row(file: dict[str, Any]) -> ClientRow:
    quote: Quote = file["quote"]
    state = file["state"]
    return ClientRow(
        quote.number,
        quote.issued_at,
        dossier_url(quote.number),
        file["title"],
        (state.kind, _(state.words)),
        quote.including,
    )


#: The quotes of a client, in its record.
CLIENT_SECTION = ClientSection(
    "devis",
    _l("Quotes"),
    _l("No quote yet."),
    _l("Quote"),
    _of_client,
    10,
    _l("Total incl. VAT"),
)
