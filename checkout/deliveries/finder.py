"""The office's look-up by the serial number of delivered goods."""

from sqlalchemy import Select, case, select

from checkout.deliveries.models import DeliveryNote, DeliverySerial
from checkout.orders.models import Order
from shop.dossiers.finder import PART, WHOLE
from shop.dossiers.lookup_rules import Asked


def by_serial(asked: Asked) -> Select[int, int]:
    """By a serial number, whole or its beginning."""
    whole = DeliverySerial.serial_key == asked.key
    part = asked.part.lower()
    begins = DeliverySerial.serial_key.startswith(part, autoescape=True) if part else whole
    return (
        select(Order.dossier_id.label("dossier_id"), case((whole, WHOLE), else_=PART).label("rank"))
        .join(DeliveryNote, DeliveryNote.order_id == Order.id)
        .join(DeliverySerial, DeliverySerial.delivery_note_id == DeliveryNote.id)
        .where(whole | begins)
    )
