"""The places of an organisation at which a person is the contact. The place belongs to the
organisation and stays; the person is erased from it.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.organisations.models import Address
from shop.privacy.holdings import Holding, Subject


def _places(session: Session, who: Subject) -> list[dict[str, Any]]:
    return [{"address": row.content, "contact": row.contact} for row in _naming(session, who)]


def _erase_contacts(session: Session, who: Subject) -> None:
    for row in _naming(session, who):
        row.contact = {}


def _naming(session: Session, who: Subject) -> Iterator[Address]:
    """Those of their organisations with their address, or with their name and no address."""
    rows = session.scalars(
        select(Address)
        .where(Address.organisation_id.in_(who.organisation_ids))
        .order_by(Address.id)
    ).all()
    return (row for row in rows if _is_of(row.contact, who))


def _is_of(contact: dict[str, Any], who: Subject) -> bool:
    email = str(contact.get("email") or "").casefold()
    return email == who.email if email else contact.get("name") == who.name


HOLDINGS = (
    Holding(
        "address_contacts",
        N_("Addresses of your organisations at which you are the contact."),
        _places,
        _erase_contacts,
    ),
)
