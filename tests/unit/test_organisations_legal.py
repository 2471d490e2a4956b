"""The decision on each legal category."""

import csv

import pytest

from shop.core.folding import fold_name
from shop.organisations.rules import (
    OrganisationNotVerified,
    QuoteWayClosed,
    Verification,
    ensure_quote_way,
    is_public_body,
)
from shop.register.legal_categories import DATA, decide, legal_categories
from shop.register.rules import Nature

with (DATA / "legal_categories.csv").open(encoding="utf-8", newline="") as lines:
    TABLE = [
        (row["code"], row["decision"], row["payment_delay_days"]) for row in csv.DictReader(lines)
    ]


#: The families of the law, whatever the table contains: public undertakings among the State's and
#: the towns' (4xxx), all persons of administrative law (7xxx); mixed ones that a person decides on.
UNDERTAKINGS = ("4110", "4140", "4150", "4160")
MIXED = ("3210", "4120", "4130", "5430", "5530", "5546", "5630", "8110", "8120", "8140", "8150")
MIXED += ("8160", "8170", "8450")
#: Hospitals and their groupings (Code de la commande publique, R. 2192-11).
HEALTH = ("7364", "7365", "7470")


def by_law(code: str) -> tuple[Nature, int, str]:
    """The nature, the longest delay in days and the reason of a category by its family."""
    if code in UNDERTAKINGS or code.startswith("7"):
        nature, reason = Nature.PUBLIC, "of a public body"
    elif code in MIXED:
        nature, reason = Nature.REVIEW, "our office decides"
    else:
        nature, reason = Nature.PRIVATE, "quotes are not available"
    if code in HEALTH:
        return nature, 50, reason
    return nature, 60 if code.startswith("4") else 30, reason


@pytest.mark.parametrize("code", [code for code, _nature, _days in TABLE])
def test_the_decision_the_delay_and_the_reason_follow_the_laws_families(code):
    nature, days, reason = by_law(code)
    decision = decide(code)
    assert (decision.nature, decision.payment_delay_days) == (nature, days)
    assert reason in decision.reason


def test_the_table_holds_the_whole_nomenclature_once():
    codes = [code for code, _nature, _days in TABLE]
    assert len(codes) == len(set(codes)) == 259
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    assert {*UNDERTAKINGS, *MIXED, *HEALTH, "7210", "7331", "7383", "5710", "9220"} <= {*codes}


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


def test_an_unknown_category_is_reviewed_by_a_person():
    assert decide("").nature is Nature.REVIEW
    assert decide("0000").nature is Nature.REVIEW


def test_a_company_is_private():
    assert decide("5710").nature is Nature.PRIVATE
    assert decide("9220").nature is Nature.PRIVATE


def test_names_are_folded_for_searching():
    assert fold_name("CC du Pays de Pontchâteau St-Gildas-des-Bois") == (
        "cc du pays de pontchateau st gildas des bois"
    )
    assert fold_name("  Œuilly  L’Haÿ ") == "oeuilly l hay"


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
