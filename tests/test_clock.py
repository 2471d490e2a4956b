"""No test depends on the day on which it runs: the clock stands still, moved by tests alone."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shop.ops import clock
from tests.factories import AT

TESTS = Path(__file__).resolve().parent
#: What reads the machine's clock, or waits for it, by the name under which it is called.
READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {
        *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
        *("process_time", "sleep", "localtime", "gmtime", "ctime", "strftime"),
    },
}
#: The module that waits, the plugin that moves the machine's clock, the benchmark that measures.
MAY_READ = (TESTS / "waiting.py", TESTS / "shifted.py", *(TESTS / "bench").glob("*.py"))


def real_clocks(tree: ast.Module) -> list[int]:
    """The lines of a module that read the machine's clock."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in READS.get(node.value.id, ()):
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            names = {alias.name for alias in node.names}
            if names & READS["time"]:
                lines.append(node.lineno)
    return lines


def test_no_test_reads_the_real_clock() -> None:
    wrong = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        if path not in MAY_READ
        for line in real_clocks(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "x = date.today()",
        "import time\ntime.sleep(1)",
        "from time import monotonic",
        "before = time.perf_counter()",
    ],
)
def test_a_use_of_the_real_clock_is_found(source: str) -> None:
    assert real_clocks(ast.parse(source))
    assert not real_clocks(ast.parse("clock.now()\nday.isoformat()\ntime(23, 59)"))


def test_the_clock_stands_still_until_a_test_moves_it() -> None:
    assert clock.now() == clock.now() == AT
    with clock.travelled(timedelta(days=8)):
        assert clock.now() == AT + timedelta(days=8)
        with clock.travelled(datetime(2028, 2, 29, 12, tzinfo=UTC)):
            assert clock.today().isoformat() == "2028-02-29"
    assert clock.now() == AT
