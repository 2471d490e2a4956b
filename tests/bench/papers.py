"""A quote of 1, 10 and 400 lines beside raw reportlab drawing its bare table, without the rest."""

import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from statistics import median
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import SimpleDocTemplate, Table

from shop.documents.pdf import render
from shop.documents.samples import quote

LINES = (1, 10, 400)


def measure(times: int) -> list[dict[str, Any]]:
    """Milliseconds of processor time of each, medians of `times` turns, one after the other."""
    rows = []
    for count in LINES:
        content = quote(count)
        mine, raw = [], []
        render("quote", content, language="fr")
        for _ in range(times if count < 100 else 1):
            mine.append(_milliseconds(partial(render, "quote", content, language="fr")))
            raw.append(_milliseconds(partial(_drawn, content)))
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


def _drawn(content: dict[str, Any]) -> bytes:
    """The lines of a quote as a plain table, its heading repeated."""
    rows = [["N°", "Référence", "Désignation", "Quantité", "Prix HT", "Montant HT"]]
    for line in content["lines"]:
        price, amount = line["unit_price"] / 10_000, line["total"] / 100
        names = [str(line["position"]), line["sku"], line["name"]]
        rows.append([*names, str(line["quantity"]), f"{price:.2f}", f"{amount:.2f}"])
    out = BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build([Table(rows, repeatRows=1)])
    return out.getvalue()
