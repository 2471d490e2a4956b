"""Cursors, filters, page numbers, delays: the rules of a list and of a stock label."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalogue.delays import expected_delivery
from shop.catalogue.keyset import Cursor, Filters, cursor_from, page_numbers
from shop.catalogue.rules import Availability, Shelf
from shop.core.text import PARIS


@given(st.integers(0, 2**60), st.integers(0, 2**60), st.integers(0, 2**40))
def test_a_cursor_comes_back_as_it_left(key: int, row_id: int, position: int):
    cursor = Cursor(key, row_id, position)
    assert cursor_from(str(cursor)) == cursor


@given(st.text(max_size=100))
def test_a_cursor_that_was_tampered_with_is_none(text: str):
    found = cursor_from(text)
    assert found is None or isinstance(found, Cursor)


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 20, [1, 2, None, 20]),
        (3, 20, [1, 2, 3, 4, None, 20]),
        (10, 20, [1, None, 9, 10, 11, None, 20]),
        (20, 20, [1, None, 19, 20]),
        (3, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_page_numbers_leave_gaps(current: int, last: int, shown: list[int | None]):
    assert page_numbers(current, last) == shown


def test_no_filter_is_no_filter():
    assert not Filters()
    assert Filters(least=0).shape == {"least"}


def test_an_order_before_three_is_shipped_the_same_day():
    at = datetime(2026, 11, 20, 14, 59, tzinfo=PARIS)  # a Friday
    expected = expected_delivery(Availability(Shelf.IN_STOCK, 5), at)
    assert expected is not None
    assert (expected.ships_on, expected.arrives_on) == (date(2026, 11, 20), date(2026, 11, 24))
    assert expected.before_hour == 15


def test_an_order_after_three_on_a_friday_is_shipped_on_monday():
    at = datetime(2026, 11, 20, 15, 0, tzinfo=PARIS)
    expected = expected_delivery(Availability(Shelf.LOW, 1), at)
    assert expected is not None
    assert expected.ships_on == date(2026, 11, 23)
    assert expected.before_hour is None


def test_a_product_on_order_arrives_after_its_delay():
    at = datetime(2026, 11, 18, 9, tzinfo=PARIS)
    expected = expected_delivery(Availability(Shelf.ON_ORDER, 0, lead_days=10), at)
    assert expected is not None
    assert expected.ships_on == date(2026, 11, 30)  # the 28th is a Saturday


def test_a_sold_out_product_has_no_date():
    at = datetime(2026, 11, 18, 9, tzinfo=PARIS)
    assert expected_delivery(Availability(Shelf.OUT, 0), at) is None
