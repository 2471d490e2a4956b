"""Returns, pure rules: which units may come back, what became of them, and why one is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.text import one_line

LONGEST, MOST_PHOTOGRAPHS = 1000, 4


class Reason(StrEnum):
    """Why goods come back. RESERVATIONS: made on the delivery note, at the delivery."""

    RESERVATIONS = "reservations"
    DEFECT = "defect"
    ERROR = "error"
    OTHER = "other"


class ReturnWordsMissing(DomainError):
    sentence = N_("Describe what is wrong with the goods.")
    status = 422


class NothingToReturn(DomainError):
    sentence = N_(
        "Nothing of this order can be returned: no goods were delivered, or all came back."
    )
    status = 422


class NoUnitsToReturn(DomainError):
    sentence = N_("Enter the units that come back, at least one.")
    status = 422


class MoreThanDelivered(DomainError):
    sentence = N_("%(name)s: enter a number from 0 to %(most)s.")
    status = 422


class TooManyPhotographs(DomainError):
    sentence = N_("At most %(most)s photographs can be sent. Choose the ones that show most.")
    status = 422


class MoreThanAnnounced(DomainError):
    sentence = N_(
        "%(name)s: %(most)s units were to come back, and %(asked)s are counted. Correct it."
    )
    status = 422


class NothingReceived(DomainError):
    sentence = N_("Count at least one unit. If nothing comes back, refuse the return.")
    status = 422


class ReturnReasonMissing(DomainError):
    sentence = N_("Give the reason: it is told to the client.")
    status = 422


class ConsumersWithdraw(DomainError):
    sentence = N_(
        "The period of withdrawal is still running: withdraw from the contract instead, no reason "
        "is needed."
    )


class DecidedMeanwhile(Changed):
    sentence = N_("This return has already been decided.")


class TakenBack(Changed):
    sentence = N_("The client has taken this request back.")


class ReceivedMeanwhile(Changed):
    sentence = N_("These goods have already been received.")


class EndedMeanwhile(Changed):
    sentence = N_("This return has already been credited or replaced.")


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """A line of goods: the units that were delivered and that may be asked to come back."""

    position: int
    name: str
    sku: str
    units: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A return as it is asked for: units by position of the order's lines."""

    reason: Reason
    words: str
    units: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the units of a line that came back."""

    restocked: int = 0
    repair: int = 0
    lost: int = 0

    @property
    def units(self) -> int:
        return self.restocked + self.repair + self.lost


@dataclass(frozen=True, slots=True)
class Announced:
    """A line of a return: the units that are to come back."""

    position: int
    name: str
    units: int
    counted: Counted = field(default_factory=Counted)


def ensure_return_reason(reason: str) -> str:
    """The reason, on one line. Raises ReturnReasonMissing."""
    told = one_line(reason)
    if not told:
        raise ReturnReasonMissing
    return told


def ensure_returnable(lines: Sequence[ReturnableLine], asked: Asked) -> dict[int, int]:
    """The units by position that come back, zeros left out. Raises NothingToReturn,
    MoreThanDelivered, NoUnitsToReturn, ReturnWordsMissing.
    """
    left = {line.position: line for line in lines if line.units}
    if not left:
        raise NothingToReturn
    for position, units in sorted(asked.units.items()):
        line = left.get(position)
        most = line.units if line else 0
        if not 0 <= units <= most:
            name = line.name if line else str(position)
            raise MoreThanDelivered(name=name, most=most, position=position)
    wanted = {position: units for position, units in sorted(asked.units.items()) if units}
    if not wanted:
        raise NoUnitsToReturn
    if not asked.words.strip():
        raise ReturnWordsMissing
    return wanted


def ensure_counted(lines: Sequence[Announced], counted: Mapping[int, Counted]) -> None:
    """What came back is at most what was announced, and something. Raises MoreThanAnnounced,
    NothingReceived.
    """
    most = {line.position: line for line in lines}
    for position, one in sorted(counted.items()):
        line = most.get(position)
        announced = line.units if line else 0
        if min(one.restocked, one.repair, one.lost) < 0 or one.units > announced:
            name = line.name if line else str(position)
            raise MoreThanAnnounced(name=name, most=announced, asked=one.units, position=position)
    if not any(one.units for one in counted.values()):
        raise NothingReceived
