"""Rows of a document that fill a page to the last hundredth of a point."""

from reportlab.platypus import Spacer

from shop.documents.line_table import Stack


def test_rows_that_exceed_a_page_by_a_rounding_stand_on_it():
    stack = Stack([(Spacer(10, 100.005), 100.005), (Spacer(10, 20), 20)])
    assert stack.wrap(10, 120) == (10, 120)
    assert stack.wrap(10, 130) == (10, 120.005)


def test_rows_that_exceed_a_page_by_more_do_not():
    assert Stack([(Spacer(10, 121), 121)]).wrap(10, 120) == (10, 121)
