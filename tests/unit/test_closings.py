"""Closing days of the shop: nothing leaves on them; the carrier and the law count on."""

from datetime import UTC, date, datetime

import pytest

from checkout.drafts.shipping import METHODS, PICK_UP, expected_on
from shop.catalogue.delays import expected_delivery
from shop.catalogue.rules import Availability, Shelf
from shop.core.days import add_business_days, business_day_from, is_business_day
from shop.places.rules import PARCEL
from shop.settings.closings import closed_days, closed_on
from shop.settings.rules import (
    ClosingTurned,
    Settings,
    Step,
    refusals,
)
from shop.settings.table_rules import CLOSINGS

NONE = {one.key: 0 for one in CLOSINGS.settings}
MONDAY = date(2026, 11, 23)
#: Monday to Wednesday.
CLOSED = frozenset({MONDAY, date(2026, 11, 24), date(2026, 11, 25)})
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def period(first: date | None, last: date | None) -> dict[str, int]:
    days = {"first_2": first, "last_2": last}
    return NONE | {key: day.toordinal() if day else 0 for key, day in days.items()}


def test_a_period_closes_its_first_and_its_last_day_from_the_day_on_which_it_is_known():
    values = period(MONDAY, date(2026, 11, 25))
    assert closed_days(values) == CLOSED
    assert closed_days(NONE) == frozenset()
    known = Settings((Step(1, CLOSINGS.key, date(2026, 11, 20), values),))
    assert closed_on(known, date(2026, 11, 19)) == frozenset()
    assert closed_on(known, date(2026, 11, 20)) == CLOSED


def test_a_closed_day_is_no_business_day():
    assert is_business_day(MONDAY) and not is_business_day(MONDAY, CLOSED)
    assert business_day_from(MONDAY, CLOSED) == date(2026, 11, 26)
    assert add_business_days(date(2026, 11, 20), 2, CLOSED) == date(2026, 11, 27)


def test_goods_leave_after_the_closing_and_the_carrier_counts_its_own_days():
    parcel = METHODS[PARCEL]
    assert expected_on(parcel, lead_days=0, at=NOON) == date(2026, 11, 25)
    assert expected_on(parcel, lead_days=0, closed=CLOSED, at=NOON) == date(2026, 11, 30)
    pick_up = METHODS[PICK_UP]
    assert expected_on(pick_up, lead_days=0, closed=CLOSED, at=NOON) == date(2026, 11, 26)
    told = expected_delivery(Availability(Shelf.IN_STOCK, 5), NOON, closed=CLOSED)
    assert told is not None
    assert (told.ships_on, told.before_hour) == (date(2026, 11, 26), None)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (MONDAY, None),
        (None, MONDAY),
        (MONDAY, date(2026, 11, 22)),
        (MONDAY, date(2027, 3, 1)),
    ],
)
def test_a_period_without_sense_is_refused_beside_its_last_day(
    first: date | None, last: date | None
):
    (refused,) = refusals(CLOSINGS, period(first, last))
    assert isinstance(refused, ClosingTurned)
    assert refused.facts["key"] == "last_2"
    assert not list(refusals(CLOSINGS, period(MONDAY, MONDAY)))
