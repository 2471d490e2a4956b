"""The bench measures papers that conform, in processes that ran."""

import pytest

from shop.documents import schematron
from tests.bench import electronic, memory


def test_the_electronic_form_is_measured_with_all_its_validations(monkeypatch):
    real, validated = schematron.validate_xml, []

    def counted(xml: bytes):
        validated.append(xml)
        return real(xml)

    monkeypatch.setattr(electronic, "GOALS", {1: None, 3: 40})
    monkeypatch.setattr(schematron, "validate_xml", counted)
    rows = electronic.measure(2)
    assert [(row["lines"], row["goal_ms"]) for row in rows] == [(1, None), (3, 40)]
    assert all(row["cpu_ms"] > 0 for row in rows)
    lines = [xml.count(b"<ram:IncludedSupplyChainTradeLineItem>") for xml in validated]
    assert lines == [2, 2, 2, 4, 4, 4], "with shipping; once to start the program, then twice"


def test_a_finding_of_a_validation_ends_the_measure(monkeypatch):
    composed = electronic.compose

    def unsound(*about: object) -> bytes:
        xml = composed(*about)
        assert xml is not None
        return xml.replace(b"<ram:TypeCode>380<", b"<ram:TypeCode>999<")

    monkeypatch.setattr(electronic, "compose", unsound)
    with pytest.raises(AssertionError):
        electronic.measure(1)


def test_memory_is_that_of_a_process_which_made_the_papers():
    found = memory.measure(1, 3)
    assert (found["first"], found["last"]) == (1, 3)
    assert 0 < found["before_mb"] <= found["after_mb"] + 50
    with pytest.raises(AssertionError, match="0 papers of 2"):
        memory.measured([20.0, 20.0, 0], 1, 2)
