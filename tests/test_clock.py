"""No test depends on the day on which it runs: the shop reads the machine's clock in one place,
which is frozen in tests.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shop.core.paths import ROOT
from shop.ops import clock
from tests.factories import AT
from tests.layout import tree, walk

TESTS = ROOT / "tests"
#: Functions that read the day or the hour of the machine.
DATES = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    *("datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"),
    *("time.ctime", "time.asctime", "time.strftime", "email.utils.localtime"),
}
#: What measures time or waits; a service may, a test waits for an event with `tests.waiting`.
DURATIONS = {
    *("time.sleep", "time.monotonic", "time.monotonic_ns", "time.perf_counter"),
    *("time.perf_counter_ns", "time.process_time", "time.clock_gettime"),
    "shop.ops.clock.machine_seconds",
}
#: Methods of threads, events, processes and pages that take a number of seconds to wait.
WAITS = {"wait", "wait_for", "join", "wait_for_timeout"}
DATABASE_CLOCK = re.compile(
    r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\b(now|clock_timestamp|localtimestamp)\(\)|'now'", re.I
)
_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "WITH", "CURRENT_")
_DATABASE_FUNCTIONS = {
    *("func.now", "func.current_timestamp", "func.current_date", "func.localtimestamp"),
    *("sa.func.now", "func.clock_timestamp", "func.date", "func.julianday"),
}
_NAMES_OF_DATABASE_FUNCTIONS = {name.rpartition(".")[2] for name in _DATABASE_FUNCTIONS}

#: One module reads the time in the shop, one waits in the tests; the tool that runs the tests on
#: another day, and what measures speed, are no tests.
TELLS, WAITS_FOR_TESTS = ROOT / "shop/ops/clock.py", TESTS / "waiting.py"
NO_TESTS = {TESTS / "shifted.py", *(TESTS / "bench").rglob("*.py")}

Reading = tuple[int, str]


def names_of(source: ast.Module) -> dict[str, str]:
    """What each imported name of a module stands for, with its dots."""
    names = {}
    for node in walk(source):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """The full name of what an expression refers to; empty when it is not an imported name."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def uses(source: ast.Module, forbidden: set[str]) -> Iterator[Reading]:
    """The lines that import or refer to a forbidden function, under whatever name."""
    names = names_of(source)
    last = {name.rpartition(".")[2] for name in forbidden}
    for node in walk(source):
        if isinstance(node, ast.ImportFrom):
            found = {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and node.attr in last):
            found = {dotted(node, names)}
        else:
            continue
        for name in sorted(found & forbidden):
            yield node.lineno, name


def timed_waits(source: ast.Module) -> Iterator[Reading]:
    """The lines that wait for a number of seconds: `event.wait(5)`, `thread.join(timeout=1)`."""
    for node in walk(source):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        numbers = [a for a in node.args if isinstance(a, ast.Constant) and _is_number(a.value)]
        timed = numbers or any(k.arg == "timeout" for k in node.keywords)
        if node.func.attr == "wait_for_timeout" or (node.func.attr in WAITS and timed):
            yield node.lineno, f"{node.func.attr}() with a number of seconds"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def database_clocks(source: ast.Module) -> Iterator[Reading]:
    """The lines of SQL that ask the database for the time; its clock is not the shop's."""
    for node in walk(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.lstrip().upper().startswith(_STATEMENTS):
                for found in DATABASE_CLOCK.finditer(node.value):
                    yield node.lineno, found[0]
        elif (
            isinstance(node, ast.Attribute)
            and node.attr in _NAMES_OF_DATABASE_FUNCTIONS
            and ast.unparse(node) in _DATABASE_FUNCTIONS
        ):
            yield node.lineno, ast.unparse(node)


def test_only_the_clock_of_the_shop_reads_the_time() -> None:
    folders = [ROOT / name for name in ("shop", "checkout", "quotes", "migrations")]
    paths = {ROOT / "app.py", *(path for folder in folders for path in folder.rglob("*.py"))}
    assert not _wrong(paths - {TELLS}, lambda source: uses(source, DATES))
    assert not _wrong(paths, database_clocks)


def test_no_test_reads_the_real_clock_or_counts_seconds() -> None:
    paths = set(TESTS.rglob("*.py")) - NO_TESTS - {WAITS_FOR_TESTS}
    assert not _wrong(paths, lambda source: uses(source, DATES | DURATIONS))
    assert not _wrong(paths, timed_waits)
    assert not _wrong(paths, database_clocks)


def _wrong(paths: set[Path], look) -> list[str]:
    """Where `look` finds something: file, line and what."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in sorted(paths)
        for line, what in look(tree(path))
    ]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now(UTC)",
        "from datetime import datetime as dt\nbefore = dt.now",
        "import datetime as d\nd.datetime.now(d.UTC)",
        "import datetime\nx = datetime.date.today()",
        "import time\ntime.sleep(1)",
        "import time as t\nt.perf_counter()",
        "from time import monotonic",
        "from time import monotonic as m",
        "from shop.ops import clock\nclock.machine_seconds()",
    ],
)
def test_a_use_of_the_real_clock_is_found(source: str) -> None:
    assert list(uses(ast.parse(source), DATES | DURATIONS))


@pytest.mark.parametrize(
    "source",
    [
        "from shop.ops import clock\nclock.now()",
        "from datetime import date\ndate(2026, 11, 18).today_is_not_asked",
        "from datetime import time\ntime(23, 59)",
        "today = clock.today",
    ],
)
def test_the_shops_clock_and_fixed_days_are_no_use_of_it(source: str) -> None:
    assert not list(uses(ast.parse(source), DATES | DURATIONS))


def test_a_wait_for_a_number_of_seconds_is_found() -> None:
    for source in (
        *("event.wait(5)", "thread.join(0.3)", "process.wait(timeout=10)"),
        "page.wait_for_timeout(LONG)",
    ):
        assert list(timed_waits(ast.parse(source)))
    for source in ("event.wait()", "thread.join()", '", ".join(names)', "listener.first(3)"):
        assert not list(timed_waits(ast.parse(source)))


def test_a_question_to_the_clock_of_the_database_is_found() -> None:
    for source in ("text('SELECT now()')", "default=func.now()", "text('CURRENT_TIMESTAMP')"):
        assert list(database_clocks(ast.parse(source)))
    assert not list(database_clocks(ast.parse("text('SELECT at FROM journal')\nclock.now()")))


def test_the_clock_stands_still_until_a_test_moves_it() -> None:
    assert clock.now() == clock.now() == AT
    with clock.travelled(timedelta(days=8)):
        assert clock.now() == AT + timedelta(days=8)
        with clock.travelled(datetime(2028, 2, 29, 12, tzinfo=UTC)):
            assert clock.today().isoformat() == "2028-02-29"
    assert clock.now() == AT


@pytest.fixture(scope="module")
def moment() -> datetime:
    return clock.now()


def test_the_clock_stands_still_for_shared_fixtures(moment: datetime) -> None:
    assert moment == AT
