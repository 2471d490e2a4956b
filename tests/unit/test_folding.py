"""The form in which typed text is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.folding import fold, fold_name, fold_reference, references_in


@pytest.mark.parametrize(
    "typed, folded",
    [
        ("BELLÊME", "belleme"),
        ("Bellême", "belleme"),
        ("Belle\u0302me", "belleme"),
        ("Œuvre d’art", "oeuvre d’art"),
        ("Straße", "strasse"),
        ("Mag\u00adnum\u200b", "magnum"),
        ("ﬁltre n° 2", "filtre n° 2"),
    ],
)
def test_case_accents_ligatures_and_invisible_characters_do_not_count(typed: str, folded: str):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    "dash", ["-", "\u2010", "\u2011", "–", "—", "−", "/", ".", "_", " ", "", "\u202f"]
)
def test_what_stands_between_the_parts_of_a_number_does_not_count(dash: str):
    assert fold_reference(f"BC{dash}2026{dash}0131") == "bc20260131"


def test_a_zero_at_the_beginning_of_a_number_counts():
    assert fold_reference("0045871") != fold_reference("45871")
    assert fold_reference("BC-26-0872") != fold_reference("BC-26-0871")


def test_names_sort_as_in_french_whatever_their_accents_and_capitals():
    names = [
        "Zonza",
        "Évreux",
        "Étretat",
        "evian",
        "Eu",
        "Œuilly",
        "Orne",
        "Saint-Éloi",
        "Saint Dié",
    ]
    expected = [
        "Étretat",
        "Eu",
        "evian",
        "Évreux",
        "Œuilly",
        "Orne",
        "Saint Dié",
        "Saint-Éloi",
        "Zonza",
    ]
    assert sorted(names, key=fold_name) == expected


def test_a_reference_is_found_beside_words_the_longest_first():
    assert references_in("Réf. SON-0412 (noire)")[-1] == "0412"
    assert "son0412" in references_in("Réf. SON-0412 (noire)")
    assert references_in("enceinte noire") == []
    assert references_in("12 34") == ["1234", "12", "34"]


@given(st.text(max_size=80))
def test_what_is_folded_once_stays_as_it_is(text: str):
    assert fold_name(fold_name(text)) == fold_name(text)
    assert fold_reference(fold_reference(text)) == fold_reference(text)
    assert fold_reference(text) == fold_name(text).replace(" ", "")
    assert all(len(one) <= len(fold_reference(text)) for one in references_in(text))
