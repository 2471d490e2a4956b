"""An organisation that a person buys for: locked, and the membership read again.

A suspension or a removal since the page was shown counts.
"""

from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import NotAllowed
from shop.core.parties import Parties
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation
from shop.people.models import User
from shop.storage.db import locking


@dataclass(frozen=True, slots=True)
class LockedOrganisation:
    """A locked organisation, with the buyer's establishment if the person is a member who buys."""

    organisation: Organisation
    establishment: Establishment | None = None


def lock_for_buyer(session: Session, *, by: Actor) -> LockedOrganisation | None:
    """The person's organisation, locked until the transaction ends; None for a person without one.

    Their establishment is read in the same statement. Raises NotAllowed when they are no longer an
    approved member who may buy, or when their establishment belongs to another organisation.
    """
    if by.organisation_id is None:
        return None
    statement = (
        select(Organisation, Establishment, Membership)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(User, User.id == Membership.user_id)
        .join(Establishment, Establishment.id == Membership.establishment_id)
        .where(
            Organisation.id == by.organisation_id,
            Establishment.organisation_id == Organisation.id,
            Membership.user_id == by.user_id,
            Membership.is_in,
            or_(Membership.administers, Membership.buys),
            User.active,
        )
    )
    locked = locking(session, statement, of=(Organisation, Membership))
    row = session.execute(locked.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotAllowed(act="buy")
    return LockedOrganisation(row[0], row[1])


def lock_organisation(session: Session, organisation_id: int) -> LockedOrganisation | None:
    """Lock an organisation for a service called by the staff."""
    statement = locking(session, select(Organisation).where(Organisation.id == organisation_id))
    organisation = session.scalar(statement.execution_options(populate_existing=True))
    return LockedOrganisation(organisation) if organisation else None


def ensure_own_establishment(session: Session, parties: Parties, organisation_id: int) -> None:
    """The documents of an organisation name its own establishments only. Raises NotAllowed."""
    place = _place(session, parties.establishment_id)
    if place is not None and place.organisation_id != organisation_id:
        raise NotAllowed(act="buy")


def as_known_now(session: Session, parties: Parties, establishment_id: int | None) -> Parties:
    """The buyer's present data: the organisation's verified name, below it the establishment's own
    where it differs, code, SIREN and SIRET.
    """
    place = _place(session, establishment_id)
    if place is None:
        return parties
    body = session.get_one(Organisation, place.organisation_id)
    own = "" if place.name.casefold() == body.name.casefold() else place.name
    return replace(
        parties,
        header=replace(parties.header, name=body.name, unit=own),
        customer_code=body.customer_code,
        siren=body.siren,
        siret=place.siret,
        establishment_id=place.id,
    )


def _place(session: Session, establishment_id: int | None) -> Establishment | None:
    return None if establishment_id is None else session.get(Establishment, establishment_id)
