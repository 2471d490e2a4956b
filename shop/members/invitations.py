"""Invitations: an administrator invites a colleague by e-mail; its link serves to accept.

Holding the link of the e-mail (invitation_links.py) confirms the address.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.core.actors import MEMBER_ROLES, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.members.administrators import administrators
from shop.members.emails import send_link_to_invited
from shop.members.invitation_links import InvitationLinks
from shop.members.invitation_rules import (
    AlreadyAsking,
    AlreadyIn,
    AlreadyInvited,
    AnotherAddress,
    InvitationRevoked,
    StaffBuyForNobody,
    ensure_another_email,
    ensure_few,
    ensure_opens,
    good_until,
)
from shop.members.members import let_in_proven
from shop.members.models import Invitation, Membership
from shop.members.procedure import INVITATIONS
from shop.members.withdrawals import record_invitation
from shop.organisations.models import Organisation
from shop.organisations.organisations import (
    AlreadyMember,
    Foreign,
    get_establishment,
    get_organisation,
)
from shop.people.models import User
from shop.people.people import folded_email


def invite(
    session: Session,
    organisation: Organisation,
    *,
    email: str,
    roles: Iterable[str],
    establishment_id: int,
    everywhere: bool,
    links: InvitationLinks,
    by: Actor,
    at: datetime,
) -> Invitation:
    """Invite a colleague, with these rights, by an e-mail good until the end of the seventh day.

    It tells nothing of whether the address has an account in the shop. The caller holds the
    organisation. Raises NotAllowed, NotFound, AlreadyIn, AlreadyAsking, AlreadyInvited,
    TooManyInvitations.
    """
    INVITATIONS.ensure("invite", None, by)
    given = _ensure_may_give(organisation, roles, by)
    get_establishment(session, establishment_id, organisation.id)
    email = folded_email(email)
    _ensure_new(session, organisation, email, at=at)
    _ensure_few(session, organisation, at=at)
    invitation = Invitation(
        organisation_id=organisation.id,
        establishment_id=establishment_id,
        email=email,
        everywhere=everywhere,
        invited_by_id=by.user_id,
        invited_at=at,
        sent_at=at,
        expires_at=good_until(at),
    )
    invitation.grant(given)
    session.add(invitation)
    session.flush()
    _send(session, invitation, organisation, "invite", links=links, by=by, at=at)
    return invitation


def resend(
    session: Session, invitation: Invitation, *, links: InvitationLinks, by: Actor, at: datetime
) -> None:
    """Send the e-mail again, good for another seven days; the link of the one before is dead. The
    person who sends it is the inviter from then on.

    Raises NotAllowed, IllegalTransition, TooSoon, TooManyInvitations.
    """
    _ensure_step("resend_invitation", invitation, by, at=at)
    ensure_another_email(invitation.sent_at, at=at)
    organisation = get_organisation(session, invitation.organisation_id)
    _ensure_few(session, organisation, at=at)
    invitation.issue += 1
    invitation.sent_at, invitation.expires_at = at, good_until(at)
    invitation.invited_by_id = by.user_id or invitation.invited_by_id
    _send(session, invitation, organisation, "resend_invitation", links=links, by=by, at=at)


def revoke(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Withdraw an invitation: its link is dead. Raises NotAllowed, IllegalTransition."""
    _ensure_step("revoke_invitation", invitation, by, at=at)
    invitation.revoked_at = at
    record_invitation(session, invitation, "revoke_invitation", by=by, at=at)


