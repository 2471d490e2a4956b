"""The parcels and pallets of deliveries, and the serial numbers of their goods."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.models import DeliveryNote, DeliveryPackage, DeliverySerial
from checkout.deliveries.rules import (
    Package,
    SerialKnown,
    Shipment,
    ensure_packages,
    ensure_serials,
)
from checkout.orders.models import OrderLine
from shop.core.folding import fold_reference


def ensure_contents(
    session: Session, lines: Sequence[OrderLine], leaving: Mapping[int, int], shipment: Shipment
) -> None:
    """What is said of the parcels and of the units that leave, by position, may be recorded.

    Raises SerialKnown, and the refusals of `ensure_packages()` and `ensure_serials()`.
    """
    ensure_packages(shipment)
    ensure_serials(shipment.serials, leaving)
    _ensure_new_serials(session, lines, shipment)


def _ensure_new_serials(session: Session, lines: Sequence[OrderLine], shipment: Shipment) -> None:
    """No other delivery of the same product has one of the serial numbers, unless that was checked:
    goods that came back are shipped again. Raises SerialKnown.
    """
    if shipment.serials_checked or not any(shipment.serials.values()):
        return
    products = {line.position: line.product_id for line in lines}
    keys = {fold_reference(one) for serials in shipment.serials.values() for one in serials}
    rows = session.execute(
        select(OrderLine.product_id, DeliverySerial.serial_key, DeliveryNote.number)
        .join(DeliveryNote, DeliveryNote.id == DeliverySerial.delivery_note_id)
        .join(
            OrderLine,
            (OrderLine.order_id == DeliveryNote.order_id)
            & (OrderLine.position == DeliverySerial.position),
        )
        .where(DeliverySerial.serial_key.in_(keys))
        .order_by(DeliveryNote.id)
    )
    known = {(row.product_id, row.serial_key): row.number for row in rows}
    for position, serials in sorted(shipment.serials.items()):
        for serial in serials:
            note = known.get((products.get(position), fold_reference(serial)))
            if note is not None:
                raise SerialKnown(position=position, serial=serial, note=note)


def write_contents(session: Session, note: DeliveryNote, shipment: Shipment) -> None:
    """Write the packages and the serial numbers of a delivery note."""
    session.add_all(
        DeliveryPackage(
            delivery_note_id=note.id,
            position=place,
            kind=one.kind,
            weight_g=one.weight_g,
            carrier=one.carrier,
            tracking=one.tracking,
        )
        for place, one in enumerate(shipment.packages, 1)
    )
    session.add_all(
        DeliverySerial(
            delivery_note_id=note.id,
            position=position,
            serial_key=fold_reference(serial),
            serial=serial,
        )
        for position, recorded in sorted(shipment.serials.items())
        for serial in recorded
    )


def packages_of(session: Session, order_id: int) -> dict[int, list[Package]]:
    """The parcels and pallets of the deliveries of an order, by delivery note."""
    rows = session.scalars(
        select(DeliveryPackage)
        .join(DeliveryNote, DeliveryNote.id == DeliveryPackage.delivery_note_id)
        .where(DeliveryNote.order_id == order_id)
        .order_by(DeliveryPackage.delivery_note_id, DeliveryPackage.position)
    )
    return {
        note_id: [Package(one.kind, one.weight_g, one.carrier, one.tracking) for one in packages]
        for note_id, packages in groupby(rows, key=lambda row: row.delivery_note_id)
    }


def serials_of(session: Session, order_id: int) -> dict[int, list[tuple[str, list[str]]]]:
    """The serial numbers of the deliveries of an order, by delivery note: the name of the goods,
    and their numbers.
    """
    rows = session.execute(
        select(
            DeliverySerial.delivery_note_id,
            DeliverySerial.position,
            OrderLine.name,
            DeliverySerial.serial,
        )
        .join(DeliveryNote, DeliveryNote.id == DeliverySerial.delivery_note_id)
        .join(
            OrderLine,
            (OrderLine.order_id == DeliveryNote.order_id)
            & (OrderLine.position == DeliverySerial.position),
        )
        .where(DeliveryNote.order_id == order_id)
        .order_by(
            DeliverySerial.delivery_note_id, DeliverySerial.position, DeliverySerial.serial_key
        )
    )
    found: dict[int, list[tuple[str, list[str]]]] = {}
    for (note_id, _position, name), group in groupby(rows, key=lambda row: tuple(row[:3])):
        found.setdefault(note_id, []).append((name, [row.serial for row in group]))
    return found
