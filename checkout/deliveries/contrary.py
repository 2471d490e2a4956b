"""What contrary delivery notes took back, of the delivery notes of an order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from checkout.deliveries.models import ContraryLine, ContraryNote, DeliveryNote


def is_void() -> ColumnElement[bool]:
    """Whether nothing of a delivery note is left, for a statement on delivery notes."""
    return exists().where(ContraryNote.delivery_note_id == DeliveryNote.id, ContraryNote.is_whole)


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


def taken_back(session: Session, note_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """The units that contrary notes took back, by delivery note and position."""
    rows = session.execute(
        select(
            ContraryNote.delivery_note_id,
            ContraryLine.position,
            func.sum(ContraryLine.quantity).label("units"),
        )
        .join(ContraryNote, ContraryNote.id == ContraryLine.contrary_note_id)
        .where(ContraryNote.delivery_note_id.in_(list(note_ids)))
        .group_by(ContraryNote.delivery_note_id, ContraryLine.position)
    )
    return {(row.delivery_note_id, row.position): int(row.units) for row in rows}
