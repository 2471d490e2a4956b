"""`python -m tests.bench`: measure, print one table, keep bench-results/latest.json.

Speed never fails a run: only broken integrity does. Ratios count, absolute figures are the
machine's.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any

from shop.ground.config import ROOT
from tests.bench import pages, report, rounds
from tests.bench.stage import DATABASES, Side, staged

RESULTS = ROOT / "bench-results" / "latest.json"


@dataclass(slots=True)
class Clock:
    """The time that a run may take, in seconds since it began."""

    most: float
    began: float

    def left(self) -> float:
        return self.began + self.most - time.monotonic()


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; 0 unless integrity is broken."""
    asked = _parser().parse_args(arguments)
    clock = Clock(85 if asked.quick else 340, time.monotonic())
    kinds = tuple(asked.database or DATABASES)
    say(f"{asked.products} products on {' and '.join(kinds)}: filling…")
    with staged(asked.products, kinds) as (folder, sides):
        cases = [
            case
            for side in sides
            for case in pages.cases(side.kind, side.shop, side.reference, folder, seconds=1)
        ]
        say(f"{len(cases)} cases, at most {asked.rounds} rounds, {clock.left():.0f} s left…")
        rounds.run(cases, asked.rounds, in_time=lambda: clock.left() > _reserve(sides))
        rows = [report.row_of(case) for case in cases]
    sys.stdout.write(report.table(rows))
    found: dict[str, Any] = {"products": asked.products, "rows": rows}
    report.keep(RESULTS, found)
    return 0


def _reserve(sides: list[Side]) -> float:
    """Seconds that the rest of a run needs after the pages."""
    return 5.0 * len(sides)


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="at most; time may allow fewer")
    parser.add_argument("--quick", action="store_true", help="at most 90 seconds")
    parser.add_argument("--database", action="append", choices=DATABASES, help="one kind only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
