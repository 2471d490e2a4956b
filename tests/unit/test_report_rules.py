"""Reports: their periods, medians and shares."""

from datetime import date
from fractions import Fraction

import pytest

from quotes.reports.rules import (
    Hundredths,
    Rate,
    Span,
    drawn,
    median_of,
    period_of,
    quantile_of,
    quotient_of,
    rate_of,
)

TODAY = date(2026, 2, 18)


@pytest.mark.parametrize(
    ("span", "since", "until", "months"),
    [
        (Span.YEAR, date(2026, 1, 1), TODAY, 2),
        (Span.LAST_YEAR, date(2025, 1, 1), date(2025, 12, 31), 12),
        (Span.MONTHS, date(2025, 3, 1), TODAY, 12),
    ],
)
def test_a_period_is_made_of_whole_months_until_today(span, since, until, months):
    found = period_of(span, TODAY)
    assert (found.since, found.until, len(found.months)) == (since, until, months)
    assert all(one.day == 1 for one in found.months)


def test_a_median_is_exact():
    assert median_of([(4, 1)]) == Hundredths(400)
    assert median_of([(1, 1), (4, 1)]) == Hundredths(250)
    assert median_of([(0, 3), (9, 2)]) == Hundredths(0)
    assert median_of([(2, 2), (3, 1), (90, 1)]) == Hundredths(250)


def test_nine_of_ten_are_within_the_ninth_decile():
    nine = Fraction(9, 10)
    assert quantile_of([(1, 9), (50, 1)], nine) == 1
    assert quantile_of([(1, 8), (50, 2)], nine) == 50
    assert quantile_of([(7, 1)], nine) == 7


def test_a_share_is_rounded_to_a_hundredth_of_a_percent():
    assert rate_of(1, 3) == Rate(3333)
    assert rate_of(2, 3) == Rate(6667)
    assert rate_of(0, 0) is None
    assert quotient_of(2, 3) == Hundredths(67)
    assert quotient_of(2, 0) is None


def test_a_bar_is_drawn_beside_the_greatest_and_never_below_nothing():
    rows = drawn([(("a",), 400), (("b",), 100), (("c",), -5)])
    assert [row.share for row in rows] == [100, 25, 0]
    assert [row.share for row in drawn([(("a",), 0)])] == [0]
