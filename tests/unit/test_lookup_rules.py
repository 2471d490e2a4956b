"""What the office types to find a dossier, read as a number, part of one, or names."""

import pytest

from shop.dossiers.lookup_rules import Asked, read_asked


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("DE-2026-000131", "DE-2026-000131"),
        ("de 2026 131", "DE-2026-000131"),
        ("de2026000131", "DE-2026-000131"),
        ("2026000131", "__-2026-000131"),
        ("2026 131", "__-2026-000131"),
        ("fa 131", "FA-____-000131"),
        ("131", "__-____-000131"),
        ("000131", "__-____-000131"),
        ("Bellême", ""),
        ("BC-26-0871", ""),
        ("\u0661\u0663\u0661", ""),
    ],
)
def test_a_number_is_read_whole_or_short(typed: str, whole: str):
    assert read_asked(typed).whole == whole


@pytest.mark.parametrize(
    ("typed", "part"),
    [("000131", "000131"), ("de-2026-0", "DE20260"), ("31", ""), ("131", "131"), ("abc", "")],
)
def test_three_characters_with_a_digit_are_part_of_a_number(typed: str, part: str):
    assert read_asked(typed).part == part


def test_what_was_typed_is_kept_beside_its_compared_form():
    assert read_asked("  Bc-26/0871 ") == Asked("Bc-26/0871", "bc260871", "", "BC260871")
    assert len(read_asked("a" * 300).typed) == 100
