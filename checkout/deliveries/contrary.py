"""What contrary delivery notes took back, of the delivery notes of an order."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from checkout.deliveries.models import ContraryLine, ContraryNote, DeliveryLine, DeliveryNote


def is_void() -> ColumnElement[bool]:
    """Whether nothing of a delivery note is left, for a statement on delivery notes."""
    return exists().where(ContraryNote.delivery_note_id == DeliveryNote.id, ContraryNote.is_whole)


def left_on_note() -> ColumnElement[int]:
    """The units of a line of a delivery note that contrary notes left, for a statement on lines of
    delivery notes.
    """
    back = (
        select(func.coalesce(func.sum(ContraryLine.quantity), 0))
        .join(ContraryNote, ContraryNote.id == ContraryLine.contrary_note_id)
        .where(
            ContraryNote.delivery_note_id == DeliveryLine.delivery_note_id,
            ContraryLine.position == DeliveryLine.position,
        )
        .correlate(DeliveryLine)
        .scalar_subquery()
    )
    return DeliveryLine.quantity - back


def standing_notes(session: Session, order_id: int) -> Sequence[DeliveryNote]:
    """The delivery notes of an order of which something is left, oldest first."""
    return session.scalars(
        select(DeliveryNote)
        .where(DeliveryNote.order_id == order_id, ~is_void())
        .order_by(DeliveryNote.id)
    ).all()


def contrary_notes_of(session: Session, order_id: int) -> dict[int, list[ContraryNote]]:
    """The contrary notes of an order, the oldest first, by the delivery note that they correct."""
    rows = session.scalars(
        select(ContraryNote)
        .join(DeliveryNote, DeliveryNote.id == ContraryNote.delivery_note_id)
        .where(DeliveryNote.order_id == order_id)
        .order_by(ContraryNote.id)
    )
    found: dict[int, list[ContraryNote]] = defaultdict(list)
    for row in rows:
        found[row.delivery_note_id].append(row)
    return dict(found)
