"""The five steps and the ways of delivery, as rules."""

from datetime import UTC, date, datetime

import pytest

from checkout.card.rules import payment_lines
from checkout.drafts.rules import Progress, StepMissing, Stop, ensure_reachable, reachable
from checkout.drafts.shipping import (
    METHODS,
    UnknownShipping,
    ensure_offered,
    expected_on,
    offers,
)
from checkout.orders.models import OrderLine
from quotes.quotes.models import QuoteLine
from shop.core.money import Money, UnitPrice
from shop.core.sales import LINE_COLUMNS, PICK_UP, SaleLine, line_from, line_of, sale_totals
from shop.places.rules import CORSICA, PALLET, PARCEL
from shop.storage.db import table_of

SATURDAY = datetime(2026, 11, 21, 9, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MONDAY_EVENING = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("progress", "last"),
    [
        (Progress(False, True, True, True), Stop.CART),
        (Progress(True, False, True, True), Stop.IDENTIFICATION),
        (Progress(True, True, False, True), Stop.ADDRESSES),
        (Progress(True, True, True, False), Stop.SHIPPING),
        (Progress(True, True, True, True), Stop.PAYMENT),
    ],
)
def test_a_step_is_reachable_when_all_before_it_are_complete(progress: Progress, last: Stop):
    assert reachable(progress) == tuple(stop for stop in Stop if stop <= last)
    for stop in Stop:
        if stop <= last:
            ensure_reachable(stop, progress)
        else:
            with pytest.raises(StepMissing) as refusal:
                ensure_reachable(stop, progress)
            assert refusal.value.stop is last


def test_a_parcel_up_to_thirty_kilos_a_pallet_above_and_pick_up_always():
    light = [offer.method.key for offer in offers(weight_g=30_000, lead_days=0, at=SATURDAY)]
    heavy = [offer.method.key for offer in offers(weight_g=30_001, lead_days=0, at=SATURDAY)]
    assert light == [PARCEL, PICK_UP]
    assert heavy == [PALLET, PICK_UP]


def test_a_price_including_vat_stays_round():
    prices = [offers(weight_g=g, lead_days=0, at=SATURDAY) for g in (1_000, 20_000, 90_000)]
    assert [carried.including for carried, _pick_up in prices] == [
        Money(990),
        Money(1490),
        Money(3480),
    ]
    assert not any(pick_up.including for _carried, pick_up in prices)


def test_goods_take_two_business_days_more_to_corsica_and_none_to_be_collected():
    mainland = offers(weight_g=1_000, lead_days=0, at=MONDAY_NOON)
    corsica = offers(weight_g=1_000, lead_days=0, territory=CORSICA, at=MONDAY_NOON)
    assert corsica[0].including == mainland[0].including
    assert corsica[0].expected_on == date(2026, 11, 27)
    assert corsica[1] == mainland[1]


def test_arrival_counts_business_days_after_the_last_hour_and_the_supply_delay():
    parcel = METHODS[PARCEL]
    assert expected_on(parcel, lead_days=0, at=SATURDAY) == date(2026, 11, 25)
    assert expected_on(parcel, lead_days=0, at=MONDAY_NOON) == date(2026, 11, 25)
    assert expected_on(parcel, lead_days=0, at=MONDAY_EVENING) == date(2026, 11, 26)
    assert expected_on(parcel, lead_days=10, at=MONDAY_NOON) == date(2026, 12, 7)
    assert expected_on(METHODS[PALLET], lead_days=0, at=MONDAY_NOON) == date(2026, 11, 26)


def test_a_method_that_does_not_suit_the_cart_is_refused():
    heavy = offers(weight_g=50_000, lead_days=0, at=SATURDAY)
    with pytest.raises(UnknownShipping):
        ensure_offered(PARCEL, heavy)


def test_the_payment_page_shows_lines_that_sum_to_the_total_to_the_cent():
    lines = [
        SaleLine(1, "A", "Pupitre", 3, UnitPrice(123_333), 2000),
        SaleLine(2, "B", "Manuel", 7, UnitPrice(99_999), 550),
        SaleLine(None, "", "Livraison", 1, UnitPrice(82_500), 2000),
        SaleLine(None, "", "Retrait", 1, UnitPrice(), 2000),
    ]
    including = sale_totals(lines).including
    shown = payment_lines(lines, including, "Commande")
    assert [line.name for line in shown] == ["3 × Pupitre", "7 × Manuel", "Livraison"]
    assert sum(line.amount_cents * line.quantity for line in shown) == including.cents


def test_a_very_long_order_is_paid_as_one_line():
    lines = [SaleLine(n, str(n), "Câble", 1, UnitPrice(10_000), 2000) for n in range(1, 120)]
    shown = payment_lines(lines, sale_totals(lines).including, "Votre commande")
    assert [(line.name, line.amount_cents) for line in shown] == [("Votre commande", 14_280)]


def test_a_line_is_the_same_after_json_and_after_a_row():
    line = SaleLine(7, "SON-1", "Enceinte", 3, UnitPrice(4_575_000), 2000, UnitPrice(4_200), "", 9)
    assert line_from(line.to_json()) == line
    for row in (QuoteLine, OrderLine):
        assert set(table_of(row).columns.keys()) >= LINE_COLUMNS
        assert line_of(row(**line.columns(1))) == line


def test_a_line_of_a_card_payment_stored_before_keeps_its_keys():
    stored = {
        "product_id": 7,
        "sku": "SON-1",
        "name": "Enceinte",
        "quantity": 3,
        "unit_price": 4_575_000,
        "vat_rate": 2000,
        "eco_fee": 4_200,
        "detail": "",
        "weight_g": 9,
    }
    assert line_from(stored).to_json() == stored


def test_the_five_steps_are_in_order():
    assert [(stop.name, stop.value) for stop in Stop] == [
        ("CART", 1),
        ("IDENTIFICATION", 2),
        ("ADDRESSES", 3),
        ("SHIPPING", 4),
        ("PAYMENT", 5),
    ]


def test_the_refusal_of_a_step_names_the_first_that_is_missing():
    with pytest.raises(StepMissing) as refused:
        ensure_reachable(Stop.PAYMENT, Progress(True, False, False, False))
    assert refused.value.facts == {"stop": "identification"}
    assert StepMissing(Stop.CART, why="x").facts == {"stop": "cart", "why": "x"}
