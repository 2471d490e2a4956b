"""The results of a run: one table, and the same as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench import desks
from tests.bench.rounds import Case

HEAD = ("page", "database", "shop/s", "reference/s", "share [min–max]", "goal", "")
WIDTHS = (26, 11, 9, 12, 20, 6, 6)


def row_of(case: Case) -> dict[str, Any]:
    ratios = case.ratios
    last = [mine for mine, _ in case.rounds]
    return {
        "page": case.name,
        "database": case.database,
        "shop": round(case.shop_rate, 1),
        "reference": round(case.reference_rate, 1),
        "ratio": round(case.ratio, 3),
        "least": round(min(ratios), 3),
        "most": round(max(ratios), 3),
        "goal": case.goal,
        "reached": case.reaches,
        "rounds": len(case.rounds),
        "errors": case.errors,
        "p50_ms": round(min(sample.p50 for sample in last), 2),
        "p95_ms": round(min(sample.p95 for sample in last), 2),
        "p99_ms": round(min(sample.p99 for sample in last), 2),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    lines = [_line(HEAD), _line(["─" * (width - 1) for width in WIDTHS])]
    for row in rows:
        verdict = {None: "", True: "ok", False: "under"}[row["reached"]]
        if row["errors"]:
            verdict += f" {row['errors']} errors"
        share = f"{row['ratio']:.2f} [{row['least']:.2f}–{row['most']:.2f}]"
        goal = "" if row["goal"] is None else f"{row['goal']:.2f}"
        figures = (f"{row['shop']:.1f}", f"{row['reference']:.1f}", share, goal, verdict)
        lines.append(_line((row["page"], row["database"], *figures)))
    return "\n".join(lines) + "\n"


def others(found: dict[str, Any]) -> str:
    """What is not beside the reference: writers, register, documents, integrity; one line each."""
    lines = [""]
    for each in found["writers"]:
        verdict = "fair" if each["fair"] else "unfair"
        lines.append(
            f"8 writers on {each['database']}: {each['writes_per_s']} writes/s, slowest"
            f" {each['slowest_share']:.2f} of fastest, p99 {each['p99_ms']} ms,"
            f" {len(each['errors'])} errors: {verdict}"
        )
    for kind, each in found["register"].items():
        lines.append(
            f"register of {each['bodies']} bodies on {kind}: p50 {each['p50_ms']} ms,"
            f" p95 {each['p95_ms']} ms (goal {each['goal_ms']} ms), longest {each['most_ms']} ms;"
            f" slowest words « {each['slowest']} » {each['slowest_ms']} ms;"
            f" filled in {each['filled_s']} s"
        )
    for kind, each in found["lookup"].items():
        lines.append(
            f"search box on {kind}: {each['many_ms']} ms among {each['many']} terms,"
            f" {each['times']} times {each['few_ms']} ms among {each['few']} (goal {each['goal']}"
            f" times); longest {each['longest_ms']} ms; most growth « {each['worst']} »"
            f" {each['worst_times']} times"
        )
    for kind, each in found["desks"].items():
        lines += [f"{kind}: {line}" for line in desks.told(each)]
    for each in found["papers"]:
        lines.append(
            f"quote of {each['lines']} lines: {each['quote_ms']} ms, {each['times']} times"
            f" reportlab drawing an equal paper ({each['reportlab_ms']} ms)"
        )
    for each in found["electronic"]:
        goal = f" (goal {each['goal_ms']} ms)" if each["goal_ms"] else ""
        lines.append(
            f"electronic form of {each['lines']} lines with all validations:"
            f" {each['cpu_ms']} ms of processor time{goal}"
        )
    each = found["memory"]
    lines.append(
        f"memory after {each['first']} papers: {each['before_mb']} MB, after {each['last']}:"
        f" {each['after_mb']} MB"
    )
    lines += [f"BROKEN {fault}" for fault in found["faults"]]
    lines += [f"ERROR {error[:300]}" for error in found["errors"][:10]]
    lines += ["Integrity: " + ("broken" if found["faults"] else "ok")]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    """Names to the left, figures to the right."""
    shown = [
        cell.ljust(width) if number in (0, 1, 6) else cell.rjust(width)
        for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ]
    return " ".join(shown).rstrip()


def keep(path: Path, found: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
