"""The terms under which the shop finds what it keeps, and how a search is compared with them."""

import pytest

from shop.core.lookup_terms import (
    LONGEST,
    MOST_TYPED,
    amount_terms,
    email_terms,
    number_terms,
    phone_terms,
    read_asked,
    reference_terms,
    text_terms,
    word_terms,
)
from shop.core.money import Money


def finds(typed: str, terms: set[str]) -> bool:
    """Whether what is typed names or begins the terms, or each of its words begins one."""
    asked = read_asked(typed)
    begun = any(term.startswith(one) for one in asked.beginnings for term in terms)
    by_words = bool(asked.words) and all(
        any(term.startswith(word) for term in terms) for word in asked.words
    )
    return bool(set(asked.whole) & terms) or begun or by_words


@pytest.mark.parametrize(
    "typed",
    [
        "FA-2026-000012",
        "fa2026000012",
        "(FA 2026 12)",
        "FA/2026/12",
        "FA-2026",
        "2026-000012",
        "2026-12",
        "2026 000012",
        "000012",
        "0012",
        "12",
        "FA 12",
        "fa12",
        "FA-000012",
        "FA\u20112026\u2011000012.",
    ],
)
def test_a_number_is_found_by_its_parts(typed: str):
    assert finds(typed, number_terms("FA-2026-000012")), typed


@pytest.mark.parametrize(
    "typed", ["FA-2026-000013", "FA-2027-12", "AV 12", "2", "120", "\u0661\u0662", "2027-12", ""]
)
def test_another_number_is_not(typed: str):
    assert not finds(typed, number_terms("FA-2026-000012"))


@pytest.mark.parametrize("typed", ["C-000042", "c42", "C 42", "42", "000042"])
def test_a_customer_code_is_found_by_its_parts(typed: str):
    assert finds(typed, number_terms("C-000042"))


@pytest.mark.parametrize(
    "typed", ["BC-26/0871", "bc 26 0871", "BC260871", "26-0871", "0871", "087"]
)
def test_a_reference_is_found_whole_and_from_each_part_on(typed: str):
    assert finds(typed, reference_terms("N°\u00a0BC–26.0871", "2026-004417"))


@pytest.mark.parametrize("typed", ["26-0872", "08", "871-26"])
def test_a_reference_is_not_found_by_another(typed: str):
    assert not finds(typed, reference_terms("BC-26-0871"))


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("02 47 93 53 00", "0247935300"),
        ("02.47.93.53.00", "+33 2 47 93 53 00"),
        ("+33 (0)2 47 93 53 00", "02 47 93"),
        ("0033247935300", "02-47-93-53-00"),
        ("+32 2 555 12 12", "+32 25551212"),
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(kept: str, typed: str):
    assert finds(typed, phone_terms(kept))


def test_what_is_no_telephone_number_has_no_term():
    assert phone_terms("", None, "poste 12", "12") == set()


@pytest.mark.parametrize(
    "typed",
    ["1 234,56", "1234,56", "1234.56", "1\u202f234,56\u00a0€", "1.234,56", "1234,56 euros"],
)
def test_an_amount_is_found_however_it_is_written(typed: str):
    assert read_asked(typed).whole[-1:] == ("€123456",)
    assert finds(typed, amount_terms(Money(-123456)))


@pytest.mark.parametrize("typed", ["1 234", "1234 €", "1234€", "1234,00"])
def test_whole_euros_are_an_amount_with_their_sign_or_their_groups(typed: str):
    assert "€123400" in read_asked(typed).whole


@pytest.mark.parametrize("typed", ["1234", "12", "1,2,3", "0,00", "€", "12-34", "1" * 40 + "€"])
def test_a_plain_number_is_no_amount(typed: str):
    assert not any(one.startswith("€") for one in read_asked(typed).whole)


@pytest.mark.parametrize("typed", ["PAUL.LENOIR@", "paul.lenoir@belleme.example", "paul.len"])
def test_an_e_mail_address_is_found_by_its_beginning(typed: str):
    terms = email_terms("Paul.Lenoir@belleme.example") | word_terms("paul.lenoir")
    assert finds(typed, terms)


def test_an_address_of_another_house_is_not_found_by_the_same_name():
    assert not finds("paul@belleme", email_terms("paul@belle.example"))


@pytest.mark.parametrize("typed", ["belleme", "BELLÊME commune", "commune de Bell", "Bellême"])
def test_a_name_is_found_by_its_words_in_any_order(typed: str):
    assert finds(typed, word_terms("Commune de Bellême"))


def test_one_letter_finds_a_whole_word_only():
    assert finds("à", word_terms("Salle à louer"))
    assert not finds("l", word_terms("Salle à louer"))


def test_a_wording_is_found_by_what_it_names():
    terms = text_terms("VIR SEPA DRFIP 37 / FA-2026-000012 MANDAT 4471")
    for typed in ("FA-2026-000012", "drfip", "mandat 4471", "4471", "drfip 37"):
        assert finds(typed, terms), typed
    assert not finds("FA-2026-000013", terms)


def test_only_numbers_and_addresses_identify():
    said = {typed: read_asked(typed).identifies for typed in ("12", "a@b.fr", "Bellême", "%", "@")}
    assert said == {"12": True, "a@b.fr": True, "Bellême": False, "%": False, "@": False}


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "'", "—", "@"])
def test_nothing_is_asked_without_a_letter_or_a_digit(typed: str):
    assert not read_asked(typed)


def test_what_is_long_is_cut_alike_on_both_sides():
    name = "é" * 300
    assert word_terms(name) == {"e" * LONGEST}
    assert read_asked(name).whole == ("e" * LONGEST,)
    assert read_asked("a" * MOST_TYPED + "12").whole == ("a" * LONGEST,)
