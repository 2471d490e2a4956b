"""Where the shop delivers: the table of territories, and the refusal of a place that is not in it.

A territory is found by country (ISO 3166-1) and, in France, by the beginning of the postal code.
Its VAT treatment is that of goods that leave the mainland for it.
"""

from dataclasses import dataclass
from datetime import date

from shop.core.errors import N_, DomainError
from shop.core.money import Money, UnitPrice
from shop.core.parties import FRANCE, Place

MONACO = "MC"
#: Countries whose postal codes have five digits: Monaco has those of the French post.
FIVE_DIGITS = frozenset({FRANCE, MONACO})
PARCEL, PALLET = "parcel", "pallet"
#: The rate of a delivery taxed in France before the settings give another one, in basis points.
DELIVERY_VAT = 2000


@dataclass(frozen=True, slots=True)
class VatTreatment:
    """How a delivery is taxed: the category of EN 16931 (BT-151), and the mention on the invoice.

    `confirmed_on`: when the shop's accountant confirmed it. None for another treatment than French
    VAT keeps a territory closed: an individual quote asks the accountant first.
    """

    category: str
    mention: str = ""
    confirmed_on: date | None = None

    @property
    def is_french(self) -> bool:
        """VAT at the rate of each product."""
        return self.category == "S"


FRENCH_VAT = VatTreatment("S")
#: Guadeloupe, Martinique, La Réunion: CGI 294, 2; Guyane and Mayotte, where VAT does not apply
#: provisionally: CGI 294, 1. The local tax is the importer's.
OVERSEAS_VAT = VatTreatment("G", "Exonération de TVA, article 294 du code général des impôts")
EXPORT = VatTreatment("G", "Exonération de TVA, article 262, I du code général des impôts")
#: For a customer with a VAT number; others are taxed in their country above the threshold of
#: distance sales (CGI 258 A).
INTRA_COMMUNITY = VatTreatment(
    "K", "Exonération de TVA, article 262 ter, I du code général des impôts"
)


@dataclass(frozen=True, slots=True)
class Rate:
    """A delivery price including VAT, for goods of at most that weight; None: any weight.

    Bulky goods travel by pallet, whatever they weigh.
    """

    method: str
    up_to_g: int | None
    including: Money
    vat_rate: int = DELIVERY_VAT

    @property
    def price(self) -> UnitPrice:
        """The price excluding VAT."""
        return UnitPrice.from_including(self.including, self.vat_rate)

    def carries(self, weight_g: int, *, bulky: bool = False) -> bool:
        if bulky and self.method != PALLET:
            return False
        return self.up_to_g is None or weight_g <= self.up_to_g


#: The lightest first.
RATES = (
    Rate(PARCEL, 5_000, Money(990)),
    Rate(PARCEL, 30_000, Money(1490)),
    Rate(PALLET, None, Money(3480)),
)


@dataclass(frozen=True, slots=True)
class Territory:
    """A row of the table. `rates` are empty where the shop does not deliver; `extra_days` are
    business days in transit beyond those of the mainland.

    `prefixes` are the beginnings of its French postal codes, `countries` its own ISO codes.
    """

    key: str
    vat: VatTreatment
    prefixes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    rates: tuple[Rate, ...] = ()
    extra_days: int = 0
    #: The rate of the delivery, in basis points.
    delivery_vat: int = DELIVERY_VAT

    @property
    def is_served(self) -> bool:
        """Whether the online shop delivers there."""
        return bool(self.rates)

    def rate_for(self, weight_g: int, *, bulky: bool = False) -> Rate:
        """The price for goods of that weight. Raises ValueError where the shop does not deliver."""
        for rate in self.rates:
            if rate.carries(weight_g, bulky=bulky):
                return rate
        raise ValueError(f"No delivery to {self.key}")


