"""What a legal category decides."""

import csv

import pytest

from shop.organisations.legal_categories import DATA, decide, legal_categories
from shop.organisations.register_words import fold
from shop.organisations.rules import (
    Nature,
    OrganisationNotVerified,
    QuoteWayClosed,
    Verification,
    ensure_quote_way,
    is_public_body,
)

with (DATA / "legal_categories.csv").open(encoding="utf-8", newline="") as lines:
    TABLE = [
        (row["code"], row["decision"], row["payment_delay_days"]) for row in csv.DictReader(lines)
    ]


@pytest.mark.parametrize(("code", "nature", "days"), TABLE)
def test_every_legal_category_is_decided_with_a_reason(code, nature, days):
    decision = decide(code)
    assert decision.nature == nature
    assert decision.payment_delay_days == int(days or 30)
    assert decision.reason
    assert decision.label == legal_categories()[code].label


@pytest.mark.parametrize(
    ("code", "days"), [("7210", 30), ("7331", 30), ("7364", 50), ("4110", 60), ("7346", 30)]
)
def test_the_payment_delay_follows_the_category(code, days):
    decision = decide(code)
    assert decision.nature is Nature.PUBLIC
    assert decision.payment_delay_days == days


def test_an_unknown_category_goes_to_a_person():
    assert decide("").nature is Nature.REVIEW
    assert decide("0000").nature is Nature.REVIEW


def test_a_company_is_private():
    assert decide("5710").nature is Nature.PRIVATE
    assert decide("9220").nature is Nature.PRIVATE


def test_names_are_folded_for_searching():
    assert fold("CC du Pays de Pontchâteau St-Gildas-des-Bois") == (
        "cc du pays de pontchateau st gildas des bois"
    )
    assert fold("  Œuilly  L’Haÿ ") == "oeuilly l hay"


@pytest.mark.parametrize("verification", [None, *Verification])
@pytest.mark.parametrize("nature", [None, *Nature])
def test_a_public_body_is_a_verified_one_and_never_a_private_person(nature, verification):
    named = nature in (Nature.PUBLIC, Nature.REVIEW)
    expected = named and verification is Verification.VERIFIED
    assert is_public_body(nature, verification) is expected
    if expected:
        ensure_quote_way(nature, verification)
    else:
        with pytest.raises((QuoteWayClosed, OrganisationNotVerified)):
            ensure_quote_way(nature, verification)
