"""The memory of a process that makes papers: `python -m tests.bench.memory 50 500` renders quotes
of one line and tells the resident megabytes after the first 50 and after all 500.
"""

import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

from shop.core.paths import ROOT
from shop.documents.pdf import render
from shop.documents.samples import quote


def measure(first: int, last: int) -> dict[str, Any]:
    """Megabytes of a process of its own after `first` and after `last` papers."""
    command = [sys.executable, "-m", "tests.bench.memory", str(first), str(last)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return measured(json.loads(done.stdout), first, last)


def measured(told: list[Any], first: int, last: int) -> dict[str, Any]:
    """What the process tells. Each paper was made."""
    before, after, papers = told
    assert papers == last, f"{papers} papers of {last}"
    return {"first": first, "last": last, "before_mb": before, "after_mb": after}


def resident() -> float:
    """Megabytes of this process in memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)


def main(first: int, last: int) -> None:
    told, papers = [], 0
    for number in count(1):
        content = quote(1)
        content["number"] = f"DE-2026-{number:06d}"
        papers += render("quote", content, language="fr").startswith(b"%PDF-")
        if number in (first, last):
            told.append(resident())
        if number == last:
            break
    sys.stdout.write(json.dumps([*told, papers]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
