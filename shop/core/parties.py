"""The parties of a sale, as they are copied into a quote, an order and every document."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from shop.core.text import country as country_called

#: The key under which the contact's own e-mail address is stored.
_OWN_EMAIL = "own_email"
#: The ISO 3166-1 code of France, whose name is not printed in an address.
FRANCE = "FR"


@dataclass(frozen=True, slots=True)
class Place:
    """An address: the quote's header or the place of delivery.

    `unit` is the establishment's own name below the organisation's, where it differs. For a place
    of delivery, also what the carrier needs: `floor` (« 2nd, no lift »), opening hours, and whether
    to call the contact person before delivery. `country` is an ISO 3166-1 code; addresses stored
    before countries were asked are in France.
    """

    name: str
    line1: str
    postal_code: str
    city: str
    line2: str = ""
    country: str = FRANCE
    instructions: str = ""
    floor: str = ""
    opening_hours: str = ""
    call_before: bool = False
    unit: str = ""

    @property
    def lines(self) -> list[str]:
        town = f"{self.postal_code} {self.city}".strip()
        return [
            line for line in (self.unit, self.line1, self.line2, town, self.country_line) if line
        ]

    @property
    def country_line(self) -> str:
        """The last line of an address abroad: the country in French capitals, as the French post
        reads it (acts of the Universal Postal Union); empty in France.
        """
        return "" if self.country == FRANCE else country_called(self.country).upper()


@dataclass(frozen=True, slots=True)
class PayingService:
    """The service that receives the invoice: neither the buyer nor the delivery address.

    `engagement_rule`: whether it requires a commitment number, a value of
    organisations.rules.EngagementRule; "unknown" leaves it to the organisation's rule.
    """

    name: str
    service_code: str = ""
    email: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    engagement_rule: str = "unknown"

    @property
    def lines(self) -> list[str]:
        last = f"{self.postal_code} {self.city}".strip()
        return [line for line in (self.line1, self.line2, last) if line]


@dataclass(frozen=True, slots=True)
class Contact:
    """The person whom the carrier and the shop call. Name and phone are required; `email` is their
    own address, empty where they gave none.
    """

    name: str
    phone: str
    email: str = ""

    @property
    def lines(self) -> list[str]:
        return [line for line in (self.name, self.phone, self.email) if line]


@dataclass(frozen=True, slots=True)
class Parties:
    """Header, delivery, paying service (public bodies) and contact of one sale.

    `customer_code`, `siren` and `siret` are empty for a private person; `establishment_id` is the
    buyer's establishment that `siret` and the header describe.
    """

    header: Place
    delivery: Place
    contact: Contact
    paying_service: PayingService | None = None
    customer_code: str = ""
    siren: str = ""
    siret: str = ""
    establishment_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored. The contact's address has a key of its own: under `email`, sales stored
        before it was asked have the address of the buyer.
        """
        stored = asdict(self)
        stored["contact"][_OWN_EMAIL] = stored["contact"].pop("email")
        return stored

    def with_service_code(self, code: str) -> "Parties":
        if not code or self.paying_service is None:
            return self
        return replace(self, paying_service=replace(self.paying_service, service_code=code))


def parties_from(data: dict[str, Any]) -> Parties:
    """The parties of a stored sale."""
    service = data.get("paying_service")
    return Parties(
        header=Place(**data["header"]),
        delivery=Place(**data["delivery"]),
        contact=_contact_from(data["contact"]),
        paying_service=PayingService(**service) if service else None,
        customer_code=data.get("customer_code", ""),
        siren=data.get("siren", ""),
        siret=data.get("siret", ""),
        establishment_id=data.get("establishment_id"),
    )


def _contact_from(data: dict[str, Any]) -> Contact:
    """The contact of a stored sale; without an e-mail address where it was the buyer's."""
    return Contact(data["name"], data["phone"], data.get(_OWN_EMAIL, ""))