MAINLAND = Territory(
    "mainland",
    FRENCH_VAT,
    prefixes=tuple(f"{number:02d}" for number in range(1, 96) if number != 20),
    rates=RATES,
)
#: The postal sectors of the armed forces, delivered by their own post office in the mainland.
ARMED_FORCES = Territory("armed_forces", FRENCH_VAT, prefixes=("00",), rates=RATES)
CORSICA = Territory("corsica", FRENCH_VAT, prefixes=("20",), rates=RATES, extra_days=2)
#: For VAT a part of France (convention of 18 May 1963).
MONACO_TERRITORY = Territory(
    "monaco", FRENCH_VAT, prefixes=("980",), countries=(MONACO,), rates=RATES
)
_MEMBER_STATES = "AT BE BG CY CZ DE DK EE ES FI GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
#: The member states of the European Union but France.
EUROPEAN_UNION = Territory(
    "european_union", INTRA_COMMUNITY, countries=tuple(_MEMBER_STATES.split())
)
#: Every other country.
ABROAD = Territory("abroad", EXPORT)
#: Postal codes that no French territory has, such as 99999.
NOWHERE = Territory("nowhere", FRENCH_VAT)

TERRITORIES = (
    MAINLAND,
    ARMED_FORCES,
    CORSICA,
    MONACO_TERRITORY,
    Territory("guadeloupe", OVERSEAS_VAT, ("971",), ("GP",)),
    Territory("martinique", OVERSEAS_VAT, ("972",), ("MQ",)),
    Territory("guyane", OVERSEAS_VAT, ("973",), ("GF",)),
    Territory("reunion", OVERSEAS_VAT, ("974",), ("RE",)),
    Territory("mayotte", OVERSEAS_VAT, ("976",), ("YT",)),
    Territory("saint_pierre_et_miquelon", EXPORT, ("975",), ("PM",)),
    Territory("saint_barthelemy", EXPORT, ("977", "97133"), ("BL",)),
    Territory("saint_martin", EXPORT, ("978", "97150"), ("MF",)),
    Territory("southern_lands", EXPORT, ("984",), ("TF",)),
    Territory("wallis_et_futuna", EXPORT, ("986",), ("WF",)),
    Territory("french_polynesia", EXPORT, ("987",), ("PF",)),
    Territory("new_caledonia", EXPORT, ("988",), ("NC",)),
    EUROPEAN_UNION,
    ABROAD,
    NOWHERE,
)
_BY_PREFIX = {prefix: one for one in TERRITORIES for prefix in one.prefixes}
_BY_COUNTRY = {code: one for one in TERRITORIES for code in one.countries}


class PlaceNotServed(DomainError):
    """A place of delivery outside the table; the way on is an individual quote."""

    sentence = N_(
        "The online shop does not deliver to %(place)s: ask us for an individual quote, with the "
        "list of what you need."
    )
    status = 422


def territory_of(country: str, postal_code: str) -> Territory:
    """The territory of a place."""
    if country != FRANCE:
        return _BY_COUNTRY.get(country, ABROAD)
    for length in (5, 3, 2):
        found = _BY_PREFIX.get(postal_code[:length])
        if found is not None:
            return found
    return NOWHERE


def territory_of_place(place: Place) -> Territory:
    """The territory of a place of delivery."""
    return territory_of(place.country, place.postal_code)


def is_served(place: Place) -> bool:
    """Whether the table has the place among those that the shop may deliver to."""
    return territory_of_place(place).is_served


def ensure_territory(territory: Territory, place: Place) -> None:
    """The online shop delivers to the territory of a place. Raises PlaceNotServed."""
    if not territory.is_served:
        told = f"{place.postal_code} {place.city}".strip()
        if place.country != FRANCE:
            told = f"{told}, {place.country_line}"
        raise PlaceNotServed(place=told)


def ensure_served(place: Place) -> None:
    """The table has the place among those that are delivered to. Raises PlaceNotServed."""
    ensure_territory(territory_of_place(place), place)
