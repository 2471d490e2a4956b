"""Corrections of the stock, pure: the reasons, what a correction changes, and why it is refused."""

from dataclasses import dataclass
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.text import one_line

#: The most units that one correction changes, and the longest explanation.
MOST, LONGEST = 9999, 300


class Reason(StrEnum):
    """Why the stock is corrected. ADDED and REMOVED are for any other reason, told in words."""

    COUNTED = "counted"
    BROKEN = "broken"
    LOST = "lost"
    FOUND = "found"
    ADDED = "added"
    REMOVED = "removed"


class WrongUnits(DomainError):
    sentence = N_("Enter a whole number from 1 to %(most)s.")
    status = 422


class WrongShelfCount(DomainError):
    sentence = N_("Enter the units that were counted: a whole number from 0 to %(most)s.")
    status = 422


class NothingToCorrect(DomainError):
    sentence = N_("%(units)s units are recorded already: there is nothing to correct.")
    status = 422


class MoreThanOnHand(DomainError):
    sentence = N_("Only %(units)s units are in stock. Enter fewer.")
    status = 422


class WordsMissing(DomainError):
    sentence = N_("Give the reason in words: it is kept with the correction.")
    status = 422


class BelowPromised(DomainError):
    sentence = N_(
        "%(promised)s units are promised to customers: after this correction, %(missing)s of them "
        "will be missing. Check it, then confirm."
    )
    status = 422


class StockMoved(DomainError):
    sentence = N_(
        "The stock has changed since you opened this page: %(units)s units are recorded now. Count "
        "again, then correct."
    )
    status = 422


class CorrectedBack(Changed):
    sentence = N_("This correction has already been undone.")


_LESS = (Reason.BROKEN, Reason.LOST, Reason.REMOVED)
_IN_WORDS = (Reason.ADDED, Reason.REMOVED)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as it is asked for. `units` were counted on the shelf, or are those that broke,
    were lost or found…; `seen`: the units in stock that the page showed. `confirmed`: although
    promised units will be missing.
    """

    reason: Reason
    units: int
    words: str = ""
    seen: int | None = None
    confirmed: bool = False


def change_of(asked: Correction, on_hand: int) -> int:
    """The units that a correction adds to those on hand; negative ones are taken off.

    Raises WordsMissing, StockMoved, WrongShelfCount, NothingToCorrect, WrongUnits.
    """
    if asked.reason in _IN_WORDS and not one_line(asked.words):
        raise WordsMissing
    if asked.reason is Reason.COUNTED:
        if not 0 <= asked.units <= MOST:
            raise WrongShelfCount(most=MOST)
        if asked.seen is not None and asked.seen != on_hand:
            raise StockMoved(units=on_hand)
        if asked.units == on_hand:
            raise NothingToCorrect(units=on_hand)
        return asked.units - on_hand
    if not 1 <= asked.units <= MOST:
        raise WrongUnits(most=MOST)
    return -asked.units if asked.reason in _LESS else asked.units


def ensure_correctable(change: int, *, on_hand: int, reserved: int, confirmed: bool) -> None:
    """Never below zero; below what is promised only when it is `confirmed`. Raises MoreThanOnHand,
    BelowPromised.
    """
    after = on_hand + change
    if after < 0:
        raise MoreThanOnHand(units=on_hand)
    if change < 0 and after < reserved and not confirmed:
        raise BelowPromised(promised=reserved, missing=reserved - after)
