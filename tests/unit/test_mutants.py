"""`make mutants` itself: which changes it makes, samples and reports."""

from pathlib import Path

import pytest

from tests.layout import ROOT, module_of
from tests.mutants.__main__ import complaints, listed
from tests.mutants.mutations import Mutant, drawn, is_target, mutants_of, targets
from tests.mutants.reach import PATIENCE, Reach
from tests.planted import PLANTED, plant


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    return plant(tmp_path)


def identities(path: Path) -> list[str]:
    return [one.identity for one in mutants_of(path, "planted_rules")]


def of(path: Path, identity: str) -> Mutant:
    [found] = [one for one in mutants_of(path, "planted_rules") if one.identity == identity]
    return found


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("rules.py", True),
        ("signal_rules.py", True),
        ("procedure.py", True),
        ("money.py", True),
        ("numbering.py", True),
        ("views.py", False),
        ("rulesets.py", False),
    ],
)
def test_the_modules_are_found_by_their_names(name: str, changed: bool):
    assert is_target(ROOT / "shop" / "anywhere" / name) == changed


def test_rules_tables_money_days_numbers_and_rights_are_among_them():
    found = {module_of(path).rpartition(".")[2] for path in targets()}
    assert found >= {"rules", "procedure", "money", "vat", "days", "numbering", "rights"}


def test_a_mutant_is_known_by_what_it_changes_and_not_by_its_line(planted: Path):
    before = identities(planted)
    planted.write_text(PLANTED.replace("\n\ndef", "\n\n# A remark.\n\ndef"), encoding="utf-8")
    after = [one.identity for one in mutants_of(planted.rename(planted.parent / "moved.py"), "x")]
    assert [one.replace("planted_rules", "x", 1) for one in before] == after
    assert len(set(before)) == len(before)
    assert "planted_rules:ensure_few: > most -> >= most" in before
    assert "planted_rules:ensure_few: == 1 -> != 1 #2" in before
    assert "planted_rules: 3 -> 4" in before


def test_types_sentences_and_rows_are_left_alone(planted: Path):
    changed = " ".join(identities(planted))
    for left in ("Too much", "Row", "Raises", "errors", "bool"):
        assert left not in changed


def test_the_source_of_a_mutant_differs_by_its_change_alone(planted: Path):
    mutant = of(planted, "planted_rules:ensure_few: > most -> >= most")
    assert mutant.source() == PLANTED.replace("count > most", "count >= most")
    assert (mutant.function, mutant.lines) == ("ensure_few", (19, 23))
    table = of(planted, "planted_rules: 3 -> 4")
    assert table.source() == PLANTED.replace("LIMIT: int = 3", "LIMIT: int = 4")
    assert (table.function, table.lines) == ("", None)


def test_the_same_seed_draws_the_same_sample_and_a_new_rule_replaces_few(planted: Path):
    mutants = mutants_of(planted, "planted_rules")
    first = drawn(mutants, seed=1, count=8)
    assert first == drawn(list(reversed(mutants)), seed=1, count=8)
    assert first != drawn(mutants, seed=2, count=8)
    fewer = [one for one in mutants if one != first[0]]
    assert drawn(fewer, seed=1, count=7) == first[1:]
    assert len(drawn(mutants, seed=1, count=10_000)) == len(mutants)


def reach() -> Reach:
    own, other = "tests/unit/test_rights.py::a", "tests/unit/test_days_and_text.py::b"
    slow = "tests/unit/test_rights.py::slow"
    lines = {11: [own, other, slow], 12: [slow], 30: [other]}
    return Reach({own: 0.2, other: 0.1, slow: PATIENCE}, {"shop/core/rights.py": lines})


def mutant_of_rights(function: str, lines: tuple[int, int] | None) -> Mutant:
    path = ROOT / "shop" / "core" / "rights.py"
    return Mutant(path, "shop.core.rights", function, "a", "b", 1, function, lines, 0)


def test_a_function_is_judged_by_the_tests_that_run_it_those_of_its_module_first():
    found = reach().tests_for(mutant_of_rights("may", (10, 20)))
    assert found == ("tests/unit/test_rights.py::a",), "the slow one is beyond patience"
    assert reach().tests_for(mutant_of_rights("ensure_may", (29, 31))) == (
        "tests/unit/test_days_and_text.py::b",
    )
    assert reach().tests_for(mutant_of_rights("nobody", (40, 50))) == ()


def test_a_table_is_judged_by_the_tests_that_import_it():
    assert "tests/unit/test_rights.py::a" in reach().tests_for(mutant_of_rights("", None))


def test_what_is_to_be_done_is_said():
    known = {"listed": "equal", "stale": "equal", "killed": "equal", "bare": ""}
    told = complaints(
        ["new", "listed", "killed", "bare"], ["new", "listed", "bare"], known, {*known} - {"stale"}
    )
    assert told == [
        "no test notices: new",
        "listed, but killed: killed",
        "listed, but not in the code: stale",
        "listed without a reason: bare",
    ]


def test_every_survivor_is_listed_with_a_reason():
    assert all(reason.strip() for reason in listed().values())
