"""The members of an organisation: approving them, their rights, leaving.

The caller locks the organisation (get_organisation with `lock`) before it reads the membership.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import MEMBER_ADMIN, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.members.administrators import ensure_another_administrator, ensure_nobody_left_behind
from shop.members.domain_rules import domain_of
from shop.members.domains import is_proven, proven_domains
from shop.members.emails import notify_member
from shop.members.models import Membership
from shop.members.procedure import ensure_membership
from shop.members.transitions import ensure_transition, give_rights, is_office, record_transition
from shop.members.withdrawals import withdraw_invitations
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import Foreign
from shop.people.models import User
from shop.people.people import actor_of
from shop.signin.sessions import close_sessions


class NotProven(DomainError):
    sentence = N_(
        "The address %(email)s is not at a domain known to belong to your organisation: our "
        "office has to approve this person. You can recommend them."
    )


class NoNote(DomainError):
    sentence = N_("Write what you know about this person: our office reads it.")


def let_in(
    session: Session,
    membership: Membership,
    *,
    roles: Iterable[str] | None = None,
    establishment_id: int | None = None,
    everywhere: bool | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Approve a person who asked to join or was invited; rights that are not given stay as
    requested.

    For the organisation's administrators: the person's confirmed address is at a proven domain. The
    office decides on evidence instead: verification.persons.let_in_on_evidence(). Raises
    NotAllowed, NotProven.
    """
    act = ensure_transition("let_in", membership, by)
    if is_office(by):
        raise NotAllowed(act=act)
    if membership.is_in:
        return
    person = session.get_one(User, membership.user_id)
    confirmed = person.is_confirmed
    if not confirmed or not is_proven(session, membership.organisation_id, person.email):
        raise NotProven(email=person.email)
    give_rights(session, membership, roles, establishment_id, everywhere)
    approve(session, membership, person, act, by=by, at=at)


def let_in_proven(session: Session, organisation: Organisation, *, by: Actor, at: datetime) -> int:
    """Approve the invited people who wait and whose confirmed address is now at a proven domain.

    Called when the office has proven a domain, and when an invitation is accepted. Returns how many
    were approved.
    """
    invited = session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation.id,
            ~Membership.is_in,
            Membership.invited_by_id.is_not(None),
            User.is_confirmed,
            User.active,
        )
        .order_by(Membership.id)
    ).all()
    domains = {one.domain for one in proven_domains(session, organisation.id)}
    proven = [row for row in invited if domain_of(row.User.email) in domains]
    for membership, person in proven:
        approve(session, membership, person, "let_in", by=by, at=at)
    return len(proven)


def recommend(
    session: Session, membership: Membership, note: str, *, by: Actor, at: datetime
) -> None:
    """An administrator tells the office what they know of a person whom they cannot approve.

    The journal, which is never deleted, says that they did; their note is deleted with the
    membership.

    Raises NotAllowed, IllegalTransition, NoNote.
    """
    ensure_transition("recommend", membership, by)
    if not note.strip():
        raise NoNote
    membership.recommendation = note.strip()[:300]
    membership.recommended_by = by.name
    record_transition(session, membership, "recommend", by=by, at=at)


def change_rights(
    session: Session,
    membership: Membership,
    *,
    roles: Iterable[str],
    establishment_id: int,
    everywhere: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Give a member exactly these roles (actors.MEMBER_ROLES), this place of work and this scope.

    Raises NotAllowed, IllegalTransition, LastAdministrator.
    """
    act = ensure_transition("change_rights", membership, by)
    given = frozenset(roles)
    before = _rights(membership)
    if membership.administers and MEMBER_ADMIN not in given:
        ensure_another_administrator(session, membership)
        withdraw_invitations(session, membership, by=by, at=at)
    give_rights(session, membership, given, establishment_id, everywhere)
    after = _rights(membership)
    if after != before:
        person = session.get_one(User, membership.user_id)
        notify_member(session, "member_rights_changed", membership, person, by=by, at=at)
        record_transition(session, membership, act, by=by, at=at, before=before, after=after)


def remove_member(
    session: Session,
    membership: Membership,
    *,
    without_administrator: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Remove a member, or refuse a person who asked to join: they lose access to the documents at
    once and are signed out everywhere.

    `without_administrator`: the office has confirmed that the organisation has no administrator
    afterwards. Raises NotAllowed, LastAdministrator.
    """
    act = ensure_transition("remove_member", membership, by)
    if not (without_administrator and is_office(by)):
        ensure_another_administrator(session, membership)
    person = session.get_one(User, membership.user_id)
    template = "member_removed" if membership.is_in else "member_not_let_in"
    notify_member(session, template, membership, person, by=by, at=at)
    close_sessions(session, person.id, at=at)
    _close(session, membership, act, by=by, at=at)


def leave(session: Session, membership: Membership, *, by: Actor, at: datetime) -> None:
    """Leave one's organisation, or withdraw one's request to join it.

    Raises NotAllowed, OthersStay.
    """
    ensure_membership("leave", is_in=membership.is_in, by=by)
    if by.user_id != membership.user_id:
        raise NotAllowed(act="leave")
    ensure_nobody_left_behind(session, membership)
    _close(session, membership, "leave", by=by, at=at)


def approve(
    session: Session, membership: Membership, person: User, act: str, *, by: Actor, at: datetime
) -> None:
    """Write the approval of a person: the membership, the e-mail, the journal entry of `act`."""
    membership.approved_at = at
    membership.approved_by = by.name
    session.get_one(Establishment, membership.establishment_id).named_by_id = None
    notify_member(session, "member_let_in", membership, person, by=by, at=at)
    record_transition(session, membership, act, by=by, at=at, roles=sorted(membership.roles))


def _close(session: Session, membership: Membership, act: str, *, by: Actor, at: datetime) -> None:
    """End a membership, with a journal entry."""
    was_in = membership.is_in
    place = session.get_one(Establishment, membership.establishment_id)
    withdraw_invitations(session, membership, by=by, at=at)
    session.delete(membership)
    if not was_in and place.named_by_id == membership.user_id:
        _forget(session, place)
    record_transition(
        session, membership, act, by=by, at=at, was_in=was_in, roles=sorted(membership.roles)
    )


def _forget(session: Session, place: Establishment) -> None:
    """Delete the establishment that a person named in their request, unless another one uses it."""
    session.flush()
    with suppress(IntegrityError), session.begin_nested():
        session.delete(place)


def _rights(membership: Membership) -> dict[str, object]:
    """The rights of a membership, as the journal stores them."""
    return {
        "roles": sorted(membership.roles),
        "establishment": membership.establishment_id,
        "everywhere": membership.everywhere,
    }


def get_membership(session: Session, membership_id: int, organisation_id: int) -> Membership:
    """A membership of that organisation. Raises NotFound, Foreign."""
    membership = session.get(Membership, membership_id)
    if membership is None:
        raise NotFound
    if membership.organisation_id != organisation_id:
        raise Foreign
    return membership


def member_actor(user: User, membership: Membership) -> Actor:
    """The person as an actor for their organisation; without its roles while they wait."""
    person = actor_of(user)
    if not membership.is_in:
        return person
    return replace(
        person,
        roles=person.roles | membership.roles,
        organisation_id=membership.organisation_id,
        establishment_id=membership.establishment_id,
        confined=not membership.everywhere,
    )
