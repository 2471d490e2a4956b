"""Which tests reach which lines of the modules: they run once, unchanged, under coverage."""

import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.layout import ROOT, imports, is_pure, module_of, name_of
from tests.mutants.mutations import Mutant, targets
from tests.mutants.trials import fork, run_tests

TESTS = ROOT / "tests"
#: The tests of what is not pure.
IMPURE = ("integration", "whole")
#: A unit test that imports it walks over the modules: it may notice a change of any of them.
WALK = "tests.layout"
#: Seconds of tests at most that judge one change.
PATIENCE = 20.0
#: Integration tests run on SQLite: its database is a file.
ON_SQLITE = "not postgresql"


class NotGreen(Exception):
    """The tests fail on the code as it is: no change can be judged."""


@dataclass(slots=True)
class Reach:
    """How long each test takes, and the tests that execute each line, by module."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    #: Names of the libraries that the tests have imported.
    libraries: list[str] = field(default_factory=list)

    def tests_for(self, mutant: Mutant) -> tuple[str, ...]:
        """The tests that may notice a change: of the files that import the module first, then
        those that execute its function; short ones first, as many as patience allows."""
        reached = self.lines.get(name_of(mutant.path), {})
        first, last = mutant.lines or (0, sys.maxsize)
        executing = {
            test for line, tests in reached.items() if first < line <= last for test in tests
        }
        knowing = {
            test for test in self.seconds if mutant.module in known_to(test.partition("::")[0])
        }
        chosen = executing if mutant.lines else executing | knowing
        direct = [test for test in chosen if test in knowing]
        ranked = sorted(chosen, key=lambda test: (test not in direct, self.seconds[test], test))
        return tuple(_within(ranked, self.seconds))


def _within(tests: Sequence[str], seconds: dict[str, float]) -> Iterator[str]:
    spent = 0.0
    for test in tests:
        spent += seconds[test]
        if spent > PATIENCE:
            return
        yield test


@cache
def known_to(file: str) -> frozenset[str]:
    """The modules of ours that a test file imports, itself or through the tests' own modules."""
    found: set[str] = set()
    left, seen = [ROOT / file], set[Path]()
    while left:
        path = left.pop()
        seen.add(path)
        for module, _line in imports(path):
            found.add(module)
            if module == WALK and file.startswith("tests/unit/"):
                found |= {module_of(path) for path in targets()}
            other = (ROOT / Path(*module.split("."))).with_suffix(".py")
            # What factories and fixtures import serves every test: it says nothing about one.
            if module.startswith("tests.documentation") and other.exists() and other not in seen:
                left.append(other)
    return frozenset(found)


def test_files(modules: Sequence[Path]) -> list[str]:
    """The unit tests that import one of the modules; for one that is not pure, the integration
    tests that do."""
    names = {module_of(path) for path in modules}
    impure = {module_of(path) for path in modules if not is_pure(path)}
    unit = [*(TESTS / "unit").glob("test_*.py"), *TESTS.glob("test_*.py")]
    integration = [path for part in IMPURE for path in (TESTS / part).glob("test_*.py")]
    return sorted(
        path.relative_to(ROOT).as_posix()
        for paths, wanted in ((unit, names), (integration, impure))
        for path in paths
        if known_to(path.relative_to(ROOT).as_posix()) & wanted
    )


class _Contexts:
    """A plugin of pytest: coverage knows which test is running, we how much work it is, in seconds
    of this process: those do not depend on what else the machine does."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._measured.switch_context(item.nodeid)
        before = _work()
        answer = yield
        self.seconds[item.nodeid] = _work() - before
        return answer


def _work() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def measure(modules: Sequence[Path], files: Sequence[str], *, jobs: int) -> Reach:
    """Run the tests once in `jobs` processes. Raises NotGreen."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / str(part) for part in range(jobs)]
        running = {
            fork(
                lambda part=part, n=n: _measured(modules, files[n::jobs], part),
                limited=False,
                quiet=False,
            )
            for n, part in enumerate(parts)
        }
        ends = [os.waitpid(pid, 0)[1] for pid in running]
        if any(ends):
            raise NotGreen("the tests fail on the code as it is: run `make unit`")
        return _joined([json.loads(part.read_text(encoding="utf-8")) for part in parts])


def _measured(modules: Sequence[Path], files: Sequence[str], target: Path) -> int:
    """Runs in the child."""
    measured = coverage.Coverage(
        data_file=None, config_file=False, include=[str(path) for path in modules]
    )
    measured.start()
    contexts = _Contexts(measured)
    code = run_tests(files, [contexts], "-k", ON_SQLITE)
    measured.stop()
    data = measured.get_data()
    lines = {name_of(Path(file)): data.contexts_by_lineno(file) for file in data.measured_files()}
    found = {"seconds": contexts.seconds, "lines": lines, "libraries": sorted(sys.modules)}
    target.write_text(json.dumps(found), encoding="utf-8")
    return code


def _joined(parts: list[dict[str, Any]]) -> Reach:
    reach = Reach()
    libraries: set[str] = set()
    for part in parts:
        reach.seconds |= part["seconds"]
        libraries |= set(part["libraries"])
        for name, lines in part["lines"].items():
            known = reach.lines.setdefault(name, {})
            for line, tests in lines.items():
                known.setdefault(int(line), []).extend(test for test in tests if test)
    reach.libraries = sorted(libraries)
    return reach
