"""The bench measures papers that conform, in processes that ran."""

from tests.bench import electronic, memory


def test_the_electronic_form_is_measured_with_all_its_validations(monkeypatch):
    monkeypatch.setattr(electronic, "GOALS", {1: None, 3: 40})
    rows = electronic.measure(2)
    assert [(row["lines"], row["goal_ms"]) for row in rows] == [(1, None), (3, 40)]
    assert all(row["cpu_ms"] > 0 for row in rows)


def test_memory_is_that_of_a_process_which_made_the_papers():
    found = memory.measure(1, 3)
    assert (found["first"], found["last"]) == (1, 3)
    assert 0 < found["before_mb"] <= found["after_mb"] + 50
