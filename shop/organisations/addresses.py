"""The address book of an organisation, or of a person who buys for themselves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import NotAllowed, NotFound
from shop.core.parties import Contact, PayingService, Place
from shop.core.rights import KEEP_ADDRESSES, KEEP_PAYING_SERVICES, ensure_may
from shop.organisations.models import Address, Establishment
from shop.organisations.organisations import Foreign, change_header, get_establishment
from shop.storage.journal import record

HEADER, DELIVERY, PAYING_SERVICE = "header", "delivery", "paying_service"


class Buyer(Protocol):
    """The attributes of the signed-in person that the address book needs."""

    @property
    def user_id(self) -> int: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def establishment_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True, slots=True)
class DeliveryChoice:
    """A place of delivery of the address book, with the contact person for the carrier."""

    id: int
    place: Place
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class PayingServiceChoice:
    """A paying service of the address book."""

    id: int
    service: PayingService


@dataclass(frozen=True, slots=True)
class AddressChoices:
    """What step 3 of the checkout offers. `header` is None until it was entered."""

    header: Place | None
    delivery: list[DeliveryChoice]
    paying_services: list[PayingServiceChoice]
    contact: Contact

    @property
    def paying_service(self) -> PayingService | None:
        """The first paying service, which is proposed."""
        return self.paying_services[0].service if self.paying_services else None


def address_choices(session: Session, viewer: Buyer) -> AddressChoices:
    """The places, paying services and contact that this person's checkout proposes."""
    kept = _addresses(session, viewer.organisation_id, viewer.user_id)
    header: Place | None = None
    if viewer.establishment_id is not None:
        stored = session.scalar(
            select(Establishment.header).where(Establishment.id == viewer.establishment_id)
        )
        header = place_from(stored or {})
    else:
        header = next((place_from(a.content) for a in kept if a.kind == HEADER), None)
    return AddressChoices(
        header=header,
        delivery=[
            DeliveryChoice(a.id, Place(**a.content), _contact(a.contact))
            for a in kept
            if a.kind == DELIVERY
        ],
        paying_services=[
            PayingServiceChoice(a.id, PayingService(**a.content))
            for a in kept
            if a.kind == PAYING_SERVICE
        ],
        contact=Contact(viewer.name, viewer.phone, viewer.email),
    )


def find_destination(session: Session, viewer: Buyer) -> Place | None:
    """Where this person's goods would go, in one statement: their first place of delivery, else the
    address at the head of their quotes, as far as its postal code is known.
    """
    if viewer.establishment_id is None:
        own = select(Address.content).where(
            Address.user_id == viewer.user_id, Address.kind.in_((DELIVERY, HEADER))
        )
        first = own.order_by(Address.kind == HEADER, Address.position, Address.id).limit(1)
        found = session.scalar(first)
    else:
        places = (Address.organisation_id == viewer.organisation_id) & (Address.kind == DELIVERY)
        row = session.execute(
            select(Address.content, Establishment.header)
            .select_from(Establishment)
            .outerjoin(Address, places)
            .where(Establishment.id == viewer.establishment_id)
            .order_by(Address.position, Address.id)
            .limit(1)
        ).first()
        found = (row[0] or row[1]) if row else None
    return Place(**found) if found and found.get("postal_code") else None


def place_from(content: dict[str, Any]) -> Place | None:
    """A stored place, or None when its street was never entered."""
    return Place(**content) if content.get("line1") else None


def _contact(content: dict[str, Any]) -> Contact | None:
    return Contact(**content) if content.get("name") else None


def add_place(
    session: Session,
    place: Place,
    *,
    kind: str = DELIVERY,
    contact: Contact | None = None,
    by: Actor,
    at: datetime,
) -> Address:
    """Add a place of delivery, or a person's own header. Raises NotAllowed."""
    return _add(session, kind, asdict(place), asdict(contact) if contact else {}, by=by, at=at)


