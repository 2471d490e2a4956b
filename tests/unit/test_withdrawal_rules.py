"""The period of a withdrawal, its units and its refund, by the rules alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.withdrawals.procedure import OPEN, WithdrawalState
from checkout.withdrawals.rules import (
    LineLeft,
    MoreThanOrdered,
    Statement,
    UnitsMissing,
    ensure_units,
    is_within,
    last_day,
    received_on,
    refund_by,
    refund_of,
)
from shop.core.money import Money, UnitPrice, total
from shop.core.sales import SaleLine, sale_totals

LEFT = (LineLeft(1, "Enceinte", 4, left=3), LineLeft(2, "Pied", 1, left=1))


@pytest.mark.parametrize(
    ("shipped", "days", "received"),
    [
        (date(2026, 11, 18), 0, date(2026, 11, 18)),
        (date(2026, 11, 18), 2, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
    ],
)
def test_goods_are_received_after_the_days_of_their_delivery(shipped, days, received):
    assert received_on(shipped, days) == received


@pytest.mark.parametrize(
    ("received", "informed", "last"),
    [
        (date(2026, 11, 18), True, date(2026, 12, 2)),
        # 5 December 2026 is a Saturday.
        (date(2026, 11, 21), True, date(2026, 12, 7)),
        # 25 December is a public holiday, then comes a week-end.
        (date(2026, 12, 11), True, date(2026, 12, 28)),
        (date(2026, 11, 18), False, date(2027, 12, 2)),
        # 14 February 2028 + 14 days, and there is no 29 February 2029.
        (date(2028, 2, 15), False, date(2029, 2, 28)),
    ],
)
def test_the_period_ends_14_days_after_the_receipt_or_a_year_later(received, informed, last):
    assert last_day([received], complete=True, informed=informed) == last
    assert is_within(last, last) and not is_within(date(2030, 1, 1), last)


def test_the_period_counts_from_the_last_delivery_and_is_open_before_it():
    parts = [date(2026, 11, 18), date(2026, 11, 25)]
    assert last_day(parts, complete=True, informed=True) == date(2026, 12, 9)
    assert last_day(parts, complete=False, informed=True) is None
    assert last_day([], complete=True, informed=True) is None
    assert is_within(date(2030, 1, 1), None)


def test_the_refund_is_due_14_days_after_the_statement():
    assert refund_by(date(2026, 11, 18)) == date(2026, 12, 2)


def test_units_are_those_of_the_order_at_most():
    assert ensure_units(LEFT, {1: 2, 2: 0}) == {1: 2}
    for units, name, most in (({1: 4}, "Enceinte", 3), ({2: -1}, "Pied", 1), ({9: 1}, "9", 0)):
        with pytest.raises(MoreThanOrdered) as refused:
            ensure_units(LEFT, units)
        assert refused.value.facts == {"name": name, "most": most}
    with pytest.raises(UnitsMissing):
        ensure_units(LEFT, {1: 0})


def test_a_statement_of_the_whole_order_names_no_units():
    stated = Statement("Léa Petit", "CO-2026-000131", "lea@home.example", "fr")
    assert (stated.whole, stated.items, stated.units) == (True, "", {})


@pytest.mark.parametrize(("whole", "items"), [(False, ""), (True, "1 × Pied")])
def test_a_statement_of_part_of_an_order_names_its_items_and_no_other_does(whole: bool, items: str):
    with pytest.raises(ValueError, match="whole order"):
        Statement("Léa Petit", "CO-2026-000131", "lea@home.example", "fr", whole, items, {1: 1})


def test_a_statement_is_open_until_it_is_answered_or_refunded():
    assert set(WithdrawalState) - set(OPEN) == {
        WithdrawalState.REFUNDED,
        WithdrawalState.ANSWERED,
    }


def line(product_id: int | None, quantity: int, cents: int, *, including: bool) -> SaleLine:
    price = Money(cents)
    return SaleLine(
        product_id=product_id,
        sku="",
        name="",
        quantity=quantity,
        unit_price=UnitPrice.from_including(price, 2000),
        vat_rate=2000,
        unit_including=price if including else None,
    )


def test_part_of_an_order_is_refunded_without_its_delivery():
    lines = {1: line(7, 3, 1099, including=True), 2: line(None, 1, 990, including=True)}
    whole = Money(3 * 1099 + 990)
    assert refund_of(lines, whole, {1: 1}, {}) == Money(1099)
    assert refund_of(lines, whole, {1: 3}, {}) == whole
    assert refund_of(lines, whole, {1: 2}, {1: 1}) == Money(2 * 1099 + 990)


@given(
    goods=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 90_000)), min_size=1, max_size=5),
    including=st.booleans(),
    data=st.data(),
)
def test_withdrawals_one_after_the_other_refund_what_was_paid_to_the_cent(goods, including, data):
    rows = [
        line(n, quantity, cents, including=including) for n, (quantity, cents) in enumerate(goods)
    ]
    rows.append(line(None, 1, 990, including=including))
    lines = dict(enumerate(rows, start=1))
    paid = sale_totals(rows).including
    left = {position: one.quantity for position, one in lines.items() if one.product_id is not None}
    gone = dict.fromkeys(left, 0)
    amounts = []
    while any(left.values()):
        wanted = {p: data.draw(st.integers(0, n)) for p, n in left.items()}
        if not any(wanted.values()):
            wanted = dict(left)
        amounts.append(refund_of(lines, paid, wanted, gone))
        left = {p: n - wanted[p] for p, n in left.items()}
        gone = {p: n + wanted[p] for p, n in gone.items()}
    assert total(amounts) == paid
    assert all(amount.cents >= 0 for amount in amounts)
