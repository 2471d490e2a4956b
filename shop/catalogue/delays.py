"""When a parcel is shipped and when it arrives, in business days of Europe/Paris."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shop.catalogue.rules import Availability, Shelf
from shop.core.days import NO_DAYS, add_business_days, business_day_from, is_business_day
from shop.core.text import PARIS

#: Orders before this hour in Paris are shipped the same business day.
LAST_HOUR = 15
#: Business days in transit.
ROAD_DAYS = 2


@dataclass(frozen=True, slots=True)
class Expected:
    """`before_hour` is the latest hour of the order for this date, when the parcel is shipped
    today.
    """

    ships_on: date
    arrives_on: date
    before_hour: int | None = None


def expected_delivery(
    availability: Availability,
    at: datetime,
    *,
    extra_days: int = 0,
    closed: Container[date] = NO_DAYS,
) -> Expected | None:
    """The expected dates for an order at that moment; None when they are not known. `extra_days`:
    business days in transit beyond those of the mainland; on the `closed` days nothing is shipped.
    """
    road_days = ROAD_DAYS + extra_days
    local = at.astimezone(PARIS)
    today = local.date()
    if availability.shelf in (Shelf.IN_STOCK, Shelf.LOW):
        if is_business_day(today, closed) and local.hour < LAST_HOUR:
            return Expected(today, add_business_days(today, road_days), LAST_HOUR)
        ships = add_business_days(today, 1, closed)
        return Expected(ships, add_business_days(ships, road_days))
    if availability.shelf is Shelf.ON_ORDER and availability.lead_days > 0:
        ships = business_day_from(today + timedelta(days=availability.lead_days), closed)
        return Expected(ships, add_business_days(ships, road_days))
    return None
