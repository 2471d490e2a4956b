"""A quote of 1, 10 and 400 lines beside raw reportlab drawing an equal paper (equal_paper.py)."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from shop.documents.pdf import render
from shop.documents.samples import quote
from tests.bench.equal_paper import draw, noted

LINES = (1, 10, 400)


def measure(times: int) -> list[dict[str, Any]]:
    """Milliseconds of processor time of each, medians of `times` turns, one after the other."""
    rows = []
    for count in LINES:
        content = quote(count)
        mine, raw = [], []
        equal = noted(partial(render, "quote", content, language="fr"))
        draw(equal)
        for _ in range(times if count < 100 else 1):
            mine.append(_milliseconds(partial(render, "quote", content, language="fr")))
            raw.append(_milliseconds(partial(draw, equal)))
        ratio = median(each / other for each, other in zip(mine, raw, strict=True))
        rows.append(
            {
                "lines": count,
                "quote_ms": round(median(mine), 1),
                "reportlab_ms": round(median(raw), 1),
                "times": round(ratio, 1),
            }
        )
    return rows


def _milliseconds(act: Callable[[], Any]) -> float:
    began = time.process_time()
    act()
    return 1000 * (time.process_time() - began)
