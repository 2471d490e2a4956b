"""`python -m tests.bench`: measure, print one table, store bench-results/latest.json.

Speed never fails a run: only errors and inconsistent data do. Ratios count, absolute figures depend
on the machine.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any

import app
from shop.core.paths import ROOT
from shop.storage.db import Database
from tests.bench import (
    desks,
    electronic,
    integrity,
    lookup,
    memory,
    pages,
    papers,
    register,
    report,
    rounds,
    walks,
)
from tests.bench.stage import DATABASES, Side, staged

assert app.create_app, "importing it imports the models of all packages"
RESULTS = ROOT / "bench-results" / "latest.json"


@dataclass(slots=True)
class Clock:
    """The time that a run may take, in seconds since it began."""

    most: float
    began: float

    def left(self) -> float:
        return self.began + self.most - time.monotonic()


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; 0 unless a page failed or the data is inconsistent."""
    asked = _parser().parse_args(arguments)
    clock = Clock(80 if asked.quick else 430, time.monotonic())
    kinds = tuple(asked.database or DATABASES)
    say(f"{asked.products} products on {' and '.join(kinds)}: filling…")
    with staged(asked.products, kinds) as (folder, sides):
        page_cases = [
            case
            for side in sides
            for case in pages.cases(side.kind, side.shop, side.reference, folder, seconds=1)
            if asked.only is None or asked.only in case.name
        ]
        last = 55 if asked.quick else 220
        say(f"{len(page_cases)} pages beside the reference…")
        rounds.run(page_cases, asked.rounds, in_time=lambda: clock.left() > last)
        if asked.only:
            sys.stdout.write(report.table([report.row_of(case) for case in page_cases]))
            return 0
        say("Whole checkouts…")
        walked, wrong = _walk(sides, 1 if asked.quick else 3, clock, 2 if asked.quick else 3)
        say("Writers at once, the register, papers, the books…")
        found = _others(sides, quick=asked.quick)
    rows = [report.row_of(case) for case in [*page_cases, *walked]]
    found |= {"products": asked.products, "rows": rows, "errors": wrong}
    sys.stdout.write(report.table(rows) + report.others(found))
    report.keep(RESULTS, found)
    errors = sum(row["errors"] for row in rows) + sum(len(w["errors"]) for w in found["writers"])
    return 1 if found["faults"] or errors else 0


def _walk(
    sides: list[Side], most: int, clock: Clock, seconds: float
) -> tuple[list[rounds.Case], list[str]]:
    walked: list[rounds.Case] = []
    wrong: list[list[str]] = []
    for side in sides:
        made, errors = walks.cases(side, seconds=seconds)
        walked += made
        wrong.append(errors)
    rounds.run(walked, most, in_time=lambda: clock.left() > 45)
    return walked, [error for errors in wrong for error in errors]


def _others(sides: list[Side], *, quick: bool) -> dict[str, Any]:
    """What has no page in the reference, and the integrity check at the end."""
    found: dict[str, Any] = {"writers": [], "register": {}, "faults": []}
    for side in sides:
        found["writers"].append(walks.fairness(side, seconds=2 if quick else 5))
        database = Database(side.shop_url)
        found["register"][side.kind] = register.measure(database)
        found["faults"] += [f"{side.kind}: {fault}" for fault in integrity.faults(database)]
        database.dispose()
    found["lookup"] = {side.kind: _looked_up(side, quick=quick) for side in sides}
    found["desks"] = {side.kind: _at_desks(side, quick=quick) for side in sides}
    found["papers"] = papers.measure(3 if quick else 7)
    found["electronic"] = electronic.measure(3 if quick else 15)
    found["memory"] = memory.measure(*((10, 30) if quick else (50, 500)))
    return found


def _looked_up(side: Side, *, quick: bool) -> dict[str, Any]:
    database = Database(side.shop_url)
    try:
        return lookup.measure(database, 100_000 if quick else 1_000_000)
    finally:
        database.dispose()


def _at_desks(side: Side, *, quick: bool) -> dict[str, Any]:
    with desks.empty_database(side.shop_url) as database:
        return desks.measure(database, 5_000 if quick else 100_000)


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="at most; time may allow fewer")
    parser.add_argument("--quick", action="store_true", help="at most 90 seconds")
    parser.add_argument("--database", action="append", choices=DATABASES, help="one kind only")
    parser.add_argument("--only", help="pages with this in their name, and nothing else")
    return parser


if __name__ == "__main__":
    sys.exit(main())
