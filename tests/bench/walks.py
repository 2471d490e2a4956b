"""Whole checkouts as cases beside the reference's, and writers at once on SQLite."""

from functools import partial
from typing import Any

from tests.bench.load import Sample
from tests.bench.rounds import Case, Measure
from tests.bench.shoppers import Walk, adder, buyer, crowd, customer_of_reference, guest
from tests.bench.stage import Side

SHOPPERS, WRITERS = 4, 8
#: Of eight writers at once: the slowest one's share of the fastest one's writes; milliseconds.
LEAST_FAIR, SLOWEST = 0.5, 250.0


def cases(side: Side, *, seconds: float) -> tuple[list[Case], list[str]]:
    """Purchases by card and quotes beside the reference's orders; what goes wrong is collected."""
    wrong: list[str] = []
    made = []
    walks: tuple[tuple[str, Walk], ...] = (("card checkout", guest), ("quote", buyer))
    for name, walk in walks:
        mine: Measure = partial(_walked, walk, side.shop, seconds, wrong)
        theirs: Measure = partial(_walked, customer_of_reference, side.reference, seconds, wrong)
        made.append(Case(name, side.kind, mine, theirs))
    return made, wrong


def _walked(walk: Walk, address: str, seconds: float, wrong: list[str]) -> Sample:
    takings = crowd(walk, address, shoppers=SHOPPERS, seconds=seconds)
    wrong += takings.errors
    return takings.sample()


def fairness(side: Side, *, seconds: float) -> dict[str, Any]:
    """Eight browsers put products into their carts at once."""
    takings = crowd(adder, side.shop, shoppers=WRITERS, seconds=seconds)
    sample = takings.sample()
    return {
        "database": side.kind,
        "writes_per_s": round(sample.rate, 1),
        "errors": takings.errors[:5],
        "slowest_share": round(takings.fairness, 2),
        "p99_ms": round(sample.p99, 1),
        "fair": takings.fairness >= LEAST_FAIR and sample.p99 <= SLOWEST,
    }
