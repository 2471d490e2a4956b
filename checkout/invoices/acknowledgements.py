"""The acknowledgement of a delivery by its recipient, who has the token of its delivery note.

An acknowledged delivery is received: the day counts for the payment period, unless it was told
before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.contrary import left_on_note
from checkout.deliveries.models import DeliveryAcknowledgement, DeliveryLine, DeliveryNote
from checkout.deliveries.rules import Reservation, ensure_reservations
from checkout.invoices.receipts import record_delivery_receipt
from checkout.orders.models import Order, OrderLine
from checkout.orders.progress import subject_of
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.text import paris_day
from shop.letterheads.letterheads import current_letterhead
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.outbox import post


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who received a delivery, and in which capacity."""

    name: str
    capacity: str


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    position: int
    name: str
    quantity: int


def note_of_token(session: Session, token: str) -> DeliveryNote:
    """The delivery note of that token. Raises NotFound."""
    note = session.scalar(select(DeliveryNote).where(DeliveryNote.token == token))
    if note is None:
        raise NotFound(number="")
    return note


def delivered_lines(session: Session, note: DeliveryNote) -> Sequence[DeliveredLine]:
    """The goods and the free lines that a delivery note stands for, in the order of its lines:
    without those that contrary notes took back. Shipping is not on the note.
    """
    rows = session.execute(
        select(OrderLine.position, OrderLine.name, left_on_note())
        .join(DeliveryLine, DeliveryLine.position == OrderLine.position)
        .where(
            OrderLine.order_id == note.order_id,
            ~OrderLine.is_shipping,
            DeliveryLine.delivery_note_id == note.id,
            left_on_note() > 0,
        )
        .order_by(OrderLine.position)
    )
    return [DeliveredLine(*row) for row in rows]


def acknowledge_delivery(
    session: Session,
    token: str,
    recipient: Recipient,
    reservations: Mapping[int, Reservation],
    *,
    by: Actor,
    at: datetime,
) -> DeliveryAcknowledgement:
    """Record what the recipient acknowledges, with reservations by position of the order's lines,
    once: said again, by anybody, the first one stays.

    Raises NotFound, also for a note of which contrary notes left nothing, UnknownLine,
    UnexplainedReservation.
    """
    note = note_of_token(session, token)
    # The order first, as every service locks it: the delivery is then acknowledged once.
    order = session.scalars(locking(session, select(Order).where(Order.id == note.order_id))).one()
    known = session.get(DeliveryAcknowledgement, note.id)
    if known is not None:
        return known
    names = _names(session, note)
    ensure_reservations(reservations, names)
    made = _acknowledged(note, recipient, reservations, at=at)
    session.add(made)
    who = replace(by, name=recipient.name)
    record(
        session,
        subject_of(order).name,
        "acknowledge_delivery",
        by=who,
        at=at,
        dossier_id=order.dossier_id,
        number=note.number,
        capacity=recipient.capacity,
        reservations=len(reservations),
    )
    record_delivery_receipt(session, note.number, order, paris_day(at), by=who, at=at)
    _tell_office(session, order, note, made, names, at=at)
    return made


def _names(session: Session, note: DeliveryNote) -> dict[int, str]:
    """The names of the lines of a delivery note, by position. Raises NotFound where it has none."""
    names = {line.position: line.name for line in delivered_lines(session, note)}
    if not names:
        raise NotFound(number=note.number)
    return names


def _tell_office(
    session: Session,
    order: Order,
    note: DeliveryNote,
    made: DeliveryAcknowledgement,
    names: Mapping[int, str],
    *,
    at: datetime,
) -> None:
    """The e-mail about reservations, if any, to the address of the letterhead."""
    if not made.reservations:
        return
    post(
        session,
        "delivery_reserved",
        to=current_letterhead(session)["email"],
        language="fr",
        at=at,
        dossier_id=order.dossier_id,
        order=order.number,
        number=note.number,
        name=made.name,
        capacity=made.capacity,
        lines=[
            {"name": names[int(position)], "words": told["words"]}
            for position, told in made.reservations.items()
        ],
    )


def _acknowledged(
    note: DeliveryNote,
    recipient: Recipient,
    reservations: Mapping[int, Reservation],
    *,
    at: datetime,
) -> DeliveryAcknowledgement:
    return DeliveryAcknowledgement(
        delivery_note_id=note.id,
        name=recipient.name,
        capacity=recipient.capacity,
        acknowledged_at=at,
        reservations={
            str(position): {"kind": told.kind.value, "words": told.words}
            for position, told in sorted(reservations.items())
        },
    )
