"""Contrary delivery notes: which units of a delivery note are taken back by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.core.errors import N_, DomainError
from shop.core.text import one_line


class NothingTakenBack(DomainError):
    sentence = N_("Enter at least one unit that was not delivered.")
    status = 422


class MoreThanOnNote(DomainError):
    sentence = N_(
        "%(name)s: at most %(most)s can be taken back, %(asked)s entered. What is invoiced is "
        "credited or returned."
    )
    status = 422


class ContraryReasonMissing(DomainError):
    sentence = N_("Say what was wrong: it is printed on the contrary delivery note.")
    status = 422


class NothingLeftOnNote(DomainError):
    sentence = N_(
        "Nothing of delivery note %(number)s can be corrected: what it shipped is invoiced, on "
        "its way back or corrected already. For invoiced goods, issue a credit note or open a "
        "return."
    )


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of a delivery note: the units that it still stands for (`left`), and what the order's
    line allows: the units that are not invoiced (`billable`), and those that are not on their way
    back (`held`).
    """

    position: int
    name: str
    left: int
    billable: int
    held: int

    @property
    def most(self) -> int:
        """The units that a contrary note may take back."""
        return max(0, min(self.left, self.billable, self.held))


def ensure_correctable(
    number: str, lines: Sequence[NoteLine], asked: Mapping[int, int]
) -> dict[int, int]:
    """The units by position that are taken back, zeros left out. Raises NothingLeftOnNote,
    MoreThanOnNote, NothingTakenBack.
    """
    if not any(line.most for line in lines):
        raise NothingLeftOnNote(number=number)
    most = {line.position: line for line in lines}
    for position, units in sorted(asked.items()):
        line = most.get(position)
        allowed = line.most if line else 0
        if not 0 <= units <= allowed:
            name = line.name if line else f"{position}"
            raise MoreThanOnNote(position=position, name=name, most=allowed, asked=units)
    back = {position: units for position, units in sorted(asked.items()) if units}
    if not back:
        raise NothingTakenBack
    return back


def is_whole(lines: Sequence[NoteLine], back: Mapping[int, int]) -> bool:
    """Whether nothing of the delivery note is left after these units."""
    return all(line.left == back.get(line.position, 0) for line in lines)


def ensure_contrary_reason(reason: str) -> str:
    """The reason, on one line. Raises ContraryReasonMissing."""
    told = one_line(reason)
    if not told:
        raise ContraryReasonMissing
    return told
