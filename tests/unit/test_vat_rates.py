"""The rates of VAT of a day, and what a change of them moves."""

from datetime import date

from quotes.quotes.rules import last_day
from shop.core.money import Money
from shop.places.rules import MAINLAND
from shop.settings.rules import (
    NOTHING_SET,
    RateTaken,
    RateTooFine,
    SettingRefused,
    Settings,
    Step,
    refusals,
)
from shop.settings.tariffs import tariff_on
from shop.settings.vat import (
    RateChange,
    changes_after,
    keeps_excluding_on,
    vat_moves_on,
    vat_rates_ever,
    vat_rates_on,
)
from shop.settings.vat_rules import CLASSES, EXCLUDING, VAT
from tests.factories import AT

SPRING, SUMMER = date(2027, 3, 1), date(2027, 7, 1)
BEFORE = date(2027, 2, 28)
KNOWN = Settings(
    (
        Step(1, VAT.key, SPRING, {"standard": 2_100, "kept": EXCLUDING}),
        Step(2, VAT.key, SUMMER, {"standard": 2_000, "reduced": 600}),
    )
)
FIRST = {one.key: one.first for one in VAT.settings}


def test_the_rates_are_those_of_the_law_until_the_office_sets_others():
    assert vat_rates_on(NOTHING_SET, BEFORE) == (2_000, 1_000, 550, 210)
    assert vat_rates_on(KNOWN, BEFORE) == (2_000, 1_000, 550, 210)
    assert vat_rates_on(KNOWN, SPRING) == (2_100, 1_000, 550, 210)
    assert vat_rates_on(KNOWN, SUMMER) == (2_000, 1_000, 600, 210)
    assert vat_rates_ever(KNOWN) == {2_000, 2_100, 1_000, 550, 600, 210}


def test_products_pass_from_every_former_rate_of_their_class_to_that_of_the_day():
    assert vat_moves_on(KNOWN, SPRING)[2_000] == 2_100
    assert 550 not in vat_moves_on(KNOWN, SPRING)
    assert vat_moves_on(KNOWN, SUMMER) == {2_100: 2_000, 550: 600}
    assert vat_moves_on(NOTHING_SET, SPRING) == {}
    assert [keeps_excluding_on(KNOWN, day) for day in (BEFORE, SPRING)] == [False, True]


def test_changes_to_come_are_told_with_their_day():
    assert changes_after(KNOWN, BEFORE) == (
        RateChange(SPRING, 2_000, 2_100),
        RateChange(SUMMER, 2_100, 2_000),
        RateChange(SUMMER, 550, 600),
    )
    assert changes_after(KNOWN, SUMMER) == ()
    assert changes_after(KNOWN, last_day(AT)) == changes_after(KNOWN, BEFORE)


def test_the_delivery_has_the_standard_rate_of_its_day_and_keeps_its_price_including_vat():
    prices = {
        day: tariff_on(KNOWN, day).applied(MAINLAND).rate_for(100) for day in (BEFORE, SPRING)
    }
    assert [one.vat_rate for one in prices.values()] == [2_000, 2_100]
    assert {one.including for one in prices.values()} == {Money(990)}
    excluding = [one.price.times(1) for one in prices.values()]
    assert excluding == [Money(825), Money(818)]


def test_a_rate_is_of_one_class_for_ever_and_has_one_decimal():
    assert list(refusals(VAT, FIRST)) == []
    (taken,) = refusals(VAT, FIRST | {"reduced": 2_100}, KNOWN)
    assert (type(taken), taken.facts["key"]) == (RateTaken, "reduced")
    assert {one.facts["key"] for one in refusals(VAT, FIRST | {"reduced": 1_000})} == {
        "reduced",
        "intermediate",
    }
    (fine,) = refusals(VAT, FIRST | {"reduced": 555})
    assert type(fine) is RateTooFine
    (none,) = refusals(VAT, FIRST | {"super_reduced": 0})
    assert type(none) is SettingRefused
    assert set(CLASSES) == set(FIRST) - {"kept"}
