"""The storefront while an import is applied and undone: the same pages and the same cart before and
beside it, as a ratio. `python -m tests.bench.imports`.

The import runs in a process of its own, as the worker does; the pages are asked for one after the
other by one visitor. The ratio is of processor time, as a busy machine gives a page less of it; the
longest answer shows what waited for the import.
"""

import argparse
import multiprocessing
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

from flask.testing import FlaskClient

from app import create_app
from shop.imports.procedure import ImportState
from shop.ops.config import Settings
from shop.storage.db import Database
from tests.bench.desks import beside, empty_database
from tests.imported import apply, compare, undo
from tests.integration.test_import_size import supplier
from tests.shelves import stock_shelves

#: What a page may take beside an import, compared with its time alone.
GOAL = 1.5
PRODUCTS, LINES = 2_000, 20_000
_SECONDS_ALONE = 8.0
PAGES = ("/", "/rayon/sonorisation", "/produit/produit-1", "/recherche?q=enceinte", "/panier")
_ADD = "/panier"
_SETTINGS = Settings(mode="test", secret_key="bench-only-secret-" + "x" * 32)
#: Milliseconds by the clock and of the processor.
Times = dict[str, list[tuple[float, float]]]


def measure(database: Database, lines: int) -> dict[str, Any]:
    """Each page alone and beside an import of so many lines, in an empty, migrated database."""
    stock_shelves(database, PRODUCTS)
    app = create_app(_SETTINGS, database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for url in PAGES:
        assert client.get(url).status_code == 200, url
    ends = time.monotonic() + _SECONDS_ALONE
    alone = _asked(client, lambda: time.monotonic() < ends)
    context = multiprocessing.get_context("spawn")
    told: Any = context.Queue()
    work = context.Process(target=_import, args=(database.url.render_as_string(False), lines, told))
    work.start()
    steps = {"begun": told.get()}
    beside = _asked(client, work.is_alive)
    work.join()
    while not told.empty():
        name, took = told.get()
        steps[name] = took
    assert work.exitcode == 0 and {"applied", "undone"} <= steps.keys(), steps
    return {
        "lines": lines,
        "goal": GOAL,
        "steps": steps,
        "pages": [_row(url, alone[url], beside[url]) for url in alone],
    }


def _import(url: str, lines: int, told: Any) -> None:
    """Compare, apply and undo, in a process of its own."""
    database = Database(url)
    data = supplier(lines)
    told.put(0)
    began = time.monotonic()
    row = compare(database, data)
    assert row.state is ImportState.CHECKED, row.state
    told.put(("compared", round(time.monotonic() - began, 1)))
    began = time.monotonic()
    assert apply(database, row.id).state is ImportState.APPLIED
    told.put(("applied", round(time.monotonic() - began, 1)))
    began = time.monotonic()
    undo(database, row.id)
    told.put(("undone", round(time.monotonic() - began, 1)))
    database.dispose()


def _asked(client: FlaskClient, more: Any) -> Times:
    """Milliseconds of each page, and of a unit more in the cart, as long as there is more."""
    taken: Times = defaultdict(list)
    while more():
        for url in PAGES:
            began = _now()
            answer = client.get(url)
            taken[url].append(_since(began))
            assert answer.status_code == 200, (url, answer.status_code)
        began = _now()
        answer = client.post(_ADD, data={"sku": "SON-00001", "quantity": "1"})
        taken[f"POST {_ADD}"].append(_since(began))
        assert answer.status_code in (200, 302, 303), answer.status_code
    return taken


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> tuple[float, float]:
    clock, processor = _now()
    return 1000 * (clock - began[0]), 1000 * (processor - began[1])


def _row(
    url: str, alone: list[tuple[float, float]], beside: list[tuple[float, float]]
) -> dict[str, Any]:
    before, during = (median(cpu for _clock, cpu in times) for times in (alone, beside))
    return {
        "url": url,
        "cpu_ms": [round(before, 1), round(during, 1)],
        "times": round(during / before, 2),
        "p95_ms": [_p95(alone), _p95(beside)],
        "worst_ms": round(max(clock for clock, _cpu in beside)),
        "count": len(beside),
    }


def _p95(times: list[tuple[float, float]]) -> float:
    return round(quantiles([clock for clock, _cpu in times], n=20)[-1], 1)


def told_of(found: dict[str, Any]) -> Iterator[str]:
    """The lines of a report."""
    yield f"{found['lines']} lines: {found['steps']} (seconds)"
    for page in found["pages"]:
        alone, beside = page["cpu_ms"]
        before, during = page["p95_ms"]
        yield (
            f"{page['url']}: {page['times']} times the processor time alone (goal {found['goal']};"
            f" {beside} and {alone} ms); by the clock p95 {during} and {before} ms; the longest of"
            f" {page['count']}: {page['worst_ms']} ms"
        )


def main() -> None:
    """Measure what was asked for, on one kind of database."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with beside(asked.database) as url, empty_database(url) as database:
        found = measure(database, asked.lines)
    sys.stdout.write("\n".join((*told_of(found), "")))


if __name__ == "__main__":
    main()
