"""What an amendment of an order may change, and what it refuses."""

from dataclasses import replace

import pytest

from checkout.orders.procedure import Origin
from checkout.orders.rules import (
    AmendmentReasonMissing,
    CardAmountFixed,
    CommitmentNumberNeeded,
    NothingAmended,
    OrderInvoiced,
    PriceBelowEcoFee,
    PriceNotInCents,
    PriceRaised,
    PurchaseOrderNeeded,
    Terms,
    amended,
    differences,
    ensure_not_invoiced,
    ensure_reason,
)
from shop.core.errors import NotFound
from shop.core.money import UnitPrice
from tests.factories import make_parties

TERMS = Terms(
    parties=make_parties(),
    shipping="pallet",
    purchase_order="BC-1",
    purchase_order_date="2026-11-18",
    engagement="2026-4417",
    payment_delay_days=30,
    unit_prices={1: UnitPrice(50_000), 2: UnitPrice(12_000)},
    eco_fees={1: UnitPrice(1_000), 2: UnitPrice()},
)


def test_an_amendment_replaces_the_fields_that_it_names():
    after = amended(TERMS, {"engagement": "2026-9", "shipping": "parcel"}, origin=Origin.QUOTE)
    assert after == replace(TERMS, engagement="2026-9", shipping="parcel")


def test_an_amendment_lowers_the_price_of_one_line_and_leaves_the_others():
    changes = {"unit_prices": {1: UnitPrice(49_900)}}
    after = amended(TERMS, changes, origin=Origin.QUOTE)
    assert after.unit_prices == {1: UnitPrice(49_900), 2: UnitPrice(12_000)}
    assert differences(TERMS, after) == (
        {"unit_prices": {"1": 50_000, "2": 12_000}},
        {"unit_prices": {"1": 49_900, "2": 12_000}},
    )


def test_a_price_may_be_lowered_to_its_eco_contribution():
    after = amended(TERMS, {"unit_prices": {1: UnitPrice(1_000)}}, origin=Origin.QUOTE)
    assert after.unit_prices[1] == UnitPrice(1_000)


@pytest.mark.parametrize(
    ("position", "price", "refusal"),
    [
        (1, 50_001, PriceRaised),
        (1, 999, PriceBelowEcoFee),
        (2, -1, PriceBelowEcoFee),
        (1, 10_001, PriceNotInCents),
        (3, 1, NotFound),
    ],
)
def test_a_price_that_an_amendment_cannot_set_is_refused_with_its_line(
    position: int, price: int, refusal: type
):
    with pytest.raises(refusal) as refused:
        amended(TERMS, {"unit_prices": {position: UnitPrice(price)}}, origin=Origin.QUOTE)
    assert refused.value.facts == {"position": position}


def test_below_a_euro_an_amendment_may_set_four_decimals():
    after = amended(TERMS, {"unit_prices": {2: UnitPrice(9_999)}}, origin=Origin.QUOTE)
    assert after.unit_prices[2] == UnitPrice(9_999)


def test_the_prices_of_an_order_paid_by_card_are_not_changed():
    with pytest.raises(CardAmountFixed):
        amended(TERMS, {"unit_prices": {1: UnitPrice(1_000)}}, origin=Origin.CARD)
    assert amended(TERMS, {"shipping": "parcel"}, origin=Origin.CARD).shipping == "parcel"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"purchase_order": ""}, PurchaseOrderNeeded),
        ({"purchase_order_date": ""}, PurchaseOrderNeeded),
        ({"engagement": ""}, CommitmentNumberNeeded),
    ],
)
def test_data_of_the_original_is_corrected_and_not_removed(changes: dict, refusal: type):
    with pytest.raises(refusal):
        amended(TERMS, changes, origin=Origin.QUOTE)


def test_an_order_without_purchase_order_or_commitment_number_needs_none():
    bare = replace(TERMS, purchase_order=None, purchase_order_date=None, engagement=None)
    assert amended(bare, {"payment_delay_days": 20}, origin=Origin.CARD).payment_delay_days == 20


def test_an_amendment_that_changes_nothing_is_refused():
    for changes in ({}, {"engagement": "2026-4417"}, {"unit_prices": {2: UnitPrice(12_000)}}):
        with pytest.raises(NothingAmended):
            amended(TERMS, changes, origin=Origin.QUOTE)


def test_the_differences_name_every_field_that_changed_with_both_values():
    after = replace(
        TERMS,
        parties=TERMS.parties.with_service_code("SPORT-07"),
        shipping="parcel",
        purchase_order="BC-2",
        purchase_order_date="2026-11-19",
        engagement="2026-9",
        payment_delay_days=50,
    )
    old, new = differences(TERMS, after)
    assert old["parties"]["paying_service"]["service_code"] == "CULT-02"
    assert new["parties"]["paying_service"]["service_code"] == "SPORT-07"
    del old["parties"], new["parties"]
    assert old == {
        "shipping": "pallet",
        "purchase_order": "BC-1",
        "purchase_order_date": "2026-11-18",
        "engagement": "2026-4417",
        "payment_delay_days": 30,
    }
    assert new == {
        "shipping": "parcel",
        "purchase_order": "BC-2",
        "purchase_order_date": "2026-11-19",
        "engagement": "2026-9",
        "payment_delay_days": 50,
    }


def test_an_amendment_needs_its_reason_on_one_line():
    assert ensure_reason("  Erreur de\nsaisie ") == "Erreur de saisie"
    for nothing in ("", " \n "):
        with pytest.raises(AmendmentReasonMissing):
            ensure_reason(nothing)


def test_nothing_is_amended_once_one_unit_is_invoiced():
    ensure_not_invoiced(0)
    with pytest.raises(OrderInvoiced):
        ensure_not_invoiced(1)
