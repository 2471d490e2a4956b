"""Money, unit prices and VAT: whole cents, and one rounding per rate."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import Money, UnitPrice, round_half_up, shared
from shop.core.sales import SaleLine, sale_totals
from shop.core.vat import breakdown

RATES = st.sampled_from([2000, 1000, 550, 210])


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_what_an_accountant_does_by_hand(numerator: int, denominator: int):
    exact = Decimal(numerator) / Decimal(denominator)
    assert round_half_up(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(1, 10_000_000), RATES)
def test_a_round_shelf_price_stays_round(cents: int, rate: int):
    price = UnitPrice.from_including(Money(cents), rate)
    assert price.including(rate) == Money(cents)


def test_money_refuses_floats():
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(100) * 1.5  # type: ignore[operator]


def test_vat_is_rounded_once_per_rate_and_never_per_line():
    # Three lines of 0.33 € at 20 %: 0.066 each would round to 0.07, three times 0.21.
    lines = [(2000, Money(33))] * 3
    (part,) = breakdown(lines)
    assert part.base == Money(99)
    assert part.amount == Money(20)


@given(st.lists(st.tuples(RATES, st.integers(0, 10**7)), max_size=30))
def test_the_total_is_the_bases_and_their_taxes(amounts: list[tuple[int, int]]):
    parts = breakdown((rate, Money(cents)) for rate, cents in amounts)
    assert sum(part.base.cents for part in parts) == sum(cents for _, cents in amounts)
    for part in parts:
        exact = Decimal(part.base.cents) * part.rate / 10_000
        assert part.amount.cents == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_the_dossier_of_the_drawn_screens_adds_up():
    # Two enclosures at 457.50, a desk at 990, four sets at 290, a book at 30 (5.5 %), pallet 29.
    lines = [
        SaleLine(1, "ENC", "Enceinte", 2, UnitPrice(4_575_000), 2000),
        SaleLine(2, "PUP", "Pupitre", 1, UnitPrice(9_900_000), 2000),
        SaleLine(3, "KIT", "Kit", 4, UnitPrice(2_900_000), 2000),
        SaleLine(4, "LIV", "Livre", 1, UnitPrice(300_000), 550),
        SaleLine(None, "", "Livraison", 1, UnitPrice(290_000), 2000),
    ]
    totals = sale_totals(lines)
    assert totals.goods == Money(309_500)
    assert totals.excluding == Money(312_400)
    assert [(p.rate, p.base, p.amount) for p in totals.vat] == [
        (550, Money(3_000), Money(165)),
        (2000, Money(309_400), Money(61_880)),
    ]
    assert totals.including == Money(374_445)


@given(st.integers(0, 10**8), st.lists(st.integers(1, 10_000), min_size=1, max_size=20))
def test_an_amount_shared_out_loses_nothing(cents: int, weights: list[int]):
    parts = shared(Money(cents), weights)
    assert sum(part.cents for part in parts) == cents
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.cents * whole - cents * weight) < whole
