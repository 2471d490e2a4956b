"""One change at a time in a forked process: imported instead of the file, judged by the tests."""

import gc
import inspect
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.layout import PACKAGES

#: Seconds of work after which a process is ended: a change that never ends is found. Another
#: limit, in time of day, is for one that waits for ever; a busy machine does not reach it.
WORK, WAIT = 60, 900
OPTIONS = ("-q", "--tb=line", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist")
OPTIONS += ("-W", "ignore::pytest.PytestAssertRewriteWarning")
KILLED, SURVIVED = 1, 0


@dataclass(frozen=True, slots=True)
class Trial:
    """A change of a module, and the tests that are to notice it, those that know it best first."""

    identity: str
    module: str
    path: Path
    source: str
    tests: tuple[str, ...]
    function: str = ""


class _Changed(SourceFileLoader):
    """Loads a module from another text than its file's."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(trial.module, str(trial.path))
        self._source = trial.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        if fullname != self._trial.module:
            return None
        loader = _Changed(self._trial)
        return spec_from_file_location(fullname, self._trial.path, loader=loader)


class Chosen:
    """A plugin of pytest: these tests alone, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._place),
            key=lambda item: self._place[item.nodeid],
        )


def survivors(trials: Sequence[Trial], *, jobs: int) -> Iterator[Trial]:
    """The trials that no test noticed, as they end; `jobs` at a time.

    Changes of tables and constants first: each process imports all of the shop anew. Then the shop
    is imported once, and a process replaces the code of one function; what survives that may still
    be noticed when the module is imported, so it is tried both ways.
    """
    noticed = [trial for trial in trials if trial.tests]
    yield from (trial for trial in trials if not trial.tests)
    yield from _run([trial for trial in noticed if not trial.function], _imported, jobs)
    bodies = [trial for trial in noticed if trial.function]
    again = in_child_of_the_shop(bodies, jobs)
    yield from _run(again, _imported, jobs)


def in_child_of_the_shop(trials: Sequence[Trial], jobs: int) -> list[Trial]:
    """The trials that survive when the code of their function is replaced. The shop is imported in
    a child of its own: what comes after imports it anew."""
    reading, writing = os.pipe()

    def work() -> int:
        os.close(reading)
        import_module("tests.conftest")
        for file in dict.fromkeys(file for trial in trials for file in files_of(trial.tests)):
            import_module(file.removesuffix(".py").replace("/", "."))
        gc.freeze()
        with os.fdopen(writing, "w") as told:
            told.writelines(f"{trials.index(one)}\n" for one in _run(trials, _replaced, jobs))
        return SURVIVED

    pid = fork(work, limited=False)
    os.close(writing)
    with os.fdopen(reading) as told:
        found = [trials[int(line)] for line in told]
    assert not os.waitpid(pid, 0)[1], "the tests cannot be imported"
    return found


def _run(trials: Iterable[Trial], prepare: Callable[[Trial], None], jobs: int) -> Iterator[Trial]:
    running: dict[int, Trial] = {}
    for trial in trials:
        if len(running) == jobs:
            yield from _ended(running)
        running[fork(partial(_verdict, trial, prepare))] = trial
    while running:
        yield from _ended(running)


def _ended(running: dict[int, Trial]) -> Iterator[Trial]:
    pid, status = os.wait()
    trial = running.pop(pid)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == SURVIVED:
        yield trial


def _verdict(trial: Trial, prepare: Callable[[Trial], None]) -> int:
    """Runs in the child."""
    prepare(trial)
    found = run_tests(list(dict.fromkeys(files_of(trial.tests))), [Chosen(trial.tests)], "-x")
    return SURVIVED if found in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else KILLED


def _imported(trial: Trial) -> None:
    """The module is imported as changed."""
    sys.meta_path.insert(0, _Finder(trial))


def _replaced(trial: Trial) -> None:
    """The function of the imported module runs the changed code, whoever holds it."""
    code = compile(trial.source, trial.path, "exec", dont_inherit=True)
    held: Any = import_module(trial.module)
    for name in trial.function.split("."):
        code = next(
            one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name
        )
        held = vars(held)[name]
    held = getattr(held, "fget", None) or getattr(held, "__func__", None) or held
    if hasattr(held, "cache_clear"):
        held.cache_clear()
    inspect.unwrap(held).__code__ = code


def files_of(tests: Iterable[str]) -> list[str]:
    return [test.partition("::")[0] for test in tests]


class _SameExamples:
    """A plugin of pytest: hypothesis draws the same examples each time, and remembers none."""

    def pytest_configure(self) -> None:
        from hypothesis import settings

        settings.register_profile("mutants", database=None, derandomize=True, deadline=None)
        settings.load_profile("mutants")


def run_tests(files: Sequence[str], plugins: list[Any], *options: str) -> int:
    """pytest in this process."""
    return int(pytest.main([*OPTIONS, *options, *files], plugins=[_SameExamples(), *plugins]))


def fork(work: Callable[[], int], *, limited: bool = True, quiet: bool = True) -> int:
    """Run `work` in a child, which ends with its result. Returns the child's id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = KILLED
    try:
        if limited:
            resource.setrlimit(resource.RLIMIT_CPU, (WORK, WORK))
            signal.alarm(WAIT)
        if quiet:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        code = work()
    finally:
        if sys.exc_info()[0]:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(code)


def preload(names: Iterable[str]) -> None:
    """Import the libraries once, before forking; never a module of ours."""
    own = {*PACKAGES, "app", "tests", "migrations"}
    for name in names:
        if name.split(".")[0] not in own | sys.stdlib_module_names:
            with suppress(ImportError):
                import_module(name)
