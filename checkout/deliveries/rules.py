"""Deliveries: what may be shipped with one delivery note."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from checkout.orders.rules import LineProgress
from shop.core.errors import N_, DomainError
from shop.core.folding import fold_reference
from shop.core.text import one_line

#: Maximum length of a serial number.
LONGEST_SERIAL = 60
#: Parcels that are described one by one: more are counted only.
MOST_PACKAGES = 50


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


class TooManyPackages(DomainError):
    sentence = N_("Describe at most %(most)s parcels one by one.")
    status = 422


class PackagesMiscounted(DomainError):
    sentence = N_(
        "%(described)s parcels are described, %(parcels)s are announced: check the number of "
        "parcels, then their description."
    )
    status = 422


class MoreSerials(DomainError):
    sentence = N_("%(units)s shipped, %(serials)s serial numbers entered: remove those too many.")
    status = 422


class SerialTwice(DomainError):
    sentence = N_("Serial number %(serial)s is entered twice.")
    status = 422


class SerialTooLong(DomainError):
    sentence = N_("%(serial)s: a serial number has at most %(most)s characters, one on each line.")
    status = 422


class SerialKnown(DomainError):
    sentence = N_(
        "Serial number %(serial)s was shipped with delivery note %(note)s. Check it, then confirm."
    )
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


class SignedBefore(DomainError):
    sentence = N_("The signed delivery note %(number)s is recorded already: it stays as it is.")
    status = 422


class SignatoryMissing(DomainError):
    sentence = N_("Enter a name.")
    status = 422


class AcceptedBeforeShipped(DomainError):
    sentence = N_("The day of acceptance is before %(day)s, the day of shipping. Correct it.")
    status = 422


class AcceptedInFuture(DomainError):
    sentence = N_("The day of acceptance is in the future. Correct it.")
    status = 422


def ensure_signatory(name: str) -> str:
    """The name, on one line. Raises SignatoryMissing."""
    told = one_line(name)
    if not told:
        raise SignatoryMissing
    return told


def ensure_accepted_on(accepted_on: date, *, shipped_on: date, today: date) -> None:
    """A delivery is accepted from the day it was shipped to today. Raises AcceptedBeforeShipped,
    AcceptedInFuture.
    """
    if accepted_on < shipped_on:
        raise AcceptedBeforeShipped(day=shipped_on.strftime("%d/%m/%Y"))
    if accepted_on > today:
        raise AcceptedInFuture


def ensure_received_on(received_on: date, *, shipped_on: date, today: date) -> None:
    """A delivery is received from the day it was shipped to today. Raises ReceivedBeforeShipped,
    ReceiptInFuture.
    """
    if received_on < shipped_on:
        raise ReceivedBeforeShipped(day=shipped_on.strftime("%d/%m/%Y"))
    if received_on > today:
        raise ReceiptInFuture


class PackageKind(StrEnum):
    PARCEL = "parcel"
    PALLET = "pallet"


@dataclass(frozen=True, slots=True)
class Package:
    """A parcel or a pallet; `weight_g` None: not weighed. `carrier` is "" where it is that of the
    shipment.
    """

    kind: PackageKind = PackageKind.PARCEL
    weight_g: int | None = None
    carrier: str = ""
    tracking: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the delivery note and the e-mail tell of it."""
        return {
            "kind": self.kind.value,
            "weight_g": self.weight_g,
            "carrier": self.carrier,
            "tracking": self.tracking,
        }


@dataclass(frozen=True, slots=True)
class Shipment:
    """How goods are shipped: the carrier, the tracking number, the number of parcels.

    `packages` describes each parcel, or is empty. `serials` are the serial numbers by position of
    the order's lines; `serials_checked`: although one of them was shipped before.

    `site` is the shop's public address, to which the code on the delivery note leads; "" prints no
    code.
    """

    carrier: str = ""
    tracking: str = ""
    parcels: int = 1
    site: str = ""
    packages: tuple[Package, ...] = ()
    serials: Mapping[int, Sequence[str]] = field(default_factory=dict)
    serials_checked: bool = False

    @property
    def weight_g(self) -> int | None:
        """The weight of all parcels; None while one of them was not weighed."""
        weights = [one.weight_g for one in self.packages if one.weight_g is not None]
        return sum(weights) if weights and len(weights) == len(self.packages) else None

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


def ensure_packages(shipment: Shipment) -> None:
    """Each parcel is described, or none. Raises TooManyPackages, PackagesMiscounted."""
    described = len(shipment.packages)
    if described > MOST_PACKAGES:
        raise TooManyPackages(most=MOST_PACKAGES)
    if described and described != shipment.parcels:
        raise PackagesMiscounted(described=described, parcels=shipment.parcels)


def serials_in(typed: str) -> list[str]:
    """The serial numbers of a text, one on each line."""
    return [serial for serial in map(one_line, typed.splitlines()) if serial]


def ensure_serials(serials: Mapping[int, Sequence[str]], leaving: Mapping[int, int]) -> None:
    """At most one serial number for each unit that is shipped, and each of them once.

    Raises MoreSerials, SerialTooLong, SerialTwice.
    """
    for position, recorded in sorted(serials.items()):
        units = leaving.get(position, 0)
        if len(recorded) > units:
            raise MoreSerials(position=position, units=units, serials=len(recorded))
        seen = set()
        for serial in recorded:
            key = fold_reference(serial)
            if not key or len(serial) > LONGEST_SERIAL or len(key) > LONGEST_SERIAL:
                raise SerialTooLong(position=position, serial=serial, most=LONGEST_SERIAL)
            if key in seen:
                raise SerialTwice(position=position, serial=serial)
            seen.add(key)


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
