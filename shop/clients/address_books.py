"""The addresses of a client for the office: quotes, places of delivery, paying services."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.clients.keys import Client
from shop.core.parties import Contact, PayingService, Place
from shop.organisations.addresses import PAYING_SERVICE, place_from
from shop.organisations.models import Address, Establishment


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One address: its kind (header, delivery, paying_service), name, lines and contact."""

    kind: str
    name: str
    lines: Sequence[str]
    contact: Contact | None = None


def address_book_of(
    session: Session, client: Client, establishments: Sequence[Establishment] = ()
) -> list[BookEntry]:
    """The letterhead addresses of the `establishments`, then the client's address book."""
    headers = [place_from(one.header) for one in establishments]
    found = [BookEntry("header", one.name, one.lines) for one in headers if one]
    rows = session.scalars(
        select(Address)
        .where(client.owns(Address))
        .order_by(Address.kind, Address.position, Address.id)
    )
    return [*found, *map(_entry, rows)]


def _entry(row: Address) -> BookEntry:
    if row.kind == PAYING_SERVICE:
        service = PayingService(**row.content)
        more = [part for part in (service.service_code, service.email) if part]
        return BookEntry(row.kind, service.name, [*service.lines, *more])
    place = Place(**row.content)
    contact = Contact(**row.contact) if row.contact.get("name") else None
    return BookEntry(row.kind, place.name, place.lines, contact)