def set_header(session: Session, place: Place, *, by: Actor, at: datetime) -> None:
    """Set the address at the head of quotes and invoices: the establishment's, or the person's own.

    Raises NotAllowed.
    """
    if by.organisation_id is not None:
        establishment = get_establishment(session, by.establishment_id or 0, by.organisation_id)
        change_header(session, establishment, asdict(place), by=by, at=at)
        return
    own = (Address.user_id == by.user_id) & (Address.kind == HEADER)
    address = session.scalar(select(Address).where(own))
    if address is None:
        add_place(session, place, kind=HEADER, by=by, at=at)
    else:
        change_address(session, address, place, by=by, at=at)


def add_paying_service(
    session: Session, service: PayingService, *, by: Actor, at: datetime
) -> Address:
    """Add the service that receives the invoices. Raises NotAllowed."""
    return _add(session, PAYING_SERVICE, asdict(service), {}, by=by, at=at)


def change_address(
    session: Session,
    address: Address,
    content: Place | PayingService,
    *,
    contact: Contact | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change an entry of one's own address book; issued documents are not changed. Raises
    NotAllowed.
    """
    _ensure_own(address, by)
    address.content = asdict(content)
    address.contact = asdict(contact) if contact else {}
    record(session, _subject(by), "change_address", by=by, at=at, address=address.id)


def remove_address(session: Session, address: Address, *, by: Actor, at: datetime) -> None:
    """Remove an entry of one's own address book. Raises NotAllowed."""
    _ensure_own(address, by)
    session.delete(address)
    record(session, _subject(by), "remove_address", by=by, at=at, address=address.id)


def get_address(session: Session, address_id: int, kind: str, *, by: Actor) -> Address:
    """An entry of that kind of one's own address book. Raises NotFound, Foreign."""
    address = session.get(Address, address_id)
    if address is None:
        raise NotFound
    if not _is_own(address, by):
        raise Foreign
    if address.kind != kind:
        raise NotFound
    return address


def _add(
    session: Session,
    kind: str,
    content: dict[str, Any],
    contact: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> Address:
    _ensure_may_keep(by, kind)
    organisation_id = by.organisation_id
    user_id = None if organisation_id is not None else by.user_id
    last = session.scalar(
        select(func.max(Address.position)).where(_owner(organisation_id, user_id))
    )
    address = Address(
        organisation_id=organisation_id,
        user_id=user_id,
        kind=kind,
        content=content,
        contact=contact,
        position=(last or 0) + 1,
    )
    session.add(address)
    session.flush()
    record(session, _subject(by), "add_address", by=by, at=at, address=address.id)
    return address


def _addresses(session: Session, organisation_id: int | None, user_id: int | None) -> list[Address]:
    owner = _owner(organisation_id, None if organisation_id is not None else user_id)
    return list(
        session.scalars(select(Address).where(owner).order_by(Address.position, Address.id))
    )


def _owner(organisation_id: int | None, user_id: int | None) -> ColumnElement[bool]:
    if organisation_id is not None:
        return Address.organisation_id == organisation_id
    return Address.user_id == user_id


def _subject(by: Actor) -> str:
    if by.organisation_id is not None:
        return f"organisation:{by.organisation_id}"
    return f"user:{by.user_id}"


def _is_own(address: Address, by: Actor) -> bool:
    if address.organisation_id is not None:
        return address.organisation_id == by.organisation_id
    return address.user_id is not None and address.user_id == by.user_id


def _ensure_may_keep(by: Actor, kind: str) -> None:
    """A private person maintains their own book; an organisation's is maintained by members with
    the right.
    """
    if by.organisation_id is not None:
        ensure_may(by, KEEP_PAYING_SERVICES if kind == PAYING_SERVICE else KEEP_ADDRESSES)
    if by.user_id is None:
        raise NotAllowed(act="addresses")


def _ensure_own(address: Address, by: Actor) -> None:
    _ensure_may_keep(by, address.kind)
    if not _is_own(address, by):
        raise NotAllowed(act="addresses")
