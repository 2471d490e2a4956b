"""An order after it was placed: the subject of its transitions, and e-mails to its buyer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import progress_of
from checkout.orders.procedure import PROCEDURE, Origin
from shop.core.actors import THE_CLOCK
from shop.core.parties import Parties, parties_from
from shop.dossiers.dossiers import key_for_links
from shop.dossiers.models import Dossier
from shop.letterheads.identity import identity_from
from shop.members.correspondents import Reader, send_to_reader
from shop.storage.outbox import Email
from shop.storage.transitions import Subject, advance


def subject_of(order: Order) -> Subject:
    """An order as the subject of its transitions."""
    return Subject(order, "stage", f"order:{order.id}", order.dossier_id)


def promise_of(order: Order) -> dict[str, Any]:
    """The promised day of arrival and the way of delivery, for an e-mail; no day is ""."""
    promised = order.expected_on
    return {
        "expected_on": promised.isoformat() if promised else "",
        "shipping": order.shipping,
    }


def destination_lines(order: Order, parties: Parties, seller: dict[str, Any]) -> list[str]:
    """Where the goods of an order go, for an e-mail: the place of delivery, or the shop where they
    are collected; `seller` is the letterhead.
    """
    if not order.is_collected:
        return [parties.delivery.name, *parties.delivery.lines]
    shop = identity_from(seller)
    return [line for line in (shop.name, *shop.address, shop.hours) if line]


def close_if_complete(
    session: Session, order: Order, lines: Sequence[OrderLine], *, at: datetime
) -> None:
    """Close an order of which nothing is left to deliver or to invoice: one paid by card was paid
    before; another one is invoiced, or void when all of it came back before that.
    """
    progress = progress_of(lines)
    if any(line.remaining or not line.is_billed for line in progress):
        return
    act = "end_order" if any(line.invoiced for line in progress) else "void_order"
    act = "close_order" if order.origin is Origin.CARD else act
    transition = PROCEDURE.find(act, order.stage)
    if transition is not None:
        advance(session, subject_of(order), transition, by=THE_CLOCK, at=at)


def send_email(
    session: Session,
    order: Order,
    template: str,
    *,
    at: datetime,
    to: str | None = None,
    papers: tuple[int, ...] = (),
    files: tuple[int, ...] = (),
    **facts: Any,
) -> Email | None:
    """Send an e-mail about an order to its buyer, or to their correspondent in the organisation,
    unless `to` names somebody else. `facts` go before those of the
    order. None when nobody may read it.
    """
    dossier = session.get_one(Dossier, order.dossier_id)
    parties = parties_from(order.parties)
    name = parties.contact.name
    known: dict[str, Any] = {
        "order": order.number,
        "customer": parties.header.name,
        "customer_code": parties.customer_code,
        "purchase_order": order.purchase_order,
        "engagement": order.engagement,
        "origin": str(order.origin),
    }
    return send_to_reader(
        session,
        subject_of(order),
        template,
        Reader(order.email, name),
        reader=Reader(to, name) if to else None,
        at=at,
        papers=papers,
        files=files,
        dossier=dossier.number,
        guest_key=key_for_links(dossier),
        **known | facts,
    )


def references_of(order: Order) -> dict[str, Any]:
    """The references printed on every document of an order (CCP D2192-2; C. com. L441-9)."""
    service = parties_from(order.parties).paying_service
    return {
        "quote": order.quote_number,
        "order": order.number,
        "purchase_order": order.purchase_order,
        "purchase_order_date": order.purchase_order_date,
        "engagement": order.engagement,
        "service_code": (service.service_code or None) if service else None,
    }
