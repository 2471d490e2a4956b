"""The ways to pay that step 5 offers: `card` and `quotes` append themselves.

This register is the house's only inversion: checkout never learns that quotes exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay. `template` is a partial of step 5; it sees `ready` (the checkout), `who` and
    what `context` returns."""

    key: str
    order: int
    template: str
    context: Callable[[], dict[str, Any]]


WAYS: list[Way] = []


def register(way: Way) -> None:
    """Offer a way; the same key again replaces it, so that several applications may open."""
    WAYS[:] = sorted([*(w for w in WAYS if w.key != way.key), way], key=lambda w: w.order)
