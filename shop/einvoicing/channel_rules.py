"""How an electronic invoice reaches its recipient, and the dialect of the XML that follows from it.

One rule decides (`channel_of()`); the answer is frozen with the invoice.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Channel(StrEnum):
    """The ways of the reform, through the platforms: profile EN 16931, and EXTENDED for bodies that
    demand a service code (its second identifier of the buyer, BT-46 of scheme 0224, is allowed
    there only). The direct deposit on Chorus Pro has a dialect of its own (Spécifications externes,
    annexe EDI): a frame A1, SIRET of 14 digits as legal identifiers.
    """

    REFORM = "reform"
    EXTENDED = "extended"
    CHORUS = "chorus"


class Demand(StrEnum):
    """Whether a body demands a reference on its invoices, as its entry in the directory says.
    `EITHER`: the service code or the commitment number.
    """

    UNKNOWN = "unknown"
    REQUIRED = "required"
    OPTIONAL = "optional"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Demands:
    """What a body demands on its invoices."""

    service_code: Demand = Demand.UNKNOWN
    engagement: Demand = Demand.UNKNOWN

    def to_json(self) -> dict[str, str]:
        return {name: demand.value for name, demand in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> Self:
        """Those of an invoice of before are unknown."""
        return cls(**{name: Demand(value) for name, value in (stored or {}).items()})

    @property
    def wants_code(self) -> bool:
        """Whether the service code is demanded, alone or in place of the commitment number."""
        return self.service_code in (Demand.REQUIRED, Demand.EITHER)


def channel_of(setting: str | None, audience: str, demands: Demands, service_code: str) -> Channel:
    """The channel of an invoice: that of the reform for whoever is not a public body; for public
    bodies the shop's `setting` (`public_invoices` of its letterhead), and the profile that their
    demands need.
    """
    if audience != "public":
        return Channel.REFORM
    if setting == Channel.CHORUS:
        return Channel.CHORUS
    return Channel.EXTENDED if service_code and demands.wants_code else Channel.REFORM
