"""Delivery notes: goods leave with their document, in one delivery or in several."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.deliveries.carriers import tracking_page
from checkout.deliveries.contrary import standing_notes
from checkout.deliveries.models import (
    DeliveryAcceptance,
    DeliveryAcknowledgement,
    DeliveryLine,
    DeliveryNote,
    DeliveryReceipt,
    SignedDeliveryNote,
)
from checkout.deliveries.packages import ensure_contents, write_contents
from checkout.deliveries.rules import Shipment, ensure_deliverable
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of, progress_of, sale_of_order
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import (
    close_if_complete,
    destination_lines,
    promise_of,
    references_of,
    send_email,
    subject_of,
)
from checkout.orders.rules import LineProgress, ensure_not_reversed
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.parties import parties_from
from shop.core.sales import SaleLine, line_of, wanted, weight_of
from shop.core.text import paris_day
from shop.dossiers.content import paper_content
from shop.dossiers.models import Paper
from shop.dossiers.papers import DELIVERY_NOTE, issue_paper
from shop.letterheads.letterheads import current_letterhead
from shop.settings import numbering
from shop.storage.transitions import advance

#: A shipment of one parcel, of which the carrier is not named.
UNNAMED = Shipment()


def issue_delivery_note(
    session: Session,
    order: Order,
    quantities: Mapping[int, int],
    shipment: Shipment = UNNAMED,
    *,
    by: Actor,
    at: datetime,
) -> DeliveryNote:
    """Ship units of an order, by position of its lines: stock leaves, the document goes with it.
    A free line that is not named is served in whole.

    The state changes when nothing is left. Raises NotAllowed, IllegalTransition, MoreThanRemains,
    NothingToDeliver, UnknownLine, NoParcel, OutOfStock, PaymentReversed, and the
    refusals of `ensure_contents()`.
    """
    transition = PROCEDURE.ensure("issue_delivery_note", order.stage, by)
    ensure_not_reversed(order.number, is_reversed=order.is_reversed)
    lines = lines_of(session, order.id)
    leaving = ensure_deliverable(goods_of(lines), quantities, shipment.parcels)
    ensure_contents(session, lines, leaving, shipment)
    served = _served_beside(lines, quantities) | leaving
    shipped = [line_of(line, quantity=units) for line in lines if (units := _printed(line, served))]
    stock.ship(session, wanted(shipped), reference=order.number, at=at)
    open_lines = _open_lines(lines, served, shipment)
    content = _content(session, order, shipped, shipment, open_lines=open_lines, at=at)
    content["partly_invoiced"] = any(line.invoiced for line in lines)
    token = secrets.token_urlsafe(32)
    content["acknowledged_at"] = shipment.acknowledged_at(token)
    paper = issue_paper(session, order.dossier_id, DELIVERY_NOTE, content, at=at)
    note = _write(session, order, paper, shipment, token=token, by=by, at=at)
    _count(session, note, lines, served)
    write_contents(session, note, shipment)
    left = sum(line.remaining for line in progress_of(lines))
    facts: dict[str, Any] = {"number": note.number, "remaining": left}
    _send(session, order, paper, shipped, shipment, at=at, token=token, **facts)
    advance(session, subject_of(order), transition, complete=not left, by=by, at=at, **facts)
    close_if_complete(session, order, lines, at=at)
    return note


def _send(
    session: Session,
    order: Order,
    paper: Paper,
    shipped: Sequence[SaleLine],
    shipment: Shipment,
    *,
    at: datetime,
    **facts: Any,
) -> None:
    """The e-mail of the day, with the note: it lists the goods, or the work where none left."""
    goods = [line for line in shipped if line.product_id is not None]
    send_email(
        session,
        order,
        "delivery_sent",
        at=at,
        papers=(paper.id,),
        lines=[{"quantity": line.quantity, "name": line.name} for line in goods or shipped],
        is_goods=bool(goods),
        tracking_page=tracking_page(shipment.carrier, shipment.tracking) or "",
        packages=_described(shipment),
        place=destination_lines(order, parties_from(order.parties), current_letterhead(session)),
        **promise_of(order),
        **shipment.facts,
        **facts,
    )


def goods_of(lines: Sequence[OrderLine]) -> list[LineProgress]:
    """The goods and the free lines of an order, with what is left of each. Shipping is neither."""
    return progress_of([line for line in lines if not line.is_shipping])


def note_of_order(session: Session, order_id: int, number: str) -> DeliveryNote:
    """The delivery note of that number, of that order. Raises NotFound."""
    note = session.scalar(
        select(DeliveryNote).where(DeliveryNote.number == number, DeliveryNote.order_id == order_id)
    )
    if note is None:
        raise NotFound(number=number)
    return note


def notes_of(session: Session, order_id: int) -> Sequence[DeliveryNote]:
    """The delivery notes of an order, oldest first."""
    return session.scalars(
        select(DeliveryNote).where(DeliveryNote.order_id == order_id).order_by(DeliveryNote.id)
    ).all()


def receipts_of(session: Session, order_id: int) -> dict[int, date]:
    """The days on which the recipient received the deliveries of an order, by delivery note."""
    rows = session.execute(
        select(DeliveryReceipt.delivery_note_id, DeliveryReceipt.received_on)
        .join(DeliveryNote, DeliveryNote.id == DeliveryReceipt.delivery_note_id)
        .where(DeliveryNote.order_id == order_id)
    )
    return {row.delivery_note_id: row.received_on for row in rows}


def acknowledgements_of(session: Session, order_id: int) -> dict[int, DeliveryAcknowledgement]:
    """What recipients acknowledged of the deliveries of an order, by delivery note."""
    rows = session.scalars(
        select(DeliveryAcknowledgement)
        .join(DeliveryNote, DeliveryNote.id == DeliveryAcknowledgement.delivery_note_id)
        .where(DeliveryNote.order_id == order_id)
    )
    return {row.delivery_note_id: row for row in rows}


def signed_of(session: Session, order_id: int) -> dict[int, SignedDeliveryNote]:
    """The signed delivery notes of an order that came back, by delivery note."""
    rows = session.scalars(
        select(SignedDeliveryNote)
        .join(DeliveryNote, DeliveryNote.id == SignedDeliveryNote.delivery_note_id)
        .where(DeliveryNote.order_id == order_id)
    )
    return {row.delivery_note_id: row for row in rows}


def acceptances_of(session: Session, order_id: int) -> dict[int, DeliveryAcceptance]:
    """The acceptances of the deliveries of an order by the buyer's body, by delivery note."""
    rows = session.scalars(
        select(DeliveryAcceptance)
        .join(DeliveryNote, DeliveryNote.id == DeliveryAcceptance.delivery_note_id)
        .where(DeliveryNote.order_id == order_id)
    )
    return {row.delivery_note_id: row for row in rows}


