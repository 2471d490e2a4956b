"""Account numbers: which are accepted, and which an entry bears on its day."""

from dataclasses import replace
from datetime import date

import pytest

from checkout.entries.chart_rules import (
    BY_RATE,
    KINDS,
    Change,
    Chart,
    Charts,
    NumberMalformed,
    NumberTwice,
    WrongClass,
    changes_of,
    chart_from,
    ensure_chart,
    fingerprint,
    own_key,
    tidied,
)

OTHER_VAT = replace(Chart(), own={"vat:2000": "445711"})


def test_the_numbers_that_the_shop_begins_with_are_accepted():
    ensure_chart(Chart())


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_of_another_class_is_refused(kind: str):
    with pytest.raises(WrongClass) as refused:
        ensure_chart(replace(Chart(), **{kind: "101000"}))
    assert refused.value.facts["key"] == kind


@pytest.mark.parametrize("number", ["", "41", "41A", "411-1", "4110000000000", "411é"])
def test_a_number_is_three_digits_then_digits_or_letters(number: str):
    with pytest.raises(NumberMalformed):
        ensure_chart(replace(Chart(), clients=number))


@pytest.mark.parametrize("kind", BY_RATE)
def test_a_beginning_leaves_room_for_its_rate(kind: str):
    with pytest.raises(NumberMalformed):
        ensure_chart(replace(Chart(), **{kind: str(getattr(Chart(), kind)).ljust(10, "0")}))


def test_two_accounts_never_bear_one_number():
    with pytest.raises(NumberTwice):
        ensure_chart(replace(Chart(), own={"vat:2000": "445711", "vat:1000": "445711"}))
    with pytest.raises(NumberTwice):
        ensure_chart(replace(Chart(), own={"goods:2000": "707100"}))
    with pytest.raises(NumberTwice):
        ensure_chart(replace(Chart(), eco="707"))


def test_a_rate_has_its_own_account_or_follows_its_kind():
    assert OTHER_VAT.number("vat", 2000) == "445711"
    assert OTHER_VAT.number("vat", 550) == "44571055"
    assert OTHER_VAT.number("bank", None) == "512000"


def test_an_entry_bears_the_numbers_of_its_own_day():
    later = replace(Chart(), bank="512100")
    corrected = replace(Chart(), bank="512200")
    day = date(2026, 12, 1)
    known = Charts([(day, later), (day, corrected)])
    assert known.on(date(2026, 11, 30)).bank == "512000"
    assert known.on(day).bank == known.on(date(2027, 1, 1)).bank == "512200"


def test_a_chart_is_kept_as_it_was():
    assert chart_from(OTHER_VAT.to_json()) == OTHER_VAT
    assert tidied(" 411 a1 ") == "411A1"


def test_what_changes_is_told_with_both_numbers():
    assert changes_of(Chart(), OTHER_VAT) == (Change(own_key("vat", 2000), "", "445711"),)
    assert changes_of(OTHER_VAT, Chart()) == (Change("vat:2000", "445711", ""),)
    assert (Change("vat:2000", "", "x").kind, Change("vat:2000", "", "x").rate) == ("vat", 2000)
    days = (date(2026, 12, 1), date(2026, 12, 2))
    marks = {fingerprint(chart, day) for chart in (Chart(), OTHER_VAT) for day in days}
    assert len(marks) == 4
