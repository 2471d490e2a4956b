"""Where the shop delivers and for how much on a day, as the settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from shop.core.money import Money
from shop.core.parties import Place
from shop.core.text import paris_day
from shop.places.rules import (
    DELIVERY_VAT,
    MAINLAND,
    PALLET,
    PARCEL,
    TERRITORIES,
    Rate,
    Territory,
    ensure_territory,
    territory_of,
)
from shop.settings.rules import Settings
from shop.settings.settings import settings_known
from shop.settings.table_rules import DELIVERY
from shop.settings.vat import vat_rates_on

#: The territories that a setting opens and closes, by the key of both.
_OPENED = ("corsica", "monaco", "armed_forces")


@dataclass(frozen=True, slots=True)
class Tariff:
    """The delivery settings of a day."""

    values: Mapping[str, int]
    vat_rate: int = DELIVERY_VAT

    @property
    def rates(self) -> tuple[Rate, ...]:
        """The prices of the mainland, the lightest first."""
        return self._rates(0)

    @property
    def served(self) -> tuple[Territory, ...]:
        """The territories that the shop delivers to."""
        found = (self.applied(one) for one in TERRITORIES)
        return tuple(one for one in found if one.is_served)

    def applied(self, territory: Territory) -> Territory:
        """A territory of the table with the prices of the day; the settings never open one that
        the table keeps closed.
        """
        territory = replace(territory, delivery_vat=self.vat_rate)
        if not territory.is_served:
            return territory
        if territory.key in _OPENED and not self.values[territory.key]:
            return replace(territory, rates=())
        if territory.key != "corsica":
            return replace(territory, rates=self.rates)
        rates = self._rates(self.values["corsica_extra"])
        return replace(territory, rates=rates, extra_days=self.values["corsica_days"])

    def territory_of(self, country: str, postal_code: str) -> Territory:
        """The territory of a place, with the prices of the day."""
        return self.applied(territory_of(country, postal_code))

    def bound_for(self, place: Place | None) -> Territory:
        """Where goods go; the mainland until their place is known."""
        if place is None:
            return self.applied(MAINLAND)
        return self.territory_of(place.country, place.postal_code)

    def is_served(self, place: Place) -> bool:
        """Whether the online shop delivers there."""
        return self.bound_for(place).is_served

    def ensure_served(self, place: Place) -> None:
        """Raises PlaceNotServed."""
        ensure_territory(self.bound_for(place), place)

    def _rates(self, supplement: int) -> tuple[Rate, ...]:
        light, heavy, pallet = (
            Money(self.values[key] + supplement) for key in ("parcel_5", "parcel_30", "pallet")
        )
        return (
            Rate(PARCEL, 5_000, light, self.vat_rate),
            Rate(PARCEL, 30_000, heavy, self.vat_rate),
            Rate(PALLET, None, pallet, self.vat_rate),
        )


def tariff_on(settings: Settings, day: date) -> Tariff:
    """The tariff of a day."""
    return Tariff(settings.on(DELIVERY, day), vat_rates_on(settings, day)[0])


def tariff_at(session: Session, at: datetime) -> Tariff:
    """The tariff of the day of a moment."""
    return tariff_on(settings_known(session), paris_day(at))


#: The tariff until the office sets another one.
FIRST_TARIFF = tariff_on(Settings(), date.min)
