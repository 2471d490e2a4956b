"""What the office reads beside the page of a dossier: the client and the notes about them, the
money, and every act that this member of the staff may do, so that none needs another page first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import PROCEDURE
from shop.clients.keys import Client
from shop.clients.models import ClientNote
from shop.clients.notes import notes_about
from shop.core.money import Money, total
from shop.dossiers.models import Dossier
from shop.storage.paging import FIRST, Page
from shop.web.kit.found import may_open
from shop.web.kit.paging import this_page

#: Notes that the page of a dossier shows.
_FEW = 3
#: A link to an act: its words and its address.
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OfficeSide:
    """`client_url` is empty, and `notes` None, for those who do not keep the records of clients."""

    client_url: str
    notes: Page[ClientNote] | None
    notes_url: str
    money: Sequence[tuple[str, Money]]
    acts: Sequence[Link]


def office_side(
    session: Session,
    dossier: Dossier,
    order: Order | None,
    invoices: Sequence[Invoice],
    acts: Sequence[Link] = (),
) -> OfficeSide:
    """The side of a dossier with the acts on its quote, if any, before those on its order."""
    keeps = may_open("clients.notes")
    client, own = _client(dossier)
    shown = bool(keeps and own)
    return OfficeSide(
        client_url=_url("clients.show" if client.organisation_id else "clients.person", own, shown),
        notes=notes_about(session, client, FIRST, size=_FEW) if shown else None,
        notes_url=_url(
            "clients.notes" if client.organisation_id else "clients.person_notes", own, shown
        ),
        money=_money(order, invoices),
        acts=[*acts, *_acts(session, order, invoices)],
    )


def _client(dossier: Dossier) -> tuple[Client, dict[str, int]]:
    """The client, and the value that names them in an address; a guest has none."""
    if dossier.organisation_id is not None:
        own = {"organisation_id": dossier.organisation_id}
        return Client(organisation_id=dossier.organisation_id), own
    return Client(user_id=dossier.user_id), {"user_id": dossier.user_id} if dossier.user_id else {}


def _url(endpoint: str, own: dict[str, int], shown: bool) -> str:
    values: dict[str, Any] = {**own, "back": this_page()}
    return url_for(endpoint, **values) if shown else ""


def _money(order: Order | None, invoices: Sequence[Invoice]) -> list[tuple[str, Money]]:
    if order is None:
        return []
    sums = [(_("Ordered incl. VAT"), order.including)]
    if invoices:
        sums += [
            (_("Invoiced"), total([one.including for one in invoices])),
            (_("Received"), total([one.paid for one in invoices])),
            (_("Left to pay"), total([one.due for one in invoices])),
        ]
    return sums


def _acts(session: Session, order: Order | None, invoices: Sequence[Invoice]) -> list[Link]:
    """The pages of the acts on an order and its invoices that this person may open."""
    if order is None:
        return []
    number, stage = order.number, order.stage
    found = [(_("Delivery notes of the order"), "deliveries.show", number)]
    if PROCEDURE.find("issue_invoice", stage) is not None and _is_billable(session, order):
        found.append((_("Invoice what is delivered"), "invoices.preview", number))
    if PROCEDURE.find("cancel_units", stage) or PROCEDURE.find("cancel_order", stage):
        found.append((_("Cancel units of the order"), "cancellations.show", number))
    for one in invoices:
        told = {"number": one.number}
        found.append((_("Invoice %(number)s and its sending", **told), "invoices.show", one.number))
        if one.is_due:
            found.append((_("Payment of %(number)s", **told), "payments.show", one.number))
        found.append((_("Credit %(number)s", **told), "credits.compose", one.number))
    return [
        (words, url_for(endpoint, number=subject, back=this_page()))
        for words, endpoint, subject in found
        if may_open(endpoint)
    ]


def _is_billable(session: Session, order: Order) -> bool:
    waiting = OrderLine.order_id == order.id, OrderLine.delivered > OrderLine.invoiced
    return bool(session.scalar(select(exists().where(*waiting))))
