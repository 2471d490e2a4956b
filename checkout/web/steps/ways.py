"""The ways to pay that step 5 offers: `checkout` and `quotes` each declare theirs for `app.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay. `template` is a partial of step 5; it gets `ready` (the checkout), `who` and
    what `context` returns.
    """

    key: str
    order: int
    template: str
    context: Callable[[], dict[str, Any]]


def offered_ways() -> tuple[Way, ...]:
    """The ways of this application, in their order."""
    ways: tuple[Way, ...] = current_app.extensions["comptoir.ways"]
    return ways
