"""Which payment or refund of the shop a part of a payout is."""

from datetime import date, timedelta

import pytest

from checkout.payouts.rules import (
    Finding,
    Part,
    PayoutUnlike,
    ensure_like,
    finding_of,
    is_whole,
    may_be,
)
from shop.core.money import Money

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("kind", "cents", "known", "finding"),
    [
        ("charge", 1_000, 1_000, Finding.MATCHED),
        ("charge", 1_000, 999, Finding.DIFFERS),
        ("charge", 1_000, None, Finding.UNKNOWN),
        ("refund", -1_000, 1_000, Finding.MATCHED),
        ("refund", 1_000, 1_000, Finding.DIFFERS),
        ("refund", -1_000, None, Finding.UNKNOWN),
        ("refund_failure", 1_000, 1_000, Finding.MATCHED),
        ("adjustment", -1_000, 1_000, Finding.MATCHED),
        ("adjustment", 1_000, 1_000, Finding.MATCHED),
        ("adjustment", -1_000, 900, Finding.DIFFERS),
        ("stripe_fee", -200, None, Finding.OWN),
    ],
)
def test_a_part_is_compared_with_what_the_shop_knows(
    kind: str, cents: int, known: int | None, finding: Finding
) -> None:
    amount = None if known is None else Money(known)
    assert finding_of(Part(kind, Money(cents), amount, "du_1")) is finding


def test_an_adjustment_of_nothing_is_the_processors_own() -> None:
    assert finding_of(Part("adjustment", Money(-5), None)) is Finding.OWN


def test_the_parts_make_the_payout() -> None:
    assert is_whole(Money(900), [Money(1_000), Money(-100)])
    assert not is_whole(Money(900), [Money(1_000)])


def test_a_line_of_the_bank_is_of_the_amount_the_currency_and_nearly_the_day() -> None:
    ensure_like(Money(900), "EUR", Money(900), "eur")
    for amount, currency in ((901, "EUR"), (900, "CHF")):
        with pytest.raises(PayoutUnlike):
            ensure_like(Money(amount), currency, Money(900), "EUR")
    days = [DAY + timedelta(days=n) for n in (-3, -2, 7, 8)]
    assert [may_be(day, DAY) for day in days] == [False, True, True, False]
