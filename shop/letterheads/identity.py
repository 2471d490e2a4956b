"""The shop's identity for everybody: the public part of the letterhead in force."""

from dataclasses import dataclass
from typing import Any

#: The name until a letterhead is entered.
UNNAMED = "Comptoir"


@dataclass(frozen=True, slots=True)
class Identity:
    """The seller's data required by law (LCEN art. 1-1; C. conso. L221-5).

    Everything but the name may be empty until an administrator has entered the letterhead; the
    capital is in cents. `line` and `promise` say on every page what the shop sells;
    `epr` are its unique identifiers as a producer of what it charges an eco-contribution for (C.
    env. L541-10-13).
    """

    name: str
    legal_name: str
    legal_form: str = ""
    capital: int = 0
    address: tuple[str, ...] = ()
    siret: str = ""
    rcs: str = ""
    epr: tuple[str, ...] = ()
    vat_number: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    line: str = ""
    promise: str = ""
    director: str = ""
    host: str = ""
    mediator: str = ""

    @property
    def address_line(self) -> str:
        return ", ".join(self.address)

    @property
    def dialled(self) -> str:
        """The telephone number as the target of a link."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def identity_from(content: dict[str, Any]) -> Identity:
    """The public part of a letterhead: never the bank."""
    known: dict[str, Any] = {
        key: str(content[key])
        for key in Identity.__dataclass_fields__
        if key not in ("name", "legal_name", "address", "capital", "epr") and content.get(key)
    }
    name = content.get("trade_name") or content.get("name") or UNNAMED
    return Identity(
        name=name,
        legal_name=content.get("name") or name,
        capital=int(content.get("capital") or 0),
        address=tuple(content.get("address") or ()),
        epr=tuple(content.get("epr") or ()),
        **known,
    )
