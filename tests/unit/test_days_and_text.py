"""Calendar months, business days and how days are formatted."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.quotes.rules import QuoteExpired, days_left, ensure_valid, last_day
from shop.core import text
from shop.core.days import (
    add_business_days,
    add_month,
    business_day_from,
    end_of_day,
    is_business_day,
    public_holidays,
)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2026, 11, 18), date(2026, 12, 18)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_one_month_is_one_calendar_month(issued: date, last: date):
    assert add_month(issued) == last


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_month_later_is_never_more_than_31_days_away(day: date):
    later = add_month(day)
    assert 28 <= (later - day).days <= 31
    assert later.day <= day.day


def test_the_last_day_counts_to_its_end_in_paris():
    issued = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    last = last_day(issued)
    assert last == date(2026, 12, 22)
    in_time = datetime(2026, 12, 22, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in Paris
    ensure_valid("DE-2026-000001", last, in_time)
    assert days_left(last, in_time) == 0
    with pytest.raises(QuoteExpired):
        ensure_valid("DE-2026-000001", last, datetime(2026, 12, 22, 23, 0, tzinfo=UTC))


def test_a_quote_issued_late_in_the_evening_counts_from_the_paris_day():
    # 23:30 UTC on 30 January is 00:30 on the 31st in Paris.
    assert last_day(datetime(2027, 1, 30, 23, 30, tzinfo=UTC)) == date(2027, 2, 28)


def test_the_summer_change_does_not_move_the_last_day():
    last = last_day(datetime(2026, 9, 25, 8, 0, tzinfo=UTC))
    assert last == date(2026, 10, 25)  # clocks go back that night
    ensure_valid("DE-2026-000001", last, datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC))
    with pytest.raises(QuoteExpired):
        ensure_valid("DE-2026-000001", last, datetime(2026, 10, 25, 23, 0, tzinfo=UTC))


#: Easter Sundays as printed in calendars.
EASTER = [
    date(2026, 4, 5),
    date(2027, 3, 28),
    date(2028, 4, 16),
    date(2029, 4, 1),
    date(2030, 4, 21),
    date(2031, 4, 13),
    date(2032, 3, 28),
    date(2033, 4, 17),
    date(2034, 4, 9),
    date(2035, 3, 25),
]
FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]


@pytest.mark.parametrize("sunday", EASTER)
def test_the_eleven_public_holidays_of_the_labour_code_are_known(sunday: date):
    movable = {sunday + timedelta(days=later) for later in (1, 39, 50)}
    assert public_holidays(sunday.year) == movable | {date(sunday.year, *on) for on in FIXED}


def test_the_holidays_of_alsace_and_moselle_are_business_days():
    good_friday, saint_stephen = date(2027, 3, 26), date(2028, 12, 26)
    assert is_business_day(good_friday)
    assert is_business_day(saint_stephen)


def test_public_holidays_are_no_business_days():
    for holiday in (date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 12, 25)):
        assert not is_business_day(holiday)
    assert add_business_days(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert add_business_days(date(2026, 12, 31), 1) == date(2027, 1, 4)


@pytest.mark.parametrize("saturday", [date(2026, 11, 21), date(2026, 8, 15)])
def test_a_weekend_is_no_business_day(saturday: date):
    assert not is_business_day(saturday)
    assert not is_business_day(saturday + timedelta(days=1))
    monday = saturday + timedelta(days=2)
    assert [business_day_from(day) for day in (saturday, monday)] == [monday, monday]


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
def test_business_days_are_counted_one_by_one(start: date, count: int):
    end = add_business_days(start, count)
    after = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert is_business_day(end)
    assert sum(is_business_day(on) for on in after) == count


def test_french_figures_and_days_are_written_as_the_french_write_them():
    assert text.money(178_800) == "1\u202f788,00\u00a0€"
    assert text.money(-5) == "\u22120,05\u00a0€"
    assert text.percent(550) == "5,5\u00a0%"
    assert text.percent(2000) == "20\u00a0%"
    assert text.unit_price(741_667) == "74,1667\u00a0€"
    assert text.unit_price(4_575_000) == "457,50\u00a0€"
    assert text.day("2026-03-01") == "1er mars 2026"
    assert text.day_full("2026-12-18") == "vendredi 18 décembre 2026"
    at = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
    assert text.moment(at) == "20\u00a0nov., 14\u00a0h\u00a002"
    assert text.moment_full(at) == "20 novembre 2026, 14\u00a0h\u00a002"
    assert text.day_short(at.replace(day=1)) == "1er\u00a0nov."


def test_english_figures_and_days_are_written_as_the_english_write_them():
    assert text.money(178_800, "en") == "€1,788.00"
    assert text.money(-178_800, "en") == "\u2212€1,788.00"
    assert text.percent(550, "en") == "5.5%"
    assert text.day_full("2026-12-18", "en") == "Friday 18 December 2026"


def cents_read(written: str) -> int:
    """The cents of a formatted amount: without signs, digits joined."""
    digits = "".join(sign for sign in written if sign.isdigit())
    return -int(digits) if written.startswith("\u2212") else int(digits)


@given(st.integers(-(10**13), 10**13))
def test_any_amount_is_written_as_its_cents_in_french_and_in_english(cents: int):
    french, english = text.money(cents), text.money(cents, "en")
    assert cents_read(french) == cents_read(english) == cents
    assert re.fullmatch("\u2212?[0-9]{1,3}(\u202f[0-9]{3})*,[0-9]{2}\u00a0€", french)
    assert re.fullmatch("\u2212?€[0-9]{1,3}(,[0-9]{3})*[.][0-9]{2}", english)


@given(st.integers(0, 10**13))
def test_a_unit_price_keeps_two_to_four_decimals_and_no_idle_zero(tenthousandths: int):
    written = text.unit_price(tenthousandths)
    whole, decimals = written.removesuffix("\u00a0€").replace("\u202f", "").split(",")
    assert int(whole) * 10_000 + int(decimals.ljust(4, "0")) == tenthousandths
    assert len(decimals) == 2 or not decimals.endswith("0")


@given(st.integers(0, 10_000))
def test_a_rate_is_written_without_an_idle_zero(basis_points: int):
    for language, point in (("fr", ","), ("en", ".")):
        whole, _, decimals = text.percent(basis_points, language).rstrip("%\u00a0").partition(point)
        assert int(whole.replace("\u202f", "")) * 100 + int(decimals.ljust(2, "0")) == basis_points
        assert not decimals.endswith("0")


def test_the_months_are_abbreviated_as_the_administration_does():
    written = [text.day_short(date(2026, month, 2)) for month in range(1, 13)]
    assert " ".join(day.removeprefix("2\u00a0") for day in written) == (
        "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."
    )
    assert text.day_short(date(2026, 9, 1), "en") == "1\u00a0Sep"


MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["fr", "en"]))
def test_any_day_is_read_back_from_its_words(on: date, language: str):
    weekday, number, month, year = text.day_full(on, language).split(" ")
    assert number == ("1er" if language == "fr" and on.day == 1 else str(on.day))
    assert MONTHS[language].split().index(month) + 1 == on.month
    assert WEEKDAYS[language].split().index(weekday) == on.weekday()
    assert int(year) == on.year
    assert text.day(on.isoformat(), language) == f"{number} {month} {year}"


def test_the_size_of_a_file_is_rounded_for_the_reader():
    assert text.size(84_200) == "84\u00a0Ko"
    assert text.size(12) == "1\u00a0Ko"
    assert text.size(1_250_000) == "1,2\u00a0Mo"
    assert text.size(1_500_000, "en") == "1.5\u00a0MB"


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 11, 18), datetime(2026, 11, 18, 23, tzinfo=UTC)),
        (date(2026, 7, 14), datetime(2026, 7, 14, 22, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # the clocks go back
    ],
)
def test_a_day_ends_at_midnight_in_paris(day: date, ends: datetime):
    assert end_of_day(day) == ends
    assert end_of_day(day).tzinfo is UTC


def test_no_business_day_after_is_the_day_itself():
    sunday = date(2026, 11, 22)
    assert add_business_days(sunday, 0) == sunday
    assert add_business_days(sunday, 2) == date(2026, 11, 24)


@pytest.mark.parametrize("write", [text.money, text.unit_price, text.percent, text.number])
def test_a_figure_is_formatted_once_and_kept(write: Any):
    write(123_457, "fr")
    before = write.cache_info().hits
    assert write(123_457, "fr") and write.cache_info().hits == before + 1
