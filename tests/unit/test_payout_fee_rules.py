"""What the card processor kept of a payout, reported or typed."""

import pytest

from checkout.payouts.fee_rules import (
    FeesNegative,
    FeesReported,
    FeesTooHigh,
    Reported,
    SameFees,
    adds_up,
    ensure_fees,
    fees_of,
    gross_of,
)
from shop.core.money import Money

#: A payout of 9,70 €: nothing told of it; its parts with the fees; its parts without.
BARE = Reported(Money(970), Money(), Money(), is_whole=False)
WHOLE = Reported(Money(970), Money(1_000), Money(30), is_whole=True)
PARTS = Reported(Money(970), Money(1_000), Money(), is_whole=False)


def test_the_fees_are_those_of_the_report_else_those_that_were_typed():
    assert [fees_of(WHOLE, one) for one in (None, Money(99))] == [Money(30), Money(30)]
    assert [fees_of(BARE, one) for one in (None, Money(30))] == [Money(), Money(30)]
    assert fees_of(PARTS, Money(29)) == Money(29)


def test_the_gross_of_a_payout_without_parts_is_its_amount_and_the_typed_fees():
    assert gross_of(BARE, None) == Money()
    assert gross_of(BARE, Money(30)) == Money(1_000)
    assert gross_of(PARTS, Money(29)) == Money(1_000)


def test_a_payout_adds_up_when_the_fees_that_are_known_make_the_difference():
    assert adds_up(WHOLE, None) and not adds_up(BARE, None) and not adds_up(PARTS, None)
    assert adds_up(BARE, Money(30)) and adds_up(PARTS, Money(30))
    assert not adds_up(PARTS, Money(29))


def test_what_the_parts_have_more_than_the_payout_is_said():
    assert (PARTS.untold, BARE.untold, WHOLE.untold) == (Money(30), Money(), Money())
    fewer = Reported(Money(970), Money(500), Money(), is_whole=False)
    assert fewer.untold == Money()


def test_fees_are_typed_where_the_report_gives_none():
    ensure_fees(BARE, None, Money())
    ensure_fees(BARE, None, Money(970))
    ensure_fees(PARTS, Money(30), Money(29))
    with pytest.raises(FeesReported):
        ensure_fees(WHOLE, None, Money(30))
    with pytest.raises(FeesNegative):
        ensure_fees(BARE, None, Money(-1))
    with pytest.raises(SameFees):
        ensure_fees(BARE, Money(30), Money(30))
    with pytest.raises(FeesTooHigh) as refused:
        ensure_fees(BARE, None, Money(971))
    assert refused.value.facts["most"] == Money(970)


def test_fees_that_the_parts_leave_may_be_higher_than_the_payout():
    small = Reported(Money(10), Money(2_000), Money(), is_whole=False)
    ensure_fees(small, None, Money(1_990))
    with pytest.raises(FeesTooHigh):
        ensure_fees(small, None, Money(1_991))
