"""The data of an organisation's page: its establishments, its members, who is invited and who asks
to join; and what a waiting person reads. Reads only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import NotFound
from shop.members.domain_rules import domain_of
from shop.members.domains import is_proven, proven_domains
from shop.members.invitations import invitations_of
from shop.members.members import get_membership
from shop.members.models import Invitation, Membership
from shop.members.procedure import InvitationState
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import establishments_of, get_organisation
from shop.people.models import User


@dataclass(frozen=True, slots=True)
class Person:
    """A member, or a person with a pending request: `by_us` whether the organisation's own
    administrator may approve them; `inviter` who invited them, or nothing.
    """

    membership: Membership
    user: User
    place: Establishment
    by_us: bool
    inviter: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation with its state."""

    invitation: Invitation
    state: InvitationState
    place: Establishment
    by_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """An establishment and the names of the members who work there."""

    establishment: Establishment
    people: list[str]


@dataclass(frozen=True, slots=True)
class Team:
    organisation: Organisation
    places: list[Place]
    members: list[Person]
    waiting: list[Person]
    invitations: list[Sent]
    manager: User | None
    domains: list[str]


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


#: Number of closed invitations on the page, the latest first.
_LATEST = 30


def team_of(session: Session, organisation_id: int, *, at: datetime) -> Team:
    """The organisation as its members see it.

    For a body that is not verified, only the invited are shown among those who wait: its
    administrator was not checked yet, and may not learn who names its SIREN.
    """
    organisation = get_organisation(session, organisation_id)
    places = {place.id: place for place in establishments_of(session, organisation_id)}
    people = _people(session, organisation, places)
    members = [one for one in people if one.membership.is_in]
    waiting = [
        one
        for one in people
        if not one.membership.is_in and _is_theirs_to_know(one.membership, organisation)
    ]
    manager_id = organisation.account_manager_id
    return Team(
        organisation,
        _places(places, people),
        members,
        waiting,
        _sent(session, organisation_id, places, at=at),
        session.get(User, manager_id) if manager_id else None,
        [one.domain for one in proven_domains(session, organisation_id)],
    )


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
    if user.staff_role:
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


def _people(
    session: Session, organisation: Organisation, places: dict[int, Establishment]
) -> list[Person]:
    rows = session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(~Membership.is_in, User.name_key, Membership.id)
    ).all()
    names = _names(session, {row.Membership.invited_by_id for row in rows})
    domains = {one.domain for one in proven_domains(session, organisation.id)}
    return [
        Person(
            row.Membership,
            row.User,
            places[row.Membership.establishment_id],
            not row.Membership.is_in
            and row.User.is_confirmed
            and domain_of(row.User.email) in domains,
            names.get(row.Membership.invited_by_id, ""),
        )
        for row in rows
    ]


def _places(places: dict[int, Establishment], people: list[Person]) -> list[Place]:
    """The establishments, except those that only a waiting person has named."""
    at_work: dict[int, list[str]] = {key: [] for key in places}
    for one in people:
        if one.membership.is_in:
            at_work[one.membership.establishment_id].append(one.user.name)
    return [
        Place(place, at_work[key])
        for key, place in places.items()
        if at_work[key] or place.named_by_id is None
    ]


def _sent(
    session: Session, organisation_id: int, places: dict[int, Establishment], *, at: datetime
) -> list[Sent]:
    """Open and expired invitations, then the latest of the others."""
    all_of_them = invitations_of(session, organisation_id)
    names = _names(session, {one.invited_by_id for one in all_of_them})
    sent = [
        Sent(
            one,
            one.state_at(at),
            places[one.establishment_id],
            names.get(one.invited_by_id, ""),
        )
        for one in all_of_them
    ]
    open_ones = [one for one in sent if one.state.is_open]
    return open_ones + [one for one in sent if not one.state.is_open][:_LATEST]


def _names(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids - {None})))
    return {row.id: row.name for row in rows}
