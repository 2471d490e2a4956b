"""Which deliveries have a recorded receipt: what was shipped or is ready is not received yet."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from checkout.deliveries.contrary import is_void
from checkout.deliveries.models import DeliveryNote, DeliveryReceipt
from checkout.orders.models import Order

_UNRECEIVED = and_(~exists().where(DeliveryReceipt.delivery_note_id == DeliveryNote.id), ~is_void())


def is_receipt_awaited() -> ColumnElement[bool]:
    """Whether the receipt of a delivery of an order is not recorded, for a statement on orders."""
    return exists().where(DeliveryNote.order_id == Order.id, _UNRECEIVED)


def receipts_awaited(session: Session, order_ids: Iterable[int]) -> set[int]:
    """Those of these orders of which the receipt of a delivery is not recorded."""
    rows = select(DeliveryNote.order_id).where(
        DeliveryNote.order_id.in_(list(order_ids)), _UNRECEIVED
    )
    return set(session.scalars(rows))
