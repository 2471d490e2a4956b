"""Money, unit prices and VAT: whole cents, and one rounding per rate."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import Money, UnitPrice, round_half_up, shared, total
from shop.core.sales import SaleLine, sale_totals
from shop.core.vat import PriceBasis, Totals, VatLine, base_in, breakdown, vat_on

RATES = st.sampled_from([2000, 1000, 550, 210])


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_what_an_accountant_does_by_hand(numerator: int, denominator: int):
    exact = Decimal(numerator) / Decimal(denominator)
    assert round_half_up(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(1, 10_000_000), RATES)
def test_a_price_excluding_vat_is_in_cents_from_one_euro_on(cents: int, rate: int):
    price = UnitPrice.from_including(Money(cents), rate)
    exact = Decimal(cents) * 10_000 / (10_000 + rate)
    if price.tenthousandths >= 10_000:
        assert price.tenthousandths == 100 * int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        assert price.times(9_999) == price.times(1) * 9_999
    else:
        assert price.tenthousandths == int((exact * 100).quantize(Decimal(1), ROUND_HALF_UP))
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


def test_amounts_are_counted_in_whole_cents():
    assert Money(250) + Money(30) == Money(280)
    assert Money(250) - Money(30) == Money(220)
    assert -Money(250) == Money(-250)
    assert Money(250) * 3 == Money(750)
    assert total([Money(1), Money(20), Money(300)]) == Money(321)
    assert total([]) == Money()
    assert str(Money(12_345)) == "123.45"


def test_an_amount_is_compared_and_counts_as_true_unless_it_is_nothing():
    assert Money(99) < Money(100)
    assert not Money(100) < Money(100)
    assert Money(100) <= Money(100)
    assert Money(1)
    assert Money(-1)
    assert not Money()


def test_a_negative_half_is_rounded_away_from_zero():
    assert [round_half_up(n, 2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]


def test_a_unit_price_refuses_floats_and_is_nothing_at_first():
    with pytest.raises(TypeError):
        UnitPrice(1.5)  # type: ignore[arg-type]
    assert UnitPrice() == UnitPrice(0)
    assert Money() == Money(0)


def test_a_unit_price_below_a_euro_keeps_four_decimals():
    assert UnitPrice.from_including(Money(119), 2000) == UnitPrice(9_917)
    assert UnitPrice.from_including(Money(120), 2000) == UnitPrice(10_000)
    assert UnitPrice.from_including(Money(1290), 550) == UnitPrice(122_300)
    assert UnitPrice(122_275).including(550) == Money(1290)
    assert UnitPrice(10_283).times(4) == Money(411)
    assert UnitPrice(10_250).times(1) == Money(103)  # 1.025 €: half a cent goes up


def test_the_cents_left_over_go_to_the_largest_remainders_then_to_the_first():
    assert shared(Money(100), [1, 1, 1]) == [Money(34), Money(33), Money(33)]
    assert shared(Money(101), [1, 1, 1]) == [Money(34), Money(34), Money(33)]
    assert shared(Money(10), [2, 5]) == [Money(3), Money(7)]
    assert shared(Money(1), [1, 2, 3]) == [Money(), Money(), Money(1)]
    assert shared(Money(10**18 + 1), [1, 1]) == [Money(5 * 10**17 + 1), Money(5 * 10**17)]


@pytest.mark.parametrize("weights", [[], [0, 0], [-1]])
def test_nothing_is_shared_out_by_no_weight(weights: list[int]):
    with pytest.raises(ValueError, match="Nothing to share"):
        shared(Money(1), weights)


def line(price: int, *, quantity: int = 1, rate: int = 2000, eco: int = 0):
    return SaleLine(1, "X", "X", quantity, UnitPrice(price), rate, eco_fee=UnitPrice(eco))


def shelf_line(cents: int, *, quantity: int = 1, rate: int = 2000, eco: int = 0):
    """A line of a private customer: what the shelf shows, times the quantity."""
    price = UnitPrice.from_including(Money(cents), rate)
    prices = {"eco_fee": UnitPrice(eco), "unit_including": Money(cents)}
    return SaleLine(1, "X", "X", quantity, price, rate, **prices)


def test_a_private_customer_pays_the_sum_of_the_prices_shown():
    totals = sale_totals([shelf_line(1_259)] * 10)
    assert (totals.including, totals.excluding) == (Money(12_590), Money(10_492))
    quoted = sale_totals([line(UnitPrice.from_including(Money(1_259), 2000).tenthousandths)] * 10)
    assert quoted.including == Money(12_588)


@given(st.lists(st.tuples(st.integers(1, 500_000), st.integers(1, 9_999), RATES), min_size=1))
def test_the_base_of_prices_including_vat_is_rounded_once_and_the_tax_is_the_rest(rows):
    totals = sale_totals(shelf_line(c, quantity=n, rate=rate) for c, n, rate in rows)
    assert totals.basis is PriceBasis.INCLUDING
    assert totals.including == Money(sum(c * n for c, n, _rate in rows)) == totals.goods
    for part in totals.vat:
        whole = Money(sum(c * n for c, n, rate in rows if rate == part.rate))
        assert part.base + part.amount == whole
        exact = Decimal(whole.cents) * 10_000 / (10_000 + part.rate)
        assert part.base == base_in(whole, part.rate)
        assert part.base.cents == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_lines_of_both_bases_are_not_added_up():
    with pytest.raises(ValueError, match="not added up"):
        sale_totals([line(100_000), shelf_line(1_200)])


def test_an_eco_contribution_of_a_private_customer_is_rounded_for_one_unit():
    one = shelf_line(12_000, eco=10_417, quantity=3)
    assert one.eco_including == Money(125)
    assert sale_totals([one]).eco_including == Money(375)


def test_an_eco_contribution_is_shown_including_its_vat():
    lines = [
        line(100_000, quantity=2, eco=10_417),
        line(100_000, rate=550, eco=1_000),
        line(100_000),
    ]
    assert sale_totals(lines).eco_including == Money(208 + 42 + 10 + 1)


def test_shipping_is_separate_from_the_goods():
    shipping = SaleLine(None, "", "Livraison", 1, UnitPrice(90_000), 2000)
    totals = sale_totals(iter([line(100_000), shipping]))
    assert (totals.goods, totals.shipping, totals.excluding) == (
        Money(1_000),
        Money(900),
        Money(1_900),
    )
    assert totals.vat_total == vat_on(Money(1_900), 2000) == Money(380)


def test_a_document_keeps_its_totals_in_cents():
    vat = (VatLine(550, Money(30), Money(2)), VatLine(2000, Money(100), Money(20)))
    totals = Totals(
        basis=PriceBasis.EXCLUDING,
        goods=Money(120),
        shipping=Money(10),
        excluding=Money(130),
        vat=vat,
        vat_total=Money(22),
        including=Money(152),
        eco_including=Money(7),
        rounding=Money(-2),
    )
    assert totals.payable == Money(150)
    assert totals.to_json() == {
        "basis": "excluding",
        "goods": 120,
        "shipping": 10,
        "excluding": 130,
        "vat": [
            {"rate": 550, "base": 30, "amount": 2},
            {"rate": 2000, "base": 100, "amount": 20},
        ],
        "vat_total": 22,
        "including": 152,
        "eco_including": 7,
        "rounding": -2,
        "payable": 150,
    }
