"""Corrections of the stock: what each reason changes, and what is refused."""

import pytest

from shop.catalogue.correction_rules import (
    BelowPromised,
    Correction,
    MoreThanOnHand,
    NothingToCorrect,
    Reason,
    StockMoved,
    WordsMissing,
    WrongShelfCount,
    WrongUnits,
    change_of,
    ensure_correctable,
)


@pytest.mark.parametrize(
    ("reason", "units", "change"),
    [
        (Reason.COUNTED, 3, -2),
        (Reason.COUNTED, 0, -5),
        (Reason.COUNTED, 8, 3),
        (Reason.BROKEN, 2, -2),
        (Reason.LOST, 1, -1),
        (Reason.FOUND, 4, 4),
    ],
)
def test_each_reason_adds_or_takes_off(reason: Reason, units: int, change: int):
    assert change_of(Correction(reason, units), 5) == change


def test_another_reason_is_told_in_words():
    assert change_of(Correction(Reason.ADDED, 2, "Prêt rendu"), 5) == 2
    assert change_of(Correction(Reason.REMOVED, 2, "Prêt"), 5) == -2
    for reason in (Reason.ADDED, Reason.REMOVED):
        with pytest.raises(WordsMissing):
            change_of(Correction(reason, 2, " \t"), 5)


def test_what_corrects_nothing_or_is_no_count_is_refused():
    with pytest.raises(NothingToCorrect):
        change_of(Correction(Reason.COUNTED, 5), 5)
    for units in (0, -1, 10_000):
        with pytest.raises(WrongUnits):
            change_of(Correction(Reason.LOST, units), 5)
    for units in (-1, 10_000):
        with pytest.raises(WrongShelfCount):
            change_of(Correction(Reason.COUNTED, units), 5)


def test_a_count_of_a_stock_that_moved_is_refused():
    assert change_of(Correction(Reason.COUNTED, 4, seen=5), 5) == -1
    with pytest.raises(StockMoved) as refusal:
        change_of(Correction(Reason.COUNTED, 4, seen=6), 5)
    assert refusal.value.facts["units"] == 5


def test_the_stock_never_falls_below_zero_and_below_what_is_promised_only_when_confirmed():
    ensure_correctable(-2, on_hand=5, reserved=3, confirmed=False)
    with pytest.raises(BelowPromised) as refusal:
        ensure_correctable(-3, on_hand=5, reserved=3, confirmed=False)
    assert refusal.value.facts == {"promised": 3, "missing": 1}
    ensure_correctable(-3, on_hand=5, reserved=3, confirmed=True)
    with pytest.raises(MoreThanOnHand):
        ensure_correctable(-6, on_hand=5, reserved=0, confirmed=True)
    ensure_correctable(1, on_hand=5, reserved=9, confirmed=False)
