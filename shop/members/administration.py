"""Who administers an organisation: at least one always remains, or the office names the next one.

The caller holds the organisation (get_organisation with `lock`) before he reads the membership: two
administrators who leave at once are looked at one after the other.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User
from shop.ground.actors import MEMBER_ADMIN, Actor
from shop.ground.errors import N_, DomainError
from shop.members.correspondence import tell_member, tell_of_joiner
from shop.members.membership_steps import keep_evidence, take_step, write_down
from shop.organisations.administrators import administrators, last_administrator
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.verification.evidence import Evidence


class LastAdministrator(DomainError):
    sentence = N_(
        "%(name)s is the last administrator of this organisation: make another member administrator"
        " first."
    )


class OthersStay(LastAdministrator):
    """Said to himself, who wants to go while colleagues stay."""

    sentence = N_(
        "You are the last administrator of your organisation: make another member administrator"
        " first."
    )


class AdministratorRemains(DomainError):
    sentence = N_(
        "%(name)s administers this organisation: it is for him or her to make others administrator."
    )


def appoint_administrator(
    session: Session, membership: Membership, *, evidence: Evidence, by: Actor, at: datetime
) -> None:
    """The last administrator has gone: the office names the next one, on evidence that is kept.

    Somebody who waits comes in by it. Raises NotAllowed, NoEvidence, AdministratorRemains.
    """
    step = take_step("appoint_administrator", membership, by)
    remaining = administrators(session, membership.organisation_id)
    if remaining:
        raise AdministratorRemains(name=remaining[0].name)
    keep_evidence(session, membership, step, evidence, by=by, at=at)
    person = session.get_one(User, membership.user_id)
    membership.grant(membership.roles | {MEMBER_ADMIN})
    membership.everywhere = True
    if membership.approved_at is None:
        membership.approved_at, membership.approved_by = at, by.name
    tell_member(session, "member_appointed", membership, person, by=by, at=at)
    write_down(session, membership, step, by=by, at=at, roles=sorted(membership.roles))


def ensure_another_administrator(session: Session, membership: Membership) -> None:
    """Raises LastAdministrator when nobody would administer the organisation without this one."""
    if membership.id == last_administrator(session, membership.organisation_id):
        raise LastAdministrator(name=session.get_one(User, membership.user_id).name)


def ensure_nobody_left_behind(session: Session, membership: Membership) -> None:
    """Somebody goes by himself. Raises OthersStay when colleagues would stay without administrator.

    Who is alone in his organisation may always go (RGPD, art. 17): it has nobody then, and the
    office appoints whoever comes next.
    """
    if leaves_others(session, membership):
        raise OthersStay


def leaves_others(session: Session, membership: Membership) -> bool:
    """Whether he is the last administrator while others are in; reads only."""
    organisation_id = membership.organisation_id
    if membership.id != last_administrator(session, organisation_id):
        return False
    others = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.id != membership.id,
            Membership.approved_at.is_not(None),
            User.active,
        )
    )
    return session.scalar(others.limit(1)) is not None


def announce_joiner(
    session: Session, organisation: Organisation, person: Actor, *, at: datetime
) -> None:
    """Write to the administrators of a verified body that this person asks to join it. Nobody has
    looked yet at those of another: they do not learn who names their SIREN."""
    if organisation.verification is Verification.VERIFIED and person.user_id is not None:
        joiner = session.get_one(User, person.user_id)
        for administrator in administrators(session, organisation.id):
            tell_of_joiner(session, administrator, joiner, organisation, at=at)
