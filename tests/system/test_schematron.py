"""The program that runs the schematrons: warm, replaced when it ends, a finding when it fails."""

import pytest

from shop.documents import samples, schematron
from shop.documents.layout import sentences
from shop.documents.pdf import render
from shop.documents.schematron import validate_attached, validate_xml
from shop.documents.validation import Validation
from shop.einvoicing.facturx import compose


@pytest.fixture(scope="module")
def xml() -> bytes:
    made = compose(samples.invoice(1), sentences("fr"))
    assert made is not None
    return made


def test_one_program_answers_for_all_invoices(xml: bytes):
    assert validate_xml(xml) == Validation()
    first = schematron._running[0].process.pid
    assert validate_xml(xml) == Validation()
    assert schematron._running[0].process.pid == first


def test_a_program_that_ended_is_replaced(xml: bytes):
    assert validate_xml(xml) == Validation()
    ended = schematron._running[0].process
    ended.kill()
    ended.wait()
    assert validate_xml(xml) == Validation()
    assert schematron._running[0].process.pid != ended.pid


def test_a_program_ends_with_the_process_that_started_it(xml: bytes):
    assert validate_xml(xml) == Validation()
    program = schematron._running[0].process
    schematron.end_program()
    assert program.returncode is not None
    assert schematron._running == []


def test_a_program_without_anybody_to_answer_ends_by_itself():
    program = schematron._Program()
    program.line.close()
    assert program.process.wait() == 0


def test_a_program_that_cannot_start_is_a_finding(xml: bytes, monkeypatch: pytest.MonkeyPatch):
    def absent() -> None:
        raise FileNotFoundError("no program")

    schematron.end_program()
    monkeypatch.setattr(schematron, "_Program", absent)
    result = validate_xml(xml)
    assert not result.checked
    assert result.findings == ("FileNotFoundError: no program",)


def test_a_figure_that_cannot_be_computed_with_is_a_finding(xml: bytes):
    result = validate_xml(xml.replace(b">574.17<", b">574,17<"))
    assert result.checked
    assert result.findings[0].startswith("schematron: ")


def test_the_form_inside_the_file_is_what_is_validated():
    content = samples.invoice(1)
    assert validate_attached(render("invoice", content, language="fr")) == Validation()
    wrong = content | {"einvoice": content["einvoice"] | {"type": "999"}}
    findings = validate_attached(render("invoice", wrong, language="fr")).findings
    assert any(finding.startswith("BR-FR-04") for finding in findings)
    consumer = samples.invoice(1, audience="consumer", paid=True)
    assert validate_attached(render("invoice", consumer, language="fr")) == Validation()