def accept(
    session: Session, invitation: Invitation, person: User, *, by: Actor, at: datetime
) -> Membership:
    """The invited person joins: at once when their address is at a proven domain, else they wait
    for the office. Holding the link of the e-mail confirms their address.

    The caller holds the organisation. Raises InvitationExpired, InvitationRevoked, InvitationUsed,
    NotAllowed, AnotherAddress, StaffBuyForNobody, AlreadyMember.
    """
    ensure_open(session, invitation, at=at)
    if by.user_id != person.id:
        raise NotAllowed(act="accept_invitation")
    if person.is_staff:
        raise StaffBuyForNobody
    INVITATIONS.ensure("accept_invitation", invitation.state_at(at), by)
    if person.email != invitation.email:
        raise AnotherAddress
    membership = session.scalar(select(Membership).where(Membership.user_id == person.id))
    if membership is None:
        membership = Membership(user_id=person.id, organisation_id=invitation.organisation_id)
        membership.asked_at = at
        session.add(membership)
    elif membership.organisation_id != invitation.organisation_id or membership.is_in:
        raise AlreadyMember
    membership.establishment_id = invitation.establishment_id
    membership.everywhere = invitation.everywhere
    membership.invited_by_id = invitation.invited_by_id
    membership.grant(invitation.roles)
    if not person.is_confirmed:
        person.email_confirmed_at = at
        person.wish = None
    invitation.accepted_at, invitation.accepted_by_id = at, person.id
    record_invitation(session, invitation, "accept_invitation", by=by, at=at, member=person.id)
    session.flush()
    organisation = get_organisation(session, invitation.organisation_id)
    inviter = session.get_one(User, invitation.invited_by_id)
    sponsor = Actor(inviter.name, frozenset(), inviter.id)
    let_in_proven(session, organisation, by=sponsor, at=at)
    return membership


def ensure_open(session: Session, invitation: Invitation, *, at: datetime) -> None:
    """Raises InvitationExpired, InvitationRevoked or InvitationUsed for one that is over; it counts
    as withdrawn while its sender does not administer the organisation."""
    ensure_opens(invitation.state_at(at))
    administering = administrators(session, invitation.organisation_id)
    if invitation.invited_by_id not in {one.id for one in administering}:
        raise InvitationRevoked


def get_invitation(session: Session, invitation_id: int, organisation_id: int) -> Invitation:
    """An invitation of that organisation. Raises NotFound, Foreign."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound
    if invitation.organisation_id != organisation_id:
        raise Foreign
    return invitation


def _ensure_may_give(organisation: Organisation, roles: Iterable[str], by: Actor) -> frozenset[str]:
    """Roles of members, given by a member of the organisation. Raises NotAllowed."""
    given = frozenset(roles)
    if by.organisation_id != organisation.id or not given.issubset(MEMBER_ROLES):
        raise NotAllowed(act="invite")
    return given


def _ensure_new(session: Session, organisation: Organisation, email: str, *, at: datetime) -> None:
    """Reads this organisation's people only: the inviter learns nothing of others."""
    member = session.scalar(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, Membership.organisation_id == organisation.id)
    )
    seen = organisation.verification.is_verified
    if member is not None and member.is_in:
        raise AlreadyIn(email=email)
    if member is not None and (seen or member.invited_by_id is not None):
        raise AlreadyAsking(email=email)
    open_one = select(Invitation.id).where(
        Invitation.organisation_id == organisation.id,
        Invitation.email == email,
        ~Invitation.is_answered,
        Invitation.expires_at > at,
    )
    if session.scalar(open_one.limit(1)) is not None:
        raise AlreadyInvited(email=email)


def _ensure_few(session: Session, organisation: Organisation, *, at: datetime) -> None:
    since = at - timedelta(days=1)
    sent = select(func.count(Invitation.id)).where(
        Invitation.organisation_id == organisation.id, Invitation.sent_at > since
    )
    verified = organisation.verification.is_verified
    ensure_few(session.scalar(sent) or 0, verified=verified)


def _send(
    session: Session,
    invitation: Invitation,
    organisation: Organisation,
    act: str,
    *,
    links: InvitationLinks,
    by: Actor,
    at: datetime,
) -> None:
    send_link_to_invited(session, invitation, organisation, links.write(invitation), by=by, at=at)
    record_invitation(session, invitation, act, by=by, at=at, issue=invitation.issue)


def _ensure_step(act: str, invitation: Invitation, by: Actor, *, at: datetime) -> None:
    """Whether this administrator may do it now. Raises NotAllowed, IllegalTransition."""
    INVITATIONS.ensure(act, invitation.state_at(at), by)
    if by.organisation_id != invitation.organisation_id:
        raise NotAllowed(act=act)
