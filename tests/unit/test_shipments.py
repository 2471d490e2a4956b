"""What is recorded of a shipment: parcels one by one, weights, serial numbers."""

import pytest

from checkout.deliveries.rules import (
    LONGEST_SERIAL,
    MOST_PACKAGES,
    MoreSerials,
    Package,
    PackagesMiscounted,
    SerialTooLong,
    SerialTwice,
    Shipment,
    TooManyPackages,
    ensure_packages,
    ensure_serials,
    serials_in,
)
from checkout.web.deliveries.shipping import parse_weight
from shop.core.text import kilograms

LEAVING = {1: 2}


def test_each_parcel_is_described_or_none():
    ensure_packages(Shipment(parcels=3))
    ensure_packages(Shipment(parcels=2, packages=(Package(), Package())))
    with pytest.raises(PackagesMiscounted):
        ensure_packages(Shipment(parcels=3, packages=(Package(),)))
    many = MOST_PACKAGES + 1
    with pytest.raises(TooManyPackages):
        ensure_packages(Shipment(parcels=many, packages=(Package(),) * many))


def test_a_shipment_has_a_weight_once_all_its_parcels_were_weighed():
    weighed, unknown = Package(weight_g=1_500), Package()
    assert Shipment(packages=(weighed, weighed)).weight_g == 3_000
    assert Shipment(packages=(weighed, unknown)).weight_g is None
    assert Shipment().weight_g is None


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("12,5", 12_500),
        ("12.5 kg", 12_500),
        ("0,001", 1),
        ("1 200", 1_200_000),
        ("0", None),
        ("-3", None),
        ("1,2345", None),
        ("x", None),
        ("999999", None),
    ],
)
def test_a_weight_is_typed_in_kilograms(typed: str, grams: int | None):
    assert parse_weight(typed) == grams


@pytest.mark.parametrize(
    ("grams", "french", "english"),
    [(12_500, "12,5", "12.5"), (1_000, "1", "1"), (25, "0,025", "0.025")],
)
def test_a_weight_is_shown_to_the_gram(grams: int, french: str, english: str):
    assert kilograms(grams, "fr") == f"{french}\N{NO-BREAK SPACE}kg"
    assert kilograms(grams, "en") == f"{english}\N{NO-BREAK SPACE}kg"


def test_serial_numbers_are_one_on_each_line():
    assert serials_in(" A-1 \r\n\r\n B 2\n") == ["A-1", "B 2"]


def test_a_unit_has_one_serial_number_at_most_and_no_other_unit_has_it():
    ensure_serials({1: ["A-1", "A-2"]}, LEAVING)
    ensure_serials({1: ["A-1"], 2: []}, LEAVING)
    for serials, refusal in [
        ({1: ["A-1", "A-2", "A-3"]}, MoreSerials),
        ({2: ["A-1"]}, MoreSerials),
        ({1: ["A-1", "a 1"]}, SerialTwice),
        ({1: ["x" * (LONGEST_SERIAL + 1)]}, SerialTooLong),
        ({1: ["---"]}, SerialTooLong),
    ]:
        with pytest.raises(refusal):
            ensure_serials(serials, LEAVING)
