"""The electronic form of an invoice of 1, 10 and 400 lines, with all its validations: our exact
rules and the schema in this process, the schematrons in their warm program.
"""

import time
from statistics import median
from typing import Any

from shop.documents import schematron
from shop.documents.layout import sentences
from shop.documents.samples import invoice
from shop.einvoicing.facturx import compose

#: Lines, and the most milliseconds of processor time that they may cost.
GOALS = {1: None, 10: 40, 400: 700}


def measure(times: int) -> list[dict[str, Any]]:
    """Milliseconds of processor time of both processes, medians of `times` turns."""
    rows = []
    for lines, goal in GOALS.items():
        content = invoice(lines)
        _validated(content)  # starts and warms the program
        spent = [_milliseconds(content) for _turn in range(times if lines < 100 else 2)]
        rows.append({"lines": lines, "cpu_ms": round(median(spent), 1), "goal_ms": goal})
    return rows


def _milliseconds(content: dict[str, Any]) -> float:
    (program,) = schematron._running
    began, apart = time.process_time(), _seconds_of(program.process.pid)
    _validated(content)
    here = time.process_time() - began
    return 1000 * (here + _seconds_of(program.process.pid) - apart)


def _validated(content: dict[str, Any]) -> None:
    xml = compose(content, sentences("fr"))
    assert xml is not None
    found = schematron.validate_xml(xml)
    assert found.conforms, found.findings


def _seconds_of(pid: int) -> float:
    """The processor time of a running process: Linux numbers its clock so, and counts nanoseconds;
    what /proc tells counts hundredths.
    """
    return time.clock_gettime(~pid << 3 | 2)
