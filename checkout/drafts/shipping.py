"""Shipping: by parcel or on a pallet, as the table of territories says, or collected at the shop.

Pure: weights in grams, prices including VAT, business days. Shipping has the standard rate.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shop.catalogue.delays import LAST_HOUR, ROAD_DAYS
from shop.core.days import NO_DAYS, add_business_days, business_day_from
from shop.core.errors import N_, DomainError
from shop.core.money import Money, UnitPrice
from shop.core.parties import Place
from shop.core.sales import PICK_UP, SaleLine
from shop.core.text import PARIS
from shop.core.vat import PriceBasis
from shop.places.rules import (
    DELIVERY_VAT,
    MAINLAND,
    PALLET,
    PARCEL,
    Territory,
)
from shop.settings.tariffs import Tariff


class UnknownShipping(DomainError):
    sentence = N_("This delivery method is not available for this cart. Choose another one.")
    status = 422


@dataclass(frozen=True, slots=True)
class Method:
    """A way of delivery: `name` and `detail` are English source sentences; days are business days
    between shipping and arrival.
    """

    key: str
    name: str
    detail: str
    business_days: int
    appointment: bool = False


METHODS = {
    PARCEL: Method(
        PARCEL,
        N_("Parcel delivery"),
        N_("Delivered against a signature, up to 30 kg."),
        ROAD_DAYS,
    ),
    PALLET: Method(
        PALLET,
        N_("Pallet delivery"),
        N_("By appointment: the carrier calls the contact person before delivering."),
        3,
        appointment=True,
    ),
    PICK_UP: Method(
        PICK_UP,
        N_("Collection from the shop"),
        N_("We e-mail you as soon as your goods are ready."),
        0,
    ),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A method with its price including VAT and the day of arrival."""

    method: Method
    including: Money
    expected_on: date
    vat_rate: int = DELIVERY_VAT

    @property
    def price(self) -> UnitPrice:
        """The price excluding VAT."""
        return UnitPrice.from_including(self.including, self.vat_rate)


def expected_on(
    method: Method,
    *,
    lead_days: int,
    extra_days: int = 0,
    closed: Container[date] = NO_DAYS,
    at: datetime,
) -> date:
    """The day of arrival: the shipping day (today before the last hour, or after the longest supply
    delay, in calendar days; none of those on which the shop is `closed`), then the transit in
    business days, with the `extra_days` of the territory.
    """
    local = at.astimezone(PARIS)
    departure = local.date() + timedelta(days=lead_days)
    if lead_days == 0 and local.hour >= LAST_HOUR:
        departure += timedelta(days=1)
    leaves_on = business_day_from(departure, closed)
    return add_business_days(leaves_on, method.business_days + extra_days)


def offers(
    *,
    weight_g: int,
    lead_days: int,
    bulky: bool = False,
    territory: Territory = MAINLAND,
    closed: Container[date] = NO_DAYS,
    at: datetime,
) -> tuple[Offer, ...]:
    """The methods for goods of that weight to a territory, the proposed one first; where the shop
    does not deliver, the collection only.
    """
    pick_up = METHODS[PICK_UP]
    ready_on = expected_on(pick_up, lead_days=lead_days, closed=closed, at=at)
    collected = Offer(pick_up, Money(), ready_on, territory.delivery_vat)
    if not territory.is_served:
        return (collected,)
    rate = territory.rate_for(weight_g, bulky=bulky)
    method, extra = METHODS[rate.method], territory.extra_days
    return (
        Offer(
            method,
            rate.including,
            expected_on(method, lead_days=lead_days, extra_days=extra, closed=closed, at=at),
            rate.vat_rate,
        ),
        collected,
    )


def find_offer(key: str, choices: tuple[Offer, ...]) -> Offer | None:
    return next((offer for offer in choices if offer.method.key == key), None)


def ensure_offered(key: str, choices: tuple[Offer, ...]) -> Offer:
    """The offer with that key. Raises UnknownShipping: too heavy meanwhile, or forged."""
    offer = find_offer(key, choices)
    if offer is None:
        raise UnknownShipping
    return offer


def reaches(shipping: str, place: Place, tariff: Tariff) -> bool:
    """Whether the goods reach their buyer: what is collected at the shop needs no served place."""
    return shipping == PICK_UP or tariff.is_served(place)


def ensure_reaches(shipping: str, place: Place, tariff: Tariff) -> None:
    """Raises PlaceNotServed where goods are delivered and the shop does not."""
    if shipping != PICK_UP:
        tariff.ensure_served(place)


def shipping_line(offer: Offer, name: str, basis: PriceBasis) -> SaleLine:
    """The line of a sale for it; `name` in the language of the sale."""
    return SaleLine(
        product_id=None,
        sku="",
        name=name,
        quantity=1,
        unit_price=offer.price,
        vat_rate=offer.vat_rate,
        unit_including=offer.including if basis is PriceBasis.INCLUDING else None,
    )
