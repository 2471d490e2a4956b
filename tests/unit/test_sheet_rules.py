"""Product sheets: check digits, addresses, what changed, and two people who edit one."""

from dataclasses import replace

import pytest

from shop.catalogue.sheet_rules import (
    BrandMissing,
    EanNotValid,
    Sheet,
    SheetChanged,
    SkuNotValid,
    changes_between,
    ean_is_valid,
    ensure_sheet,
    merged,
    slugs_for,
)

SHEET = Sheet(sku="SON-0412", name="Enceinte Arpège", family="enceintes", brand="Valcorde")


@pytest.mark.parametrize(
    ("ean", "valid"),
    [
        ("2955153964670", True),
        ("4006381333931", True),
        ("96385074", True),
        ("036000291452", True),
        ("4006381333932", False),
        ("2955153946670", False),
        ("400638133393", False),
        ("40063813339x1", False),
        ("٤006381333931", False),
        ("", False),
    ],
)
def test_the_last_digit_of_an_ean_checks_the_others(ean: str, valid: bool):
    assert ean_is_valid(ean) is valid


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"sku": "-12"}, SkuNotValid),
        ({"sku": "SON/12"}, SkuNotValid),
        ({"sku": "S" * 41}, SkuNotValid),
        ({"ean": "123"}, EanNotValid),
        ({"brand": "…"}, BrandMissing),
    ],
)
def test_a_sheet_is_refused_for_one_cause(wrong, refusal):
    ensure_sheet(SHEET)
    with pytest.raises(refusal):
        ensure_sheet(replace(SHEET, **wrong))


def test_an_address_is_made_of_the_name():
    best = slugs_for("Câble d’enceinte 2 × 2,5 mm²", "CAB-25")
    assert best[0] == "cable-d-enceinte-2-2-5-mm2"
    assert best[1] == "cable-d-enceinte-2-2-5-mm2-cab25"
    assert slugs_for("!!!", "A1")[0] == "produit"
    assert all(len(slug) <= 160 for slug in slugs_for("a" * 200, "B" * 40))


def test_changes_are_those_that_differ():
    after = replace(SHEET, bulky=True, specifications=(("Masse", "12 kg"),), usages=("b", "a"))
    assert changes_between(SHEET, after) == {
        "bulky": [False, True],
        "specifications": [[], [["Masse", "12 kg"]]],
        "usages": [[], ["a", "b"]],
    }
    assert changes_between(SHEET, SHEET) == {}


def test_what_only_somebody_else_changed_stays():
    stored = replace(SHEET, summary="La leur", restock_on="2026-12-07")
    typed = replace(SHEET, name="Enceinte Arpège II")
    assert merged(SHEET.values(), stored, typed, {}) == replace(stored, name="Enceinte Arpège II")


def test_what_both_changed_is_chosen():
    opened = SHEET.values()
    stored, typed = replace(SHEET, summary="La leur"), replace(SHEET, summary="La mienne")
    with pytest.raises(SheetChanged) as refusal:
        merged(opened, stored, typed, {})
    assert refusal.value.facts["conflicts"] == {"summary": ("La leur", "La mienne")}
    assert refusal.value.facts["merged"] == typed
    assert merged(opened, stored, typed, {"summary": "mine"}) == typed
    assert merged(opened, stored, typed, {"summary": "theirs"}) == stored


def test_without_the_answers_that_were_shown_every_difference_is_asked_about():
    stored, typed = replace(SHEET, summary="La leur"), replace(SHEET, name="Autre")
    with pytest.raises(SheetChanged) as refusal:
        merged({}, stored, typed, {})
    assert set(refusal.value.facts["conflicts"]) == {"summary", "name"}


def test_the_same_change_by_two_people_is_no_conflict():
    both = replace(SHEET, summary="Pareil")
    assert merged(SHEET.values(), both, both, {}) == both
