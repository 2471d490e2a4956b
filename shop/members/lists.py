"""The page of an organisation as its members see it: its establishments, its members, who is
invited and who asks to join, a page of each list at a time. Reads only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from shop.core.errors import N_
from shop.members.domain_rules import domain_of
from shop.members.domains import proven_domains
from shop.members.models import Invitation, Membership
from shop.members.procedure import InvitationState
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import get_organisation
from shop.people.models import User
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, page_of
from shop.storage.paging import Place as Where


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
    """An establishment and the number of members who work there."""

    establishment: Establishment
    members: int


@dataclass(frozen=True, slots=True)
class Team:
    """`has_others`: there are several members whose account is open."""

    organisation: Organisation
    places: list[Place]
    members: Page[Person]
    waiting: Page[Person]
    invitations: Page[Sent]
    manager: User | None
    domains: list[str]
    has_others: bool


@dataclass(frozen=True, slots=True)
class TeamPlaces:
    """The place in each of the lists."""

    members: Where = FIRST
    waiting: Where = FIRST
    invitations: Where = FIRST


_RIGHTS = Filter(
    "role",
    N_("Rights"),
    (
        Choice("administrators", N_("Administrators"), Membership.administers),
        Choice("buyers", N_("Buyers"), Membership.buys),
        Choice("accountants", N_("Accountants"), Membership.accountant),
        Choice(
            "readers",
            N_("Readers only"),
            ~(Membership.administers | Membership.buys | Membership.accountant),
        ),
    ),
)
_STATES = Filter(
    "state",
    N_("Status"),
    (
        Choice("open", N_("To accept"), ~Invitation.is_answered),
        Choice("closed", N_("Accepted or withdrawn"), Invitation.is_answered),
    ),
)
_INVITER = aliased(User)
_BY_NAME = Sort("name", N_("Name"), (User.name_key,))


def team_of(
    session: Session, organisation_id: int, places: TeamPlaces | None = None, *, at: datetime
) -> Team:
    """The organisation as its members see it.

    For a body that is not verified, only the invited are shown among those who wait: its
    administrator was not checked yet, and may not learn who names its SIREN.
    """
    organisation = get_organisation(session, organisation_id)
    places = places or TeamPlaces()
    domains = [one.domain for one in proven_domains(session, organisation_id)]
    members = page_of(session, _members(organisation_id), places.members)
    waiting = page_of(session, _waiting(organisation), places.waiting)
    manager_id = organisation.account_manager_id
    return Team(
        organisation,
        _places(session, organisation_id),
        members.of(lambda row: _person(row, domains)),
        waiting.of(lambda row: _person(row, domains)),
        page_of(session, _invitations(organisation_id), places.invitations).of(
            lambda row: Sent(row[0], row[0].state_at(at), row[1], row[2] or "")
        ),
        session.get(User, manager_id) if manager_id else None,
        domains,
        any(row.active > 1 for row in members),
    )


def _people(organisation_id: int) -> Select[*tuple[Any, ...]]:
    """Memberships with their people, their establishments, who invited them, and the number of
    members whose account is open.
    """
    other, person = aliased(Membership), aliased(User)
    active = (
        select(func.count())
        .select_from(other)
        .join(person, person.id == other.user_id)
        .where(other.organisation_id == organisation_id, other.is_in, person.active)
        .scalar_subquery()
    )
    return (
        select(Membership, User, Establishment, _INVITER.name, active.label("active"))
        .join(User, User.id == Membership.user_id)
        .join(Establishment, Establishment.id == Membership.establishment_id)
        .outerjoin(_INVITER, _INVITER.id == Membership.invited_by_id)
        .where(Membership.organisation_id == organisation_id)
    )


def _members(organisation_id: int) -> Listing:
    return Listing(
        _people(organisation_id).where(Membership.is_in),
        (User.name_key, Membership.id),
        Membership.id,
        (_RIGHTS,),
        (_BY_NAME, Sort("since", N_("Member since"), (Membership.approved_at,))),
        "name",
    )


def _waiting(organisation: Organisation) -> Listing:
    rows = _people(organisation.id).where(~Membership.is_in)
    if not organisation.verification.is_verified:
        rows = rows.where(Membership.invited_by_id.is_not(None))
    invited = Membership.invited_by_id.is_not(None)
    kinds = (
        Choice("invited", N_("invited"), invited),
        Choice("asking", N_("asks to join"), ~invited),
    )
    return Listing(
        rows,
        (User.name_key, Membership.id),
        Membership.id,
        (Filter("kind", N_("Request"), kinds),),
        (_BY_NAME, Sort("asked", N_("Asked on"), (Membership.asked_at,))),
        "name",
    )


def _invitations(organisation_id: int) -> Listing:
    """Open and expired invitations, then the others, the latest first."""
    rows = (
        select(Invitation, Establishment, _INVITER.name)
        .join(Establishment, Establishment.id == Invitation.establishment_id)
        .outerjoin(_INVITER, _INVITER.id == Invitation.invited_by_id)
        .where(Invitation.organisation_id == organisation_id)
    )
    return Listing(
        rows,
        (Invitation.is_answered, Invitation.id.desc()),
        Invitation.id,
        (_STATES,),
        (
            Sort("sent", N_("Sent on"), (Invitation.sent_at,)),
            Sort("until", N_("Valid until"), (Invitation.expires_at,)),
        ),
    )


def _person(row: Any, domains: list[str]) -> Person:
    membership, user, place, inviter, _active = row
    by_us = not membership.is_in and user.is_confirmed and domain_of(user.email) in domains
    return Person(membership, user, place, by_us, inviter or "")


def _places(session: Session, organisation_id: int) -> list[Place]:
    """The establishments, except those that only a waiting person has named."""
    at_work = (
        select(func.count())
        .where(Membership.establishment_id == Establishment.id, Membership.is_in)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Establishment, at_work)
        .where(Establishment.organisation_id == organisation_id)
        .order_by(Establishment.id)
    )
    return [Place(one, count) for one, count in rows if count or one.named_by_id is None]
