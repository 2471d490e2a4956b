"""Contacts of an organisation, by function; maintained by its members with the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.core.folding import fold_name
from shop.core.rights import KEEP_CONTACTS, ensure_may
from shop.organisations.models import OrganisationContact
from shop.organisations.organisations import Foreign
from shop.storage.journal import record

BUYER, DELIVERY, PAYER, SIGNATORY = "buyer", "delivery", "payer", "signatory"
#: The functions in the order in which they are shown, with their names.
FUNCTIONS = {
    BUYER: N_("Purchasing"),
    DELIVERY: N_("Delivery"),
    PAYER: N_("Payment"),
    SIGNATORY: N_("Signatory"),
}
#: Maximum number of contacts of one organisation.
MOST = 100


class TooManyContacts(DomainError):
    sentence = N_("An organisation can have up to %(most)s contacts. Remove one first.")
    status = 422


@dataclass(frozen=True, slots=True)
class Person:
    """The stored data of a contact; `capacity` is the quality in which a signatory signs."""

    function: str
    name: str
    capacity: str = ""
    phone: str = ""
    email: str = ""


def contacts_of(session: Session, organisation_id: int) -> Sequence[OrganisationContact]:
    """All of them, by function, then by name."""
    order = {function: place for place, function in enumerate(FUNCTIONS)}
    rows = session.scalars(
        select(OrganisationContact)
        .where(OrganisationContact.organisation_id == organisation_id)
        .order_by(OrganisationContact.id)
    )
    return sorted(rows, key=lambda row: (order[row.function], fold_name(row.name)))


def signatories_of(session: Session, organisation_id: int) -> list[OrganisationContact]:
    """The signatories of purchase orders, as the organisation declared them."""
    return [one for one in contacts_of(session, organisation_id) if one.function == SIGNATORY]


def callable_contacts_of(session: Session, organisation_id: int) -> list[OrganisationContact]:
    """Those with a telephone number: any of them can be the contact person of a purchase."""
    return [one for one in contacts_of(session, organisation_id) if one.phone]


def get_contact(session: Session, contact_id: int, *, by: Actor) -> OrganisationContact:
    """A contact of one's own organisation. Raises NotFound, Foreign."""
    contact = session.get(OrganisationContact, contact_id)
    if contact is None:
        raise NotFound
    if contact.organisation_id != by.organisation_id:
        raise Foreign
    return contact


def add_contact(
    session: Session, person: Person, *, by: Actor, at: datetime
) -> OrganisationContact:
    """Add a contact. Raises NotAllowed, TooManyContacts."""
    organisation_id = _ensure_keeper(by)
    kept = select(func.count(OrganisationContact.id)).where(
        OrganisationContact.organisation_id == organisation_id
    )
    if (session.scalar(kept) or 0) >= MOST:
        raise TooManyContacts(most=MOST)
    contact = OrganisationContact(organisation_id=organisation_id)
    _write(contact, person)
    session.add(contact)
    session.flush()
    _record(session, contact, "add_contact", by=by, at=at)
    return contact


def change_contact(
    session: Session, contact: OrganisationContact, person: Person, *, by: Actor, at: datetime
) -> None:
    """Raises NotAllowed."""
    _ensure_own(contact, by)
    _write(contact, person)
    _record(session, contact, "change_contact", by=by, at=at)


def remove_contact(
    session: Session, contact: OrganisationContact, *, by: Actor, at: datetime
) -> None:
    """Raises NotAllowed."""
    _ensure_own(contact, by)
    session.delete(contact)
    _record(session, contact, "remove_contact", by=by, at=at)


def _write(contact: OrganisationContact, person: Person) -> None:
    contact.function, contact.name = person.function, person.name
    contact.capacity, contact.phone, contact.email = person.capacity, person.phone, person.email


def _record(
    session: Session, contact: OrganisationContact, act: str, *, by: Actor, at: datetime
) -> None:
    """The journal is never deleted: it names the function, not the person."""
    record(
        session,
        f"organisation:{contact.organisation_id}",
        act,
        by=by,
        at=at,
        contact=contact.id,
        function=contact.function,
    )


def _ensure_keeper(by: Actor) -> int:
    ensure_may(by, KEEP_CONTACTS)
    if by.organisation_id is None:
        raise NotAllowed(act=KEEP_CONTACTS.name)
    return by.organisation_id


def _ensure_own(contact: OrganisationContact, by: Actor) -> None:
    if contact.organisation_id != _ensure_keeper(by):
        raise NotAllowed(act=KEEP_CONTACTS.name)
