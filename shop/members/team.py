"""Who may be seen in an organisation, and what a person who waits or is invited reads. Reads
only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import NotFound
from shop.members.domains import is_proven
from shop.members.lists import Person
from shop.members.members import get_membership
from shop.members.models import Invitation, Membership
from shop.organisations.models import Establishment, Organisation
from shop.people.models import User


@dataclass(frozen=True, slots=True)
class Joining:
    """The progress of a person with a pending request: the steps done, and who approves them.

    `by_administrator`: the organisation's own administrator may; else the shop's office has to.
    """

    organisation: str
    siret: str
    email: str
    confirmed: bool
    inviter: str
    asked_at: datetime
    by_administrator: bool
    recommended: bool


def shown_membership(
    session: Session, membership_id: int, organisation: Organisation
) -> Membership:
    """A membership that the page of its organisation shows. Raises NotFound, Foreign."""
    membership = get_membership(session, membership_id, organisation.id)
    if not _is_theirs_to_know(membership, organisation):
        raise NotFound
    return membership


def _is_theirs_to_know(membership: Membership, organisation: Organisation) -> bool:
    """Whether the administrators may see it: members, the invited, and for a verified body all who
    ask.
    """
    return bool(
        membership.is_in
        or membership.invited_by_id is not None
        or organisation.verification.is_verified
    )


def joining_of(session: Session, user_id: int) -> Joining | None:
    """What a waiting person reads; None for anybody else."""
    row = session.execute(
        select(Membership, Organisation, Establishment, User)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Establishment, Establishment.id == Membership.establishment_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.user_id == user_id, ~Membership.is_in)
    ).first()
    if row is None:
        return None
    membership, organisation, place, person = row
    inviter = session.get(User, membership.invited_by_id) if membership.invited_by_id else None
    return Joining(
        organisation=organisation.name,
        siret=place.siret,
        email=person.email,
        confirmed=person.is_confirmed,
        inviter=inviter.name if inviter else "",
        asked_at=membership.asked_at,
        by_administrator=administrator_may_approve(session, organisation.id, person),
        recommended=bool(membership.recommendation),
    )


def membership_of(session: Session, user_id: int | None) -> Membership | None:
    """The membership, or the request to join, of a person: one account buys for one
    organisation.
    """
    return session.scalar(select(Membership).where(Membership.user_id == user_id).limit(1))


def person_of(session: Session, membership: Membership) -> Person:
    """A member, or a person with a pending request."""
    inviter_id = membership.invited_by_id
    user = session.get_one(User, membership.user_id)
    return Person(
        membership,
        user,
        session.get_one(Establishment, membership.establishment_id),
        not membership.is_in
        and administrator_may_approve(session, membership.organisation_id, user),
        _names(session, {inviter_id}).get(inviter_id, ""),
    )


class Obstacle(StrEnum):
    """Why a person who opened an invitation's link cannot accept it now."""

    NONE = "none"
    NOT_SIGNED_IN = "not_signed_in"
    NO_ACCOUNT = "no_account"
    ANOTHER_ADDRESS = "another_address"
    ANOTHER_ORGANISATION = "another_organisation"
    STAFF = "staff"


def obstacle_to(
    session: Session, invitation: Invitation, user_id: int | None, *, has_account: bool
) -> Obstacle:
    """The obstacle between this person, or a visitor, and the invitation."""
    if user_id is None:
        return Obstacle.NOT_SIGNED_IN if has_account else Obstacle.NO_ACCOUNT
    user = session.get_one(User, user_id)
    if user.email != invitation.email:
        return Obstacle.ANOTHER_ADDRESS
    if user.is_staff:
        return Obstacle.STAFF
    membership = membership_of(session, user_id)
    waits_here = membership is not None and (
        membership.organisation_id == invitation.organisation_id and not membership.is_in
    )
    return Obstacle.NONE if membership is None or waits_here else Obstacle.ANOTHER_ORGANISATION


def administrator_may_approve(session: Session, organisation_id: int, person: User) -> bool:
    """Whether the organisation's administrator may approve this person, without the office."""
    confirmed = person.is_confirmed
    return confirmed and is_proven(session, organisation_id, person.email)


def _names(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids - {None})))
    return {row.id: row.name for row in rows}
