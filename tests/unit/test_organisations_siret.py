"""SIRET numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fr import siret as reference

from shop.register.siret import (
    SirenTyped,
    SiretCheckWrong,
    SiretMissing,
    SiretMistake,
    SiretNotDigits,
    SiretTooLong,
    SiretTooShort,
    grouped,
    is_siren,
    is_siret,
    read_siret,
)

PARIS = "21750001600019"


@pytest.mark.parametrize(
    "typed",
    [
        PARIS,
        "217 500 016 00019",
        "217-500-016-00019",
        "217\u00a0500\u00a0016\u00a000019",
        "217\u202f500\u202f016\u202f00019",
        "217.500.016.00019",
        " SIRET : 217 500 016 00019 ",
        "217–500–016–00019",
    ],
)
def test_a_siret_is_read_in_any_usual_form(typed):
    assert read_siret(typed) == PARIS


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("", SiretMissing),
        ("   ", SiretMissing),
        ("217 500 016", SirenTyped),
        ("2175000160001", SiretTooShort),
        ("217500016000199", SiretTooLong),
        ("21750001600018", SiretCheckWrong),
        ("2175OOO16OOO19", SiretNotDigits),
        ("٢١٧٥٠٠٠١٦٠٠٠١٩", SiretNotDigits),
    ],
)
def test_each_mistake_has_its_own_sentence(typed, mistake):
    with pytest.raises(mistake):
        read_siret(typed)


def test_a_missing_digit_is_counted():
    with pytest.raises(SiretTooShort) as refusal:
        read_siret("217500016000")
    assert refusal.value.facts == {"missing": 2}


def test_la_poste_has_a_check_of_its_own():
    assert is_siret("35600000049837")
    assert not is_siret("35600000005937")
    assert is_siret("35600000000048")


@given(st.text("0123456789", min_size=14, max_size=14))
def test_any_fourteen_digits_are_judged_as_python_stdnum_does(number):
    assert is_siret(number) == reference.is_valid(number)


@given(st.integers(0, 99999))
def test_any_establishment_of_la_poste_is_judged_as_python_stdnum_does(establishment):
    number = f"356000000{establishment:05d}"
    assert is_siret(number) == reference.is_valid(number)


def checked(start: str) -> str:
    return next(start + last for last in "0123456789" if luhn.is_valid(start + last))


@st.composite
def sirets(draw) -> str:
    """Any valid SIRET of the usual kind."""
    siren = checked(draw(st.text("0123456789", min_size=8, max_size=8)))
    return checked(siren + draw(st.text("0123456789", min_size=4, max_size=4)))


@given(
    sirets(),
    st.lists(st.sampled_from(["", " ", "-", "\u00a0", "\u202f", "."]), min_size=14, max_size=14),
)
def test_what_stands_between_the_digits_never_matters(number, between):
    typed = "".join(sign + digit for sign, digit in zip(between, number, strict=True))
    if is_siret(number):
        assert read_siret(typed) == number
    assert is_siret(number) == reference.is_valid(number)


#: What people put between digits: spaces of every kind, hyphens, dots.
BETWEEN = ["", "", " ", "  ", "\u00a0", "\u202f", "\u2009", "-", "–", "\u2011", ".", "/", "_"]


@given(
    st.one_of(
        st.text("0123456789", max_size=18),
        sirets(),
        st.integers(0, 99_999).map(lambda nic: f"356000000{nic:05d}"),
    ),
    st.data(),
)
def test_any_number_typed_anyhow_is_read_where_python_stdnum_finds_it_valid(number, data):
    signs = data.draw(
        st.lists(st.sampled_from(BETWEEN), min_size=len(number), max_size=len(number))
    )
    typed = data.draw(st.sampled_from(["", "SIRET ", "siret n° ", " "])) + "".join(
        digit + sign for digit, sign in zip(number, signs, strict=True)
    )
    if reference.is_valid(number):
        assert read_siret(typed) == number
    else:
        with pytest.raises(SiretMistake):
            read_siret(typed)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_siret_or_a_mistake_with_a_sentence(typed):
    try:
        number = read_siret(typed)
    except SiretMistake as mistake:
        assert mistake.sentence % mistake.facts
    else:
        assert reference.is_valid(number)


@given(st.integers(0, 99_999), st.integers(0, 13), st.integers(1, 4))
def test_la_poste_notices_a_wrong_digit_unless_the_sum_still_fits(nic, place, shift):
    number = f"356000000{nic:05d}"
    if not is_siret(number) or place < 9:
        return
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert is_siret(wrong) == reference.is_valid(wrong)


@given(sirets().filter(is_siret), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, shift):
    if number.startswith("356000000"):
        return
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(SiretCheckWrong):
        read_siret(number[:place] + wrong + number[place + 1 :])


def test_a_siren_has_its_check_too():
    assert is_siren("217500016")
    assert not is_siren("217500017")
    assert not is_siren("21750001")


def test_a_siret_is_written_in_groups():
    assert grouped(PARIS) == "217\u00a0500\u00a0016\u00a000019"
