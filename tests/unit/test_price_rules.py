"""Prices: the day from which one applies, and the lowest before a reduction (article L112-1-1)."""

from datetime import date, timedelta

import pytest

from shop.catalogue.price_rules import (
    AskedPrice,
    PriceChange,
    PriceDayInPast,
    PriceDayTooFar,
    PriceReasonMissing,
    WrongPrice,
    ensure_price,
    latest_reduction,
    lowest_before,
    price_on,
)
from shop.core.money import Money

TODAY = date(2026, 11, 18)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def change(days: int, former: int, price: int) -> PriceChange:
    return PriceChange(days_ago(days), Money(price), Money(former))


@pytest.mark.parametrize(
    ("cents", "days", "reason", "refusal"),
    [
        (0, 0, "Salon", WrongPrice),
        (100_000_000, 0, "Salon", WrongPrice),
        (100, -1, "Salon", PriceDayInPast),
        (100, 732, "Salon", PriceDayTooFar),
        (100, 0, " ", PriceReasonMissing),
    ],
)
def test_a_price_is_refused_for_one_cause(cents: int, days: int, reason: str, refusal):
    ensure_price(AskedPrice(Money(1), TODAY, "Salon"), today=TODAY)
    with pytest.raises(refusal):
        asked = AskedPrice(Money(cents), TODAY + timedelta(days=days), reason)
        ensure_price(asked, today=TODAY)


def test_the_price_of_a_day_to_come_is_the_latest_one_planned_before_it():
    planned = [(TODAY + timedelta(days=5), Money(90)), (TODAY + timedelta(days=9), Money(80))]
    found = [price_on(TODAY + timedelta(days=days), Money(100), planned) for days in (4, 5, 8, 9)]
    assert found == [Money(100), Money(90), Money(90), Money(80)]


@pytest.mark.parametrize(
    ("changes", "lowest"),
    [
        ([change(0, 100, 90)], 100),
        ([change(0, 100, 110)], None),
        ([], None),
        ([change(20, 100, 120), change(0, 120, 90)], 100),
        ([change(30, 80, 120), change(0, 120, 90)], 120),
        ([change(29, 80, 120), change(0, 120, 90)], 80),
        ([change(20, 100, 70), change(10, 70, 100), change(0, 100, 90)], 70),
        ([change(0, 100, 95), change(0, 95, 90)], 100),
        ([change(0, 100, 120), change(0, 120, 90)], 100),
        ([change(40, 200, 50), change(35, 50, 100), change(0, 100, 90)], 100),
    ],
)
def test_the_lowest_price_of_the_thirty_days_before_a_reduction(changes, lowest):
    assert lowest_before(changes, TODAY) == (None if lowest is None else Money(lowest))


def test_a_reduction_is_the_latest_change():
    assert latest_reduction([change(9, 100, 90)]) == days_ago(9)
    assert latest_reduction([change(9, 100, 90), change(2, 90, 95)]) is None
    assert latest_reduction([]) is None
