"""Which passwords can be guessed, and the reason given."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.signin.common_passwords import DATA, FILES, common_passwords
from shop.signin.password_rules import Weakness, folded_password, weakness

ABOUT = ("Élodie Lemaître", "e.lemaitre@saint-brieuc.example", "Ville de Saint-Brieuc")


def why(password: str) -> Weakness | None:
    return weakness(password, common=common_passwords(), about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse123",
        "MotDePasse2026!",
        "mot de passe !",
        "P@ssw0rd2024!",
        "administrateur",
        "Bienvenue2026",
        "jetaimedoudou",
        "!!! password !!!",
        "soleil1987!!",
    ],
)
def test_common_passwords_are_refused_whatever_their_ending(password):
    assert why(password) is Weakness.COMMON


@pytest.mark.parametrize(
    "password",
    [
        "azertyuiop12",
        "AZERTYUIOPQSD",
        "qwertyuiop123",
        "123456789012",
        "abcdefghijklm",
        "poiuytreza987",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "98765432109876",
    ],
)
def test_runs_of_the_keyboard_and_of_the_alphabet_are_refused(password):
    assert why(password) is Weakness.RUN


@pytest.mark.parametrize(
    "password", ["aaaaaaaaaaaaaa", "xkxkxkxkxkxkxkxk", "bxqbxqbxqbxqbxq", "!?!?!?!?!?!?"]
)
def test_repetitions_are_refused(password):
    assert why(password) is Weakness.REPEATED


@pytest.mark.parametrize("password", ["elodielemaitre", "Lemaître-2026!", "SaintBrieuc22000"])
def test_ones_own_name_address_and_organisation_are_refused(password):
    assert why(password) is Weakness.OWN


def test_a_common_word_typed_twice_is_no_better():
    assert why("motdepassemotdepasse") is not None
    assert why("soleil soleil soleil") is not None


@pytest.mark.parametrize(
    "password",
    [
        "quatre mots et un piano",
        "quatre mots faciles à retenir",
        "correct horse battery staple",
        "tambour vélo persil",
        "kV9$rT2!mQz7",
        "Élodie range 3 tambours",
    ],
)
def test_a_few_words_or_a_dozen_of_signs_are_good(password):
    assert why(password) is None


def test_ones_name_is_only_weak_for_oneself():
    assert weakness("Lemaître-Kerbraz", common=common_passwords()) is None


@given(st.text(max_size=200))
def test_any_answer_has_a_verdict(password):
    assert why(password) in {None, *Weakness}


@given(st.text(alphabet="kvzqxwhj379$;", min_size=12, max_size=40))
def test_capitals_accents_and_spaces_change_nothing(password):
    assert why(password) == why(" ".join(password.upper()))


def test_the_lists_are_folded_and_sorted_and_name_their_source():
    for name in FILES:
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        words = [line for line in lines if not line.startswith("#")]
        assert lines[0].startswith("# ")
        assert words == sorted(set(words)), name
        assert all(word == folded_password(word) for word in words), name
        assert name in (DATA / "README.md").read_text(encoding="utf-8")
    assert len(common_passwords()) > 10_000


def test_the_work_on_a_long_password_grows_with_its_length_alone():
    """Twice as long, at most about four times the calls: no combination is tried one by one."""
    common_passwords()

    def calls(typed: str) -> int:
        count = 0

        def note(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(note)
        try:
            why(typed)
        finally:
            sys.setprofile(None)
        return count

    assert calls("motdepasse!" * 18 + "ab") < 5 * calls("motdepasse!" * 9 + "ab")


@pytest.mark.parametrize(
    "row",
    [
        *("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
        *("qwertzuiop", "yxcvbnm", "01234567890", "abcdefghijklmnopqrstuvwxyz"),
        *("1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"),
        *("1aqw2zsx3edc4rfv5tgb6yhn7ujk", "147258369", "159357"),
    ],
)
def test_every_row_of_a_keyboard_is_a_run_both_ways(row: str):
    for run in (row, row[::-1]):
        assert weakness(run, common=()) is Weakness.RUN
        assert weakness(f"{run}Kv!T", common=()) is Weakness.RUN


def judged(password: str, *common: str, about: tuple[str, ...] = ()) -> Weakness | None:
    return weakness(password, common=common, about=about)


def test_seven_characters_are_worth_too_little_and_eight_are_enough():
    assert judged("kvTqxwz") is Weakness.REPEATED
    assert judged("kvTqxwzh") is None


def test_a_common_word_is_worth_five_a_run_or_a_year_three():
    assert judged("soleilkvTq", "soleil") is Weakness.COMMON  # 5 and 4 signs: 13
    assert judged("soleilkvTqx", "soleil") is None  # 15
    assert judged("1987kvTqx") is Weakness.COMMON  # 3 and 5 signs: 13
    assert judged("1987kvTqxw") is None  # 15
    assert judged("azekvTqxw") is None  # 15
    assert judged("azekvTqx") is Weakness.RUN  # 13


def test_three_common_words_are_just_enough():
    words = ("soleil", "piano", "tambour")
    assert judged("soleilpianotambour", *words) is None
    assert judged("soleilpiano", *words) is Weakness.COMMON
    assert judged("soleilpiano1987!", *words) is None
    assert judged("soleilpiano1987", *words) is Weakness.COMMON


@pytest.mark.parametrize("year", ["1900", "1999", "2000", "2099"])
def test_a_year_is_worth_little(year: str):
    assert judged(f"kvTqx{year}") is Weakness.COMMON


@pytest.mark.parametrize("other", ["1899", "2199", "20a0", "٢٠٢٦", "199"])
def test_other_figures_are_worth_what_they_are(other: str):
    assert judged(f"kvTqx{other}") is None


def test_short_common_words_count_as_signs():
    assert judged("kvTqbob", "bob") is Weakness.REPEATED
    assert judged("kvTqzbob", "bob") is None
    assert judged("kvTqzloup", "loup") is None
    assert judged("kvTqloup", "loup") is Weakness.COMMON


def test_a_common_word_of_twenty_four_signs_is_still_one():
    long = "anticonstitutionnellemen"
    assert len(long) == 24
    assert judged(long, long) is Weakness.COMMON
    assert judged(f"{long}t", f"{long}t") is None


def test_signs_that_replace_letters_are_recognised():
    assert judged("@4310$5!7", "aaeiossit") is Weakness.COMMON
    assert judged("Cl@1r3kvT", about=("Claire",)) is Weakness.OWN


def test_a_repetition_is_worth_two_at_most():
    assert judged("kvTqxkvTqx") is Weakness.REPEATED  # 10 and 2
    assert judged("kvTqxwkvTqxw") is Weakness.REPEATED  # 12 and 2
    assert judged("kvTqxwhkvTqxwh") is None  # 14 and 2
    assert judged("kkvvTTqq") is Weakness.REPEATED  # 8 and 4


def test_the_reason_is_what_covers_most_of_the_password():
    assert judged("lemaitreazer", about=("Lemaître",)) is Weakness.OWN
    assert judged("azertyuiopeve", about=("Eve",)) is Weakness.RUN


def test_ones_own_words_are_taken_one_by_one_and_together():
    assert judged("annelise", about=("Anne Lise",)) is Weakness.OWN
    assert judged("anne+lise!", about=("Anne-Lise",)) is Weakness.OWN
    assert judged("kvTqlea", about=("Léa",)) is Weakness.OWN
    assert judged("kvTqxlea", about=("Léa",)) is Weakness.OWN
    assert judged("kvTqxwle", about=("Le",)) is None
    assert judged("kvTqxwlea", about=("Léa",)) is None
