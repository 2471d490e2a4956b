"""Refusals that the buyer cures: the field that they name, and the answer that is taken."""

from datetime import date

import pytest

from checkout.deposits.rules import mender_of
from checkout.invoices.cure_rules import (
    AnswerMissing,
    AnswerTooLong,
    AnswerUnchanged,
    AskedField,
    Question,
    ensure_answer,
    field_named,
)
from shop.einvoicing.fault_rules import Mender

ENGAGEMENT, SERVICE = AskedField.ENGAGEMENT, AskedField.SERVICE_CODE


@pytest.mark.parametrize(
    ("reason", "code", "field"),
    [
        ("Numéro d’engagement juridique inconnu", "", ENGAGEMENT),
        ("BuyerOrderReferencedDocument/IssuerAssignedID : absent", "213", ENGAGEMENT),
        ("Le code service est obligatoire", "", SERVICE),
        ("BuyerReference manquant", "213", SERVICE),
        ("This public body demands the service code on its invoices.", "213", SERVICE),
        ("This public body demands the commitment number.", "213", ENGAGEMENT),
        ("Mauvais destinataire", "A_RECYCLER", SERVICE),
        ("SIRET du destinataire inconnu", "A_RECYCLER", None),
        ("Un prix est faux", "210", None),
        ("", "213", None),
    ],
)
def test_the_reason_names_the_field(reason: str, code: str, field: AskedField | None):
    assert field_named(reason, code) is field


@pytest.mark.parametrize("reason", ["Engagement inconnu", "Code service fermé"])
def test_what_names_a_field_is_for_the_buyer_to_cure(reason: str):
    assert field_named(reason) is not None
    assert mender_of(reason) is Mender.BUYER


def question(field: AskedField = ENGAGEMENT, before: str = "EJ-1") -> Question:
    return Question(1, "FA-2026-000001", field, "Engagement inconnu", date(2026, 3, 2), before)


def test_an_answer_is_one_line_that_differs_from_the_invoice():
    assert ensure_answer(question(), "  EJ-2026\n9 ") == "EJ-2026 9"
    assert len(ensure_answer(question(SERVICE), "x" * 100)) == 100


@pytest.mark.parametrize(
    ("value", "refusal"),
    [(" ", AnswerMissing), ("x" * 51, AnswerTooLong), ("EJ-1", AnswerUnchanged)],
)
def test_other_answers_are_refused(value: str, refusal: type[Exception]):
    with pytest.raises(refusal):
        ensure_answer(question(), value)
