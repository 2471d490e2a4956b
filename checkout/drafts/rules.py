"""The five steps: a step may be opened once all before it are complete."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from shop.core.errors import N_, Changed, DomainError


class Stop(IntEnum):
    """One URL each, in this order. Going back loses nothing, skipping is refused."""

    CART = 1
    IDENTIFICATION = 2
    ADDRESSES = 3
    SHIPPING = 4
    PAYMENT = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """The completed steps of a checkout."""

    has_goods: bool
    identified: bool
    addressed: bool
    shipped: bool


class StepMissing(DomainError):
    """A step was skipped; `stop` is the first that is missing. The page redirects there."""

    sentence = N_("Complete this step before going on to the next one.")

    def __init__(self, stop: Stop, **facts: Any) -> None:
        super().__init__(stop=stop.name.lower(), **facts)
        self.stop = stop


class SaleChanged(Changed):
    """Another sale than the one whose seal the buyer sends; the page tells the differences."""

    sentence = N_("This page was older than your cart: check it again before you continue.")


def first_missing(progress: Progress) -> Stop:
    """The step to complete next; PAYMENT when nothing is missing."""
    if not progress.has_goods:
        return Stop.CART
    if not progress.identified:
        return Stop.IDENTIFICATION
    if not progress.addressed:
        return Stop.ADDRESSES
    if not progress.shipped:
        return Stop.SHIPPING
    return Stop.PAYMENT


def reachable(progress: Progress) -> tuple[Stop, ...]:
    """The steps that may be opened now: all up to the first that is missing."""
    return tuple(stop for stop in Stop if stop <= first_missing(progress))


def ensure_reachable(stop: Stop, progress: Progress) -> None:
    """Raises StepMissing with the first missing step when `stop` comes after it."""
    missing = first_missing(progress)
    if stop > missing:
        raise StepMissing(missing)
