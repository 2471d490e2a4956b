"""Delivery notes: what was shipped, for whom, and in which parcels."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from checkout.deliveries.rules import LONGEST_SERIAL, PackageKind
from shop.storage.db import Base, RowId, enumeration
from shop.storage.printed import PRINTED


class DeliveryNote(Base):
    """One shipment of an order (series BL). `token` names the page on which its recipient
    acknowledges it; the notes issued before there was one have none.
    """

    __tablename__ = "delivery_notes"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    shipped_on: Mapped[date]
    issued_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    carrier: Mapped[str] = mapped_column(String(80), default="", info=PRINTED)
    tracking: Mapped[str] = mapped_column(String(80), default="", info=PRINTED)
    parcels: Mapped[int] = mapped_column(default=1)
    token: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)


class DeliveryPackage(Base):
    """A parcel or a pallet of a delivery. `weight_g` None: it was not weighed."""

    __tablename__ = "delivery_packages"
    written_once = True
    __table_args__ = (CheckConstraint("weight_g > 0", name="weight"),)

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[PackageKind] = mapped_column(enumeration(PackageKind))
    weight_g: Mapped[int | None]
    carrier: Mapped[str] = mapped_column(String(80), default="", info=PRINTED)
    tracking: Mapped[str] = mapped_column(String(80), default="", info=PRINTED)


class DeliverySerial(Base):
    """The serial number of a unit of a delivery, at a position of the order's lines."""

    __tablename__ = "delivery_serials"
    written_once = True

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial_key: Mapped[str] = mapped_column(
        String(LONGEST_SERIAL).with_variant(String(LONGEST_SERIAL, collation="C"), "postgresql"),
        primary_key=True,
        index=True,
    )
    serial: Mapped[str] = mapped_column(String(LONGEST_SERIAL), info=PRINTED)


class DeliveryReceipt(Base):
    """The day on which the recipient received a delivery, as they say it."""

    __tablename__ = "delivery_receipts"
    written_once = True

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    received_on: Mapped[date]
    recorded_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))


class DeliveryAcknowledgement(Base):
    """What the recipient acknowledged: `reservations` are the kind and the words of each, by
    position of the order's lines; none when the delivery was received whole.
    """

    __tablename__ = "delivery_acknowledgements"
    written_once = True

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[str] = mapped_column(String(200))
    acknowledged_at: Mapped[datetime]
    reservations: Mapped[dict[str, Any]]


class SignedDeliveryNote(Base):
    """The delivery note that came back with the recipient's signature: its scan, and what it says.
    `reservations` "" for none.
    """

    __tablename__ = "signed_delivery_notes"
    written_once = True

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    signed_on: Mapped[date]
    signatory: Mapped[str] = mapped_column(String(200))
    reservations: Mapped[str] = mapped_column(String(1000), default="")
    recorded_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))


class DeliveryAcceptance(Base):
    """The acceptance of a delivery by the buyer's body (service fait), as it told the shop, and
    its paper or e-mail, if it was kept.
    """

    __tablename__ = "delivery_acceptances"

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    accepted_on: Mapped[date]
    accepted_by: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(100), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    recorded_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))


class DeliveryLine(Base):
    __tablename__ = "delivery_lines"
    written_once = True
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]


class ContraryNote(Base):
    """A contrary delivery note (series BL): it corrects another note, which was wrong. `is_whole`:
    nothing of the other one is left.
    """

    __tablename__ = "contrary_notes"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    delivery_note_id: Mapped[int] = mapped_column(ForeignKey("delivery_notes.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500), info=PRINTED)
    is_whole: Mapped[bool]
    issued_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class ContraryLine(Base):
    """Units of a line that did not leave, although a delivery note says so."""

    __tablename__ = "contrary_lines"
    written_once = True
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    contrary_note_id: Mapped[int] = mapped_column(
        ForeignKey("contrary_notes.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[int]
