"""The ways to pay that step 5 offers: `card` and `quotes` append themselves.

This register is the house's only inversion: checkout never learns that quotes exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checkout.drafts.drafts import CheckoutReady
from shop.accounts.sessions import Viewer


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay. `template` is a partial of step 5, shown with what `context` returns for a
    checkout that is ready and the person who looks (None for a guest)."""

    key: str
    order: int
    template: str
    context: Callable[[CheckoutReady, Viewer | None], dict[str, Any]]


WAYS: list[Way] = []


def register(way: Way) -> None:
    """Offer a way; the same key again replaces it, so that several applications may open."""
    WAYS[:] = sorted([*(w for w in WAYS if w.key != way.key), way], key=lambda w: w.order)
