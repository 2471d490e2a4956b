"""The best price of a client's agreements, and what a condition may be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shop.agreements import rules
from shop.agreements.rules import Condition, agreed, ensure_condition, ensure_period, tiers
from shop.cart.rules import MAX_QUANTITY
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine, discounted, line_from

PRODUCT, FAMILY, DEPARTMENT = 7, 70, 700
CATEGORIES = (FAMILY, DEPARTMENT)
LINE = SaleLine(
    PRODUCT, "SON-1", "Enceinte", 10, UnitPrice(1_000_000), 2000, eco_fee=UnitPrice(20_000)
)


def less(discount: int, **fields: int) -> Condition:
    return Condition(f"A-{discount}", discount, **fields)


def fixed(cents: int, **fields: int) -> Condition:
    return Condition(
        f"F-{cents}", price=UnitPrice(cents * 100), **({"product_id": PRODUCT} | fields)
    )


def test_a_discount_is_taken_off_the_public_price_but_the_eco_contribution():
    line = agreed(LINE, CATEGORIES, [less(1_000)])
    assert (line.unit_price, line.list_price) == (UnitPrice(902_000), UnitPrice(1_000_000))
    assert (line.discount, line.agreement) == (1_000, "A-1000")


def test_a_fixed_price_takes_the_place_of_the_public_price():
    line = agreed(LINE, CATEGORIES, [fixed(75_50)])
    assert (line.unit_price, line.list_price) == (UnitPrice(755_000), UnitPrice(1_000_000))
    assert line.discount == 2_500


@pytest.mark.parametrize(
    ("conditions", "price"),
    [
        ([less(500), less(1_000)], 902_000),
        ([less(1_000), less(500)], 902_000),
        ([less(2_000), fixed(80_00)], 800_000),
        ([less(2_500), fixed(80_00)], 755_000),
        ([less(1_000, category_id=FAMILY)], 902_000),
        ([less(1_000, category_id=DEPARTMENT)], 902_000),
        ([less(1_000, category_id=71)], 1_000_000),
        ([less(1_000, product_id=8)], 1_000_000),
        ([less(1_000, from_quantity=10)], 902_000),
        ([less(1_000, from_quantity=11)], 1_000_000),
        ([less(500), less(1_000, from_quantity=11)], 951_000),
    ],
)
def test_the_best_condition_that_concerns_the_line_counts(conditions, price):
    assert agreed(LINE, CATEGORIES, conditions).unit_price == UnitPrice(price)


def test_no_agreement_makes_a_price_higher():
    assert agreed(LINE, CATEGORIES, [fixed(120_00)]) == LINE
    assert agreed(LINE, CATEGORIES, [fixed(100_00)]) == LINE


def test_of_two_equal_prices_the_first_agreement_is_named():
    conditions = [replace(less(500), agreement=name) for name in ("First", "Second")]
    assert agreed(LINE, CATEGORIES, conditions).agreement == "First"


def test_a_price_never_falls_below_the_eco_contribution():
    assert agreed(LINE, CATEGORIES, [fixed(1_00)]).unit_price == LINE.eco_fee


def test_a_consumer_and_what_is_no_product_have_no_agreement():
    consumer = replace(LINE, unit_including=Money(120_00))
    shipping = replace(LINE, product_id=None, sku="")
    for line in (consumer, shipping):
        assert agreed(line, CATEGORIES, [less(1_000)]) == line


def test_a_discount_of_the_office_takes_the_place_of_the_agreement():
    line = discounted(agreed(LINE, CATEGORIES, [less(1_000)]), 2_000)
    assert (line.list_price, line.discount, line.agreement) == (UnitPrice(1_000_000), 2_000, "")


def test_a_line_tells_its_agreement_wherever_it_is_stored():
    line = agreed(LINE, CATEGORIES, [less(1_000)])
    assert line_from(line.to_json()) == line
    assert line.content(1)["agreement"] == "A-1000"
    assert "agreement" not in LINE.to_json()


def test_the_tiers_are_the_quantities_from_which_the_price_is_lower():
    conditions = [
        less(500),
        less(1_000, from_quantity=5),
        less(700, from_quantity=20),
        fixed(50_00, from_quantity=50),
    ]
    found = [
        (one.quantity, one.unit_price.tenthousandths) for one in tiers(LINE, CATEGORIES, conditions)
    ]
    assert found == [(1, 951_000), (5, 902_000), (50, 500_000)]
    assert tiers(LINE, CATEGORIES, []) == ()


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (Condition(""), rules.NeitherDiscountNorPrice),
        (fixed(10_00), None),
        (Condition("", 500, UnitPrice(100), product_id=1), rules.NeitherDiscountNorPrice),
        (less(-1), rules.DiscountNotPossible),
        (less(10_000), rules.DiscountNotPossible),
        (less(9_999), None),
        (less(500, product_id=1, category_id=2), rules.GoodsTwice),
        (fixed(0), rules.PriceNotPossible),
        (fixed(10_00, product_id=None), rules.PriceOfMany),
        (less(500, from_quantity=0), rules.UnitsNotPossible),
        (less(500, from_quantity=10_000), rules.UnitsNotPossible),
        (less(500, from_quantity=9_999), None),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(asked, refusal):
    if refusal is None:
        ensure_condition(asked)
        return
    with pytest.raises(refusal):
        ensure_condition(asked)


def test_a_condition_reaches_as_far_as_a_line_of_a_cart():
    assert rules.MOST_UNITS == MAX_QUANTITY


def test_a_period_has_an_end_that_is_not_past():
    day = date(2026, 11, 18)
    ensure_period(day, day, day)
    with pytest.raises(rules.PeriodReversed):
        ensure_period(day, day - timedelta(days=1), day - timedelta(days=5))
    with pytest.raises(rules.AgreementOver):
        ensure_period(day - timedelta(days=9), day - timedelta(days=1), day)
    for far in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(rules.AgreementDayFar):
            ensure_period(*sorted((day, far)), day)
