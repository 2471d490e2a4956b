"""Delivery notes: goods leave with their paper, in one go or in several."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.deliveries.models import DeliveryLine, DeliveryNote
from checkout.deliveries.rules import Outstanding, ensure_deliverable
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import references_of, subject_of, tell
from shop.catalogue import stock
from shop.core.actors import Actor
from shop.core.parties import parties_from
from shop.core.text import paris_day
from shop.dossiers.content import paper_content
from shop.dossiers.models import Dossier
from shop.dossiers.papers import DELIVERY_NOTE, issue_paper
from shop.letterheads.letterheads import current_letterhead
from shop.storage import numbering
from shop.storage.transitions import advance


def issue_delivery_note(
    session: Session,
    order: Order,
    quantities: Mapping[int, int],
    *,
    carrier: str = "",
    tracking: str = "",
    parcels: int = 1,
    by: Actor,
    at: datetime,
) -> DeliveryNote:
    """Ship units of an order, by position of its lines: stock leaves, the paper goes with it.

    The stage moves when nothing is left. Raises NotAllowed, IllegalTransition, MoreThanRemains,
    NothingToDeliver, UnknownLine, NoParcel, OutOfStock.
    """
    transition = PROCEDURE.ensure("issue_delivery_note", order.stage, by)
    lines = lines_of(session, order.id)
    leaving = ensure_deliverable(goods_of(lines), quantities, parcels)
    stock.ship(session, _units(lines, leaving), reference=order.number, at=at)
    seller = current_letterhead(session)
    number = numbering.take_number(session, numbering.DELIVERY_NOTE, at=at)
    content = paper_content(
        DELIVERY_NOTE,
        number,
        language=order.language,
        issued_on=paris_day(at).isoformat(),
        seller=seller,
        parties=parties_from(order.parties),
        lines=_paper_lines(lines, leaving),
        totals=None,
        references=references_of(order),
        shipment={
            "carrier": carrier,
            "tracking": tracking,
            "parcels": parcels,
            "weight_g": sum(line.weight_g * leaving.get(line.position, 0) for line in lines),
        },
    )
    dossier = session.get_one(Dossier, order.dossier_id)
    paper = issue_paper(session, dossier, DELIVERY_NOTE, content, at=at)
    note = DeliveryNote(
        number=number,
        order_id=order.id,
        paper_id=paper.id,
        shipped_on=paris_day(at),
        issued_at=at,
        by_name=by.name,
        carrier=carrier,
        tracking=tracking,
        parcels=parcels,
    )
    session.add(note)
    session.flush()
    _write_off(session, note, lines, leaving)
    left = sum(line.quantity - line.delivered for line in lines)
    tell(
        session,
        order,
        "delivery_sent",
        at=at,
        papers=(paper.id,),
        number=number,
        carrier=carrier,
        tracking=tracking,
        parcels=parcels,
        remaining=left,
        lines=[
            {"quantity": leaving[line.position], "name": line.name}
            for line in lines
            if line.position in leaving
        ],
    )
    advance(
        session,
        subject_of(order),
        transition,
        complete=not left,
        by=by,
        at=at,
        number=number,
        remaining=left,
    )
    return note


def goods_of(lines: Sequence[OrderLine]) -> list[Outstanding]:
    """The goods of an order, with what is left of each. Shipping is not goods."""
    return [
        Outstanding(line.position, line.name, line.quantity, line.delivered)
        for line in lines
        if line.product_id is not None
    ]


def notes_of(session: Session, order_id: int) -> Sequence[DeliveryNote]:
    """The delivery notes of an order, oldest first."""
    return session.scalars(
        select(DeliveryNote).where(DeliveryNote.order_id == order_id).order_by(DeliveryNote.id)
    ).all()


def _units(lines: Sequence[OrderLine], leaving: Mapping[int, int]) -> dict[int, int]:
    units: dict[int, int] = {}
    for line in lines:
        if line.product_id is not None and line.position in leaving:
            units[line.product_id] = units.get(line.product_id, 0) + leaving[line.position]
    return units


def _paper_lines(lines: Sequence[OrderLine], leaving: Mapping[int, int]) -> list[dict[str, Any]]:
    """What was still open before this note: what leaves today, what remains afterwards."""
    return [
        {
            "position": line.position,
            "sku": line.sku,
            "name": line.name,
            "detail": line.detail,
            "ordered": line.quantity,
            "delivered": leaving.get(line.position, 0),
            "remaining": line.quantity - line.delivered - leaving.get(line.position, 0),
        }
        for line in lines
        if line.product_id is not None and line.delivered < line.quantity
    ]


def _write_off(
    session: Session, note: DeliveryNote, lines: Sequence[OrderLine], leaving: Mapping[int, int]
) -> None:
    """Count what left. A line that is not goods (shipping) is served with the first note."""
    rows = []
    for line in lines:
        served = leaving.get(line.position, 0)
        if line.product_id is None:
            served = line.quantity - line.delivered
        if served:
            line.delivered += served
            rows.append(
                {"delivery_note_id": note.id, "position": line.position, "quantity": served}
            )
    session.execute(insert(DeliveryLine), rows)
