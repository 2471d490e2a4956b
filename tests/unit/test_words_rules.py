"""The shop's own words in an e-mail: what may be filled in, and what is refused."""

import pytest

from shop.emails.words_rules import (
    DELIVERED,
    LONGEST_SUBJECT,
    LONGEST_WORDS,
    NothingToFillIn,
    OtherLanguageMissing,
    OwnWordsTooLong,
    SubjectFixed,
    UnknownPlaceholder,
    Wording,
    Words,
    WordsHaveHtml,
    filled,
    find_unknown,
    mistakes_of,
    read,
    subject_of,
    written,
)

ALLOWED = ("last_day", "number")
VALUES = {"number": "DE-1", "last_day": "vendredi"}


def both(typed: str, part: str = "introduction") -> Wording:
    return Wording(Words(**{part: typed}), Words(**{part: typed}))


def faults(wording: Wording, allowed=ALLOWED, *, has_subject: bool = True) -> list[type]:
    return [type(one) for one in mistakes_of(wording, allowed, has_subject=has_subject)]


def test_words_without_a_mistake_can_be_published():
    assert faults(DELIVERED) == []
    assert faults(both("Votre devis {number}, jusqu’au {last_day}.\n\nMerci !")) == []
    assert faults(both("Devis {number}", "subject")) == []


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [
        ("{amount}", "{amount}"),
        ("{Number}", "{Number}"),
        ("{ number }", "{ number }"),
        ("{{ number }}", "{"),
        ("{number", "{"),
        ("number}", "}"),
        ("{}", "{}"),
        ("{number.__class__}", "{number.__class__}"),
        ("{% if 1 %}", "{% if 1 %}"),
        ("{number} and {last_day}", None),
        ("100 %", None),
    ],
)
def test_a_brace_that_is_not_the_name_of_a_fact_is_a_mistake(typed: str, unknown: str | None):
    assert find_unknown(typed, ALLOWED) == unknown


def test_the_mistake_names_what_may_be_filled_in():
    (french, english) = mistakes_of(both("{amount}"), ALLOWED, has_subject=True)
    assert isinstance(french, UnknownPlaceholder)
    assert french.facts["allowed"] == "{last_day}, {number}"
    assert (french.facts["language"], english.facts["language"]) == ("fr", "en")
    assert faults(both("{amount}"), ()) == [NothingToFillIn] * 2


@pytest.mark.parametrize(
    ("wording", "refusal"),
    [
        (both("x" * (LONGEST_WORDS + 1)), OwnWordsTooLong),
        (both("x" * (LONGEST_SUBJECT + 1), "subject"), OwnWordsTooLong),
        (both("<b>Merci</b>"), WordsHaveHtml),
        (both("<script>", "closing"), WordsHaveHtml),
    ],
)
def test_words_that_cannot_be_published(wording: Wording, refusal: type):
    assert faults(wording) == [refusal] * 2
    assert faults(both("1 < 2, R&D")) == []


def test_words_stand_in_both_languages_or_in_none():
    assert faults(Wording(Words(introduction="Bonjour"), Words())) == [OtherLanguageMissing]
    (mistake,) = mistakes_of(Wording(Words(), Words(closing="Bye")), ALLOWED, has_subject=True)
    assert (mistake.facts["language"], mistake.facts["part"]) == ("fr", "closing")


def test_a_fixed_subject_is_not_replaced():
    assert faults(both("Devis", "subject"), has_subject=False) == [SubjectFixed] * 2


def test_what_is_filled_in_is_never_read_again():
    assert filled("Pour {number}.", {"number": "{last_day}", "last_day": "x"}, "en") == (
        "Pour {last_day}."
    )


def test_a_paragraph_without_its_fact_is_left_out():
    typed = "Devis {number}.\n\nJusqu’au {last_day}.\n \n\nMerci."
    assert filled(typed, {"number": "DE-1"}, "en") == "Devis DE-1.\n\nMerci."
    assert filled("Devis {number}.\nMerci.", VALUES, "en") == "Devis DE-1.\nMerci."


def test_french_signs_keep_their_space():
    assert filled("Merci !", {}, "fr") == "Merci\u00a0!"
    assert filled("Thanks !", {}, "en") == "Thanks !"


def test_the_subject_of_the_shop_stands_where_there_is_no_other():
    assert subject_of(Words(), VALUES, "fr", "Votre devis") == "Votre devis"
    assert subject_of(Words("Devis {number}"), VALUES, "fr", "Votre devis") == "Devis DE-1"
    assert subject_of(Words("Devis {number}"), {}, "fr", "Votre devis") == "Votre devis"
    folded = subject_of(Words("Devis {number}"), {"number": "1\r\nBcc: a@b"}, "en", "")
    assert folded == "Devis 1 Bcc: a@b"


def test_words_are_kept_as_they_were_typed():
    wording = Wording(Words("a", "b\n\nc", "d"), Words("e", "f", "g"))
    assert read(written(wording)) == wording
