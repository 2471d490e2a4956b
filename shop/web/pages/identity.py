"""The shop's identity, for the foot of every page and the legal ones: from the letterhead in
force.
"""

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select

from shop.letterheads.models import Letterhead
from shop.web.kit.site import database

#: Seconds that a process caches it: a new letterhead shows within a minute, without a statement per
#: page.
KEPT_FOR = 60.0

#: The name until a letterhead is entered.
UNNAMED = "Comptoir"


@dataclass(frozen=True, slots=True)
class Identity:
    """The seller's data required by law (LCEN art. 1-1; C. conso. L221-5).

    Everything but the name may be empty until an administrator has entered the letterhead; the
    capital is in cents.
    """

    name: str
    legal_name: str
    legal_form: str = ""
    capital: int = 0
    address: tuple[str, ...] = ()
    siret: str = ""
    rcs: str = ""
    vat_number: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
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


@dataclass(slots=True)
class _Kept:
    identity: Identity
    until: float


def shop_identity() -> Identity:
    """The seller's identity; one statement per minute and process."""
    kept: _Kept | None = current_app.extensions.get("comptoir.identity")
    if kept is None or kept.until < time.monotonic():
        kept = _Kept(_read(), time.monotonic() + KEPT_FOR)
        current_app.extensions["comptoir.identity"] = kept
    return kept.identity


def _read() -> Identity:
    with database().reading() as connection:
        content = connection.scalar(
            select(Letterhead.content).order_by(Letterhead.id.desc()).limit(1)
        )
    return identity_from(content or {})


def identity_from(content: dict[str, Any]) -> Identity:
    """The public part of a letterhead: never the bank."""
    known: dict[str, Any] = {
        key: str(content[key])
        for key in Identity.__dataclass_fields__
        if key not in ("name", "legal_name", "address", "capital") and content.get(key)
    }
    name = content.get("trade_name") or content.get("name") or UNNAMED
    return Identity(
        name=name,
        legal_name=content.get("name") or name,
        capital=int(content.get("capital") or 0),
        address=tuple(content.get("address") or ()),
        **known,
    )
