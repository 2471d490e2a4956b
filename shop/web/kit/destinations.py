"""The place to which this visitor's goods would go, for delivery prices before step 4.

Its country and postal code are kept in the visitor's signed session, so that no page of the
catalogue needs a statement for them; they end with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import session
from flask_babel import gettext as _

from shop.core import text
from shop.core.money import Money
from shop.core.parties import FRANCE, Place
from shop.core.vat import PriceBasis
from shop.places.rules import Rate, Territory
from shop.web.kit.site import current_language
from shop.web.kit.tariff import tariff_today

_KEY = "destination"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods would go: an address of the person, or what they entered at step 3."""

    country: str
    postal_code: str

    @property
    def territory(self) -> Territory:
        return tariff_today().territory_of(self.country, self.postal_code)

    @property
    def name(self) -> str:
        """The postal code, with its country when that is not France."""
        if self.country == FRANCE:
            return self.postal_code
        return f"{self.postal_code} ({text.country(self.country, current_language())})"


def remember_destination(place: Place | None) -> None:
    """Keep where the goods would go; None: no address is known, and none is looked for again."""
    told = [place.country, place.postal_code] if place is not None else []
    if session.get(_KEY) != told:
        session[_KEY] = told


def forget_destination() -> None:
    """An address has changed: it is read again."""
    session.pop(_KEY, None)


def destination() -> Destination | None:
    """Where this visitor's goods would go, if it is known."""
    told = session.get(_KEY)
    return Destination(*told) if isinstance(told, list) and len(told) == 2 else None


def destination_or(find: Callable[[], Place | None]) -> Destination | None:
    """As `destination()`; the first time `find` looks for the person's address."""
    if session.get(_KEY) is None:
        remember_destination(find())
    return destination()


@dataclass(frozen=True, slots=True)
class DeliveryPrice:
    """What a page says about the delivery of goods; `is_served` is False where the online shop
    does not deliver, and `extra_days` are those of the territory.
    """

    sentence: str
    is_served: bool = True
    extra_days: int = 0


def delivery_price(
    where: Destination | None, *, weight_g: int, bulky: bool, basis: PriceBasis
) -> DeliveryPrice:
    """The delivery price of goods: to a known place, or the lowest one."""
    if where is None:
        rates = [one.rate_for(weight_g, bulky=bulky) for one in tariff_today().served]
        least = min(rates, key=lambda rate: rate.including.cents)
        return DeliveryPrice(_("Delivery from %(price)s.", price=_shown(least, basis)))
    territory = where.territory
    if not territory.is_served:
        sentence = _(
            "The online shop does not deliver to %(place)s: ask us for an individual quote.",
            place=where.name,
        )
        return DeliveryPrice(sentence, is_served=False)
    rate = territory.rate_for(weight_g, bulky=bulky)
    sentence = _("Delivery to %(place)s: %(price)s.", place=where.name, price=_shown(rate, basis))
    return DeliveryPrice(sentence, extra_days=territory.extra_days)


def _shown(rate: Rate, basis: PriceBasis) -> str:
    language = current_language()
    if basis is PriceBasis.EXCLUDING:
        excluding: Money = rate.price.times(1)
        return _("%(amount)s excl. VAT", amount=text.money(excluding.cents, language))
    return _("%(amount)s incl. VAT", amount=text.money(rate.including.cents, language))
