"""SIRET numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

#: Real establishments as the public register writes them: town halls, a ministry, a company, the
#: head office of La Poste, and post offices, whose digits add up to a multiple of five.
KNOWN = [
    PARIS,
    "21690123100011",
    "21130055300016",
    "11000201100044",
    "73282932000074",
    "35600000000048",
    "35600000049837",
]
#: Each one digit away from a number above, or with two adjacent digits swapped.
WRONG = [
    "21750001600018",
    "21750010600019",
    "21690123100012",
    "12130055300016",
    "11000201100045",
    "73282932000079",
    "35600000000049",
    "35600000049838",
]


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


@pytest.mark.parametrize("number", KNOWN)
def test_a_number_of_the_public_register_is_valid(number):
    assert is_siret(number)
    assert is_siren(number[:9])


@pytest.mark.parametrize("number", WRONG)
def test_a_wrong_or_a_swapped_digit_is_refused(number):
    with pytest.raises(SiretCheckWrong):
        read_siret(number)


def test_a_valid_end_does_not_excuse_a_wrong_siren():
    assert adds_up("21750001700009")
    assert not is_siret("21750001700009")


def test_an_establishment_of_la_poste_is_valid_once_in_five():
    valid = [nic for nic in range(100_000) if is_siret(f"356000000{nic:05d}")]
    by_sum = {nic for nic in range(100_000) if sum(map(int, f"356{nic:05d}")) % 5 == 0}
    assert set(valid) == by_sum | {48}


@pytest.mark.parametrize("number", ["217 500 016 00019", "217500016.00019", " 21750001600019"])
def test_a_number_with_something_between_its_digits_is_not_read_yet(number):
    assert not is_siret(number)


def adds_up(number: str) -> bool:
    """Luhn, from its definition: every second digit from the right counts twice."""
    doubled = {str(digit): sum(map(int, str(2 * digit))) for digit in range(10)}
    odd, even = number[-1::-2], number[-2::-2]
    return (sum(map(int, odd)) + sum(doubled[digit] for digit in even)) % 10 == 0


def checked(start: str) -> str:
    return next(start + last for last in "0123456789" if adds_up(start + last))


@st.composite
def sirets(draw) -> str:
    """Any valid SIRET except those of La Poste."""
    start = st.text("0123456789", min_size=8, max_size=8).filter(
        lambda digits: digits != "35600000"
    )
    siren = checked(draw(start))
    return checked(siren + draw(st.text("0123456789", min_size=4, max_size=4)))


@given(
    sirets(),
    st.lists(st.sampled_from(["", " ", "-", "\u00a0", "\u202f", "."]), min_size=14, max_size=14),
)
def test_what_stands_between_the_digits_never_matters(number, between):
    typed = "".join(sign + digit for sign, digit in zip(between, number, strict=True))
    assert read_siret(typed) == number


#: Separators between digits: spaces of every kind, hyphens, dots.
BETWEEN = ["", "", " ", "  ", "\u00a0", "\u202f", "\u2009", "-", "–", "\u2011", ".", "/", "_"]


@given(
    st.one_of(
        st.text("0123456789", max_size=18),
        sirets(),
        st.integers(0, 99_999).map(lambda nic: f"356000000{nic:05d}"),
    ),
    st.data(),
)
def test_any_number_typed_anyhow_is_read_where_its_digits_are_valid(number, data):
    signs = data.draw(
        st.lists(st.sampled_from(BETWEEN), min_size=len(number), max_size=len(number))
    )
    typed = data.draw(st.sampled_from(["", "SIRET ", "siret n° ", " "])) + "".join(
        digit + sign for digit, sign in zip(number, signs, strict=True)
    )
    if is_siret(number):
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
        assert is_siret(number)
        assert set(number) <= set(typed)


@given(sirets(), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, shift):
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(SiretCheckWrong):
        read_siret(number[:place] + wrong + number[place + 1 :])


def test_a_siren_has_its_check_too():
    assert is_siren("217500016")
    assert not is_siren("217500017")
    assert not is_siren("21750001")


def test_a_siret_is_written_in_groups():
    assert grouped(PARIS) == "217\u00a0500\u00a0016\u00a000019"
