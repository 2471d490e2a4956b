"""Deliveries: what may be shipped with one delivery note."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from checkout.orders.rules import LineProgress
from shop.core.errors import N_, DomainError


class NothingToDeliver(DomainError):
    sentence = N_("A delivery note contains at least one unit: enter the quantities shipped today.")
    status = 422


class MoreThanRemains(DomainError):
    sentence = N_("%(name)s: %(remaining)s left to deliver, %(asked)s entered. Lower the quantity.")
    status = 422


class UnknownLine(DomainError):
    sentence = N_("The order has no line %(position)s to deliver. Reload the page.")
    status = 422


class NoParcel(DomainError):
    sentence = N_("Enter a number of parcels from 1 to 999.")
    status = 422


class UnexplainedReservation(DomainError):
    sentence = N_("%(name)s: say in a sentence what is wrong.")
    status = 422


class UnknownReservation(DomainError):
    sentence = N_("This kind of reservation does not exist.")
    status = 422
    suspicious = True


class ReceivedBeforeShipped(DomainError):
    sentence = N_("The day of receipt is before %(day)s. Correct it.")
    status = 422


class ReceiptInFuture(DomainError):
    sentence = N_("The day of receipt is in the future. Correct it.")
    status = 422


def ensure_received_on(received_on: date, *, shipped_on: date, today: date) -> None:
    """A delivery is received from the day it was shipped to today. Raises ReceivedBeforeShipped,
    ReceiptInFuture.
    """
    if received_on < shipped_on:
        raise ReceivedBeforeShipped(day=shipped_on.strftime("%d/%m/%Y"))
    if received_on > today:
        raise ReceiptInFuture


@dataclass(frozen=True, slots=True)
class Shipment:
    """How goods are shipped: the carrier, the tracking number, the number of parcels.

    `site` is the shop's public address, to which the code on the delivery note leads; "" prints no
    code.
    """

    carrier: str = ""
    tracking: str = ""
    parcels: int = 1
    site: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What is told of it, on the delivery note and in the e-mail."""
        return {"carrier": self.carrier, "tracking": self.tracking, "parcels": self.parcels}

    def acknowledged_at(self, token: str) -> str | None:
        """The address of the page on which its recipient acknowledges it."""
        return f"{self.site}/livraisons/{token}" if self.site else None


def ensure_deliverable(
    lines: Sequence[LineProgress], quantities: Mapping[int, int], parcels: int
) -> dict[int, int]:
    """The units by position that are shipped, zeros left out.

    Raises UnknownLine, MoreThanRemains, NothingToDeliver, NoParcel.
    """
    by_position = {line.position: line for line in lines}
    for position, asked in sorted(quantities.items()):
        line = by_position.get(position)
        if line is None:
            raise UnknownLine(position=position)
        if not 0 <= asked <= line.remaining:
            raise MoreThanRemains(name=line.name, remaining=line.remaining, asked=asked)
    leaving = {position: asked for position, asked in sorted(quantities.items()) if asked}
    if not leaving:
        raise NothingToDeliver
    if not 1 <= parcels <= 999:
        raise NoParcel
    return leaving


class ReservationKind(StrEnum):
    MISSING = "missing"
    DAMAGED = "damaged"
    OTHER = "other"


def reservation_kind(value: str) -> ReservationKind:
    """The kind of that name. Raises UnknownReservation: no page of the shop sends another one."""
    try:
        return ReservationKind(value)
    except ValueError:
        raise UnknownReservation(kind=value) from None


@dataclass(frozen=True, slots=True)
class Reservation:
    """What the recipient finds wrong with a line of a delivery, in a sentence."""

    kind: ReservationKind
    words: str


def ensure_reservations(
    reservations: Mapping[int, Reservation], delivered: Mapping[int, str]
) -> None:
    """Reservations are on lines of the delivery (`delivered`, names by position), and each is
    explained. Raises UnknownLine, UnexplainedReservation.
    """
    for position, reservation in sorted(reservations.items()):
        if position not in delivered:
            raise UnknownLine(position=position)
        if not reservation.words.strip():
            raise UnexplainedReservation(name=delivered[position])
