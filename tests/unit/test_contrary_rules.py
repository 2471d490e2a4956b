"""Contrary delivery notes: which units of a delivery note may be taken back."""

import pytest

from checkout.deliveries.contrary_rules import (
    ContraryReasonMissing,
    MoreThanOnNote,
    NoteLine,
    NothingLeftOnNote,
    NothingTakenBack,
    ensure_contrary_reason,
    ensure_correctable,
    is_whole,
)


def line(position: int = 1, left: int = 3, billable: int = 9, held: int = 9):
    return NoteLine(position, "Lampe", left, billable, held)


@pytest.mark.parametrize(
    ("known", "most"),
    [
        (line(), 3),
        (line(left=2), 2),
        (line(billable=1), 1),
        (line(held=0), 0),
        (line(billable=-1), 0),
    ],
)
def test_a_unit_is_taken_back_that_left_once_is_not_invoiced_and_is_not_on_its_way_back(
    known: NoteLine, most: int
):
    assert known.most == most


@pytest.mark.parametrize(
    ("known", "asked", "refusal"),
    [
        ([line(billable=0)], {1: 1}, NothingLeftOnNote),
        ([line()], {1: 4}, MoreThanOnNote),
        ([line()], {1: -1}, MoreThanOnNote),
        ([line()], {2: 1}, MoreThanOnNote),
        ([line()], {1: 0}, NothingTakenBack),
        ([line()], {}, NothingTakenBack),
    ],
)
def test_what_a_note_did_not_ship_is_not_taken_back(known, asked, refusal):
    with pytest.raises(refusal):
        ensure_correctable("BL-2026-000001", known, asked)


def test_zeros_are_left_out():
    known = [line(1), line(2)]
    assert ensure_correctable("BL-2026-000001", known, {1: 0, 2: 3}) == {2: 3}


def test_a_note_is_corrected_whole_when_nothing_of_it_is_left():
    known = [line(1, left=2), line(2, left=0)]
    assert is_whole(known, {1: 2})
    assert not is_whole(known, {1: 1})


def test_the_reason_is_told():
    assert ensure_contrary_reason(" Mauvaise \n commande ") == "Mauvaise commande"
    with pytest.raises(ContraryReasonMissing):
        ensure_contrary_reason(" ")
