"""A run of `make mutants` on a module with a fault that its tests miss."""

import os
import subprocess
import sys
from pathlib import Path

from tests.layout import ROOT
from tests.planted import plant

TEST = """
import planted_rules
from planted_rules import ensure_few

def test_two_are_few():
    assert not ensure_few(2)
    assert ensure_few(1)

def test_four_are_many():
    try:
        ensure_few(4)
    except planted_rules.TooMuch:
        return
    raise AssertionError

def test_the_limit():
    assert planted_rules.LIMIT == 3
"""
#: Tries four mutants of the planted module with all tests, in a process without a test runner.
RUN = """
from pathlib import Path
from tests.mutants.mutations import mutants_of
from tests.mutants.trials import Trial, survivors
CHANGES = {("> most", ">= most"), ("3", "4"), ("== 1", "!= 1")}
names = ("test_two_are_few", "test_four_are_many", "test_the_limit")
tests = tuple(f"test_planted.py::{name}" for name in names)
trials = [
    Trial(one.identity, one.module, one.path, one.source(), tests, one.function)
    for one in mutants_of(Path("planted_rules.py").resolve(), "planted_rules")
    if (one.before, one.after) in CHANGES
]
for one in survivors(trials, jobs=2):
    print("SURVIVES", one.identity)
"""


def test_a_planted_survivor_is_reported_and_a_killed_mutant_is_not(tmp_path: Path):
    plant(tmp_path)
    (tmp_path / "test_planted.py").write_text(TEST, encoding="utf-8")
    paths = os.pathsep.join([str(ROOT), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    surviving = {
        line.removeprefix("SURVIVES planted_rules:")
        for line in done.stdout.splitlines()
        if line.startswith("SURVIVES")
    }
    # Three are never tried; the limit and either question are.
    assert surviving == {"ensure_few: > most -> >= most"}
