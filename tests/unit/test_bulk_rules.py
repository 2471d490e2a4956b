"""A bulk change: the price that it computes, and what it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import Money
from shop.imports.bulk_rules import (
    BulkAct,
    BulkChange,
    PercentageMissing,
    Rounding,
    ValueMissing,
    cell_of,
    computed_price,
    ensure_change,
)
from shop.imports.cell_rules import Shelves, value_of


def raised(cents: int, share: int, rounding: Rounding = Rounding.CENT) -> int:
    return computed_price(Money(cents), BulkChange(BulkAct.RAISE, share, rounding)).cents


@pytest.mark.parametrize(
    ("rounding", "cents"),
    [
        (Rounding.CENT, 1288),
        (Rounding.DIME, 1290),
        (Rounding.EURO, 1300),
        (Rounding.NINETY, 1290),
    ],
)
def test_a_price_is_raised_then_rounded(rounding: Rounding, cents: int):
    # 12.50 € raised by 3 % is 12.875 €.
    assert raised(1250, 300, rounding) == cents


def test_the_half_of_a_cent_is_rounded_up():
    assert raised(50, 300) == 52
    assert raised(150, 100) == 152


def test_rounding_never_turns_a_change_around():
    assert raised(1200, 100, Rounding.NINETY) == 1200
    lower = BulkChange(BulkAct.LOWER, 100, Rounding.NINETY)
    assert computed_price(Money(1060), lower) == Money(1060)


def test_an_amount_ending_in_90_cents_is_the_nearest_one():
    assert raised(1339, 100, Rounding.NINETY) == 1390
    assert raised(1270, 100, Rounding.NINETY) == 1290
    assert raised(20, 1, Rounding.NINETY) == 90


@given(st.integers(1, 10**8), st.integers(1, 9_999), st.sampled_from(Rounding))
def test_a_computed_price_is_within_half_a_step(cents: int, share: int, rounding: Rounding):
    step = {Rounding.CENT: 1, Rounding.DIME: 10}.get(rounding, 100)
    for act, sign in ((BulkAct.RAISE, 1), (BulkAct.LOWER, -1)):
        found = computed_price(Money(cents), BulkChange(act, share, rounding)).cents
        exact = cents * (10_000 + sign * share)
        assert found >= 0
        assert abs(found * 10_000 - exact) * 2 <= step * 10_000 or exact < step * 10_000


@pytest.mark.parametrize("act", [BulkAct.RAISE, BulkAct.LOWER])
def test_a_percentage_is_needed(act: BulkAct):
    with pytest.raises(PercentageMissing):
        ensure_change(BulkChange(act))


@pytest.mark.parametrize("value", [None, ""])
def test_a_value_is_needed(value: str | None):
    with pytest.raises(ValueMissing):
        ensure_change(BulkChange(BulkAct.BRAND, value=value))


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (BulkChange(BulkAct.LOWER, 1000), 1125),
        (BulkChange(BulkAct.VAT_RATE, value=550), 550),
        (BulkChange(BulkAct.VAT_RATE, value=2000), 2000),
        (BulkChange(BulkAct.WARRANTY, value=0), 0),
        (BulkChange(BulkAct.BRAND, value="Cantate"), "Cantate"),
        (BulkChange(BulkAct.FAMILY, value="cables"), "cables"),
        (BulkChange(BulkAct.PUBLISH), True),
        (BulkChange(BulkAct.WITHDRAW), False),
    ],
)
def test_an_import_reads_the_cell_as_it_is_meant(change: BulkChange, value: object):
    ensure_change(change)
    shelves = Shelves(families={"cables": ("cables",)})
    assert value_of(change.field, cell_of(Money(1250), change), shelves) == value
