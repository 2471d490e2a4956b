"""The stock label of a product, from its stock."""

from datetime import date

import pytest

from shop.cart.rules import MAX_QUANTITY
from shop.catalogue.rules import Availability, Shelf, Supply, availability, shelf_order

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("on_hand", "reserved", "backorder", "restock_on", "told"),
    [
        (5, 2, False, None, Availability(Shelf.IN_STOCK, 3)),
        (5, 2, True, MONDAY, Availability(Shelf.IN_STOCK, 3)),
        (5, 3, False, None, Availability(Shelf.LOW, 2)),
        (5, 4, True, None, Availability(Shelf.LOW, 1, 12)),
        (5, 5, True, None, Availability(Shelf.ON_ORDER, 0, 12)),
        (5, 9, True, None, Availability(Shelf.ON_ORDER, 0, 12)),
        (5, 5, False, MONDAY, Availability(Shelf.BACK_ON, 0, 0, MONDAY)),
        (0, 0, False, None, Availability(Shelf.OUT, 0)),
    ],
)
def test_the_label_follows_from_what_is_left(on_hand, reserved, backorder, restock_on, told):
    found = availability(
        on_hand=on_hand,
        reserved=reserved,
        backorder=backorder,
        lead_days=12,
        restock_on=restock_on,
    )
    assert found == told


def test_a_product_in_stock_or_on_order_can_be_bought():
    assert {shelf for shelf in Shelf if Availability(shelf, 0).can_be_bought} == {
        Shelf.IN_STOCK,
        Shelf.LOW,
        Shelf.ON_ORDER,
    }


def test_the_values_of_the_stock_are_those_of_rows_and_templates():
    assert [one.value for one in Supply] == ["stocked", "on_order"]
    assert [one.value for one in Shelf] == ["in_stock", "low", "on_order", "back_on", "out"]


def test_a_line_of_a_cart_holds_four_figures():
    assert MAX_QUANTITY == 9999


def test_places_are_sorted_as_somebody_walks_along_them():
    stored = ["", "B-1", "a 10-3", "Étagère 4", "A-10", "A-2"]
    walked = ["A-2", "A-10", "a 10-3", "B-1", "Étagère 4", ""]
    assert sorted(stored, key=shelf_order) == walked