def _content(
    session: Session,
    order: Order,
    shipped: Sequence[SaleLine],
    shipment: Shipment,
    *,
    open_lines: list[dict[str, Any]],
    at: datetime,
) -> dict[str, Any]:
    """The content of the next delivery note: it takes its number."""
    earlier = [note.number for note in standing_notes(session, order.id)]
    return paper_content(
        DELIVERY_NOTE,
        numbering.take_number(session, series.DELIVERY_NOTE, at=at),
        sale_of_order(session, order, shipped),
        issued_on=paris_day(at).isoformat(),
        seller=current_letterhead(session),
        references=references_of(order) | {"earlier_notes": earlier},
        promised_on=promise_of(order)["expected_on"] or None,
        lines=open_lines,
        totals=None,
        shipment={
            **shipment.facts,
            "weight_g": shipment.weight_g or weight_of(shipped),
            **({"packages": _described(shipment)} if shipment.packages else {}),
        },
    )


def _write(
    session: Session,
    order: Order,
    paper: Paper,
    shipment: Shipment,
    *,
    token: str,
    by: Actor,
    at: datetime,
) -> DeliveryNote:
    note = DeliveryNote(
        number=paper.number,
        order_id=order.id,
        paper_id=paper.id,
        shipped_on=paris_day(at),
        issued_at=at,
        by_name=by.name,
        token=token,
        **shipment.facts,
    )
    session.add(note)
    session.flush()
    return note


def _described(shipment: Shipment) -> list[dict[str, Any]]:
    """The parcels one by one, each with its carrier."""
    return [one.facts | {"carrier": one.carrier or shipment.carrier} for one in shipment.packages]


def _served_beside(lines: Sequence[OrderLine], asked: Mapping[int, int]) -> dict[int, int]:
    """The units, by position, of what is not goods: shipping is served in whole with the first
    note, and so are the free lines of which nobody said otherwise (`asked`).
    """
    left = {line.position: line.remaining for line in progress_of(lines)}
    beside = (
        line.position for line in lines if line.product_id is None and line.position not in asked
    )
    return {position: left[position] for position in beside if left[position]}


def _printed(line: OrderLine, served: Mapping[int, int]) -> int:
    """The units of a line that the note says were delivered: shipping is not on it."""
    return 0 if line.is_shipping else served.get(line.position, 0)


def _open_lines(
    lines: Sequence[OrderLine], served: Mapping[int, int], shipment: Shipment
) -> list[dict[str, Any]]:
    """The lines that were open before this note: what was delivered with earlier notes (`before`),
    the units that were cancelled, what leaves today, what remains afterwards. Shipping is left out.
    """
    left = {line.position: line.remaining for line in progress_of(lines)}
    return [
        {
            "position": line.position,
            "sku": line.sku,
            "name": line.name,
            "detail": line.detail,
            "ordered": line.quantity,
            "before": line.delivered,
            "cancelled": line.cancelled,
            "delivered": served.get(line.position, 0),
            "remaining": left[line.position] - served.get(line.position, 0),
            **_serials(shipment, line.position),
        }
        for line in lines
        if left[line.position] and not line.is_shipping
    ]


def _serials(shipment: Shipment, position: int) -> dict[str, list[str]]:
    serials = list(shipment.serials.get(position, ()))
    return {"serials": serials} if serials else {}


def _count(
    session: Session, note: DeliveryNote, lines: Sequence[OrderLine], served: Mapping[int, int]
) -> None:
    """Count what was served with a note."""
    rows = []
    for line in lines:
        units = served.get(line.position, 0)
        if units:
            line.delivered += units
            rows.append({"delivery_note_id": note.id, "position": line.position, "quantity": units})
    session.execute(insert(DeliveryLine), rows)
