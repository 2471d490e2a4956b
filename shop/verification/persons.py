"""The office's decisions on a person, on stored evidence."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from shop.core.actors import MEMBER_ADMIN, Actor
from shop.core.errors import N_, DomainError, NotAllowed
from shop.members.administrators import administrators
from shop.members.emails import notify_member
from shop.members.members import approve
from shop.members.models import Membership
from shop.members.transitions import ensure_transition, give_rights, is_office, record_transition
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.verification.evidence import Evidence, ensure_evidence
from shop.verification.evidence_letters import about_person
from shop.verification.models import VerificationDecision


class AdministratorRemains(DomainError):
    sentence = N_(
        "%(name)s administers this organisation and can make other members administrators."
    )


def appoint_administrator(
    session: Session, membership: Membership, *, evidence: Evidence, by: Actor, at: datetime
) -> None:
    """The office names an administrator when the last one has left, on stored evidence.

    It approves a person whose request is pending. Raises NotAllowed, NoEvidence,
    AdministratorRemains.
    """
    act = ensure_transition("appoint_administrator", membership, by)
    remaining = administrators(session, membership.organisation_id)
    if remaining:
        raise AdministratorRemains(name=remaining[0].name)
    keep_evidence(session, membership, act, evidence, by=by, at=at)
    person = session.get_one(User, membership.user_id)
    membership.grant(membership.roles | {MEMBER_ADMIN})
    membership.everywhere = True
    if not membership.is_in:
        membership.approved_at, membership.approved_by = at, by.name
    notify_member(session, "member_appointed", membership, person, by=by, at=at)
    record_transition(session, membership, act, by=by, at=at, roles=sorted(membership.roles))


def let_in_on_evidence(
    session: Session,
    membership: Membership,
    *,
    evidence: Evidence,
    roles: Iterable[str] | None = None,
    everywhere: bool | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """The office approves a person whose request is pending, on stored evidence; rights that are
    not given stay as requested. Raises NotAllowed, NoEvidence.
    """
    if not is_office(by):
        raise NotAllowed(act="let_in")
    act = ensure_transition("let_in", membership, by)
    if membership.is_in:
        return
    keep_evidence(session, membership, act, evidence, by=by, at=at)
    give_rights(session, membership, roles, None, everywhere)
    approve(session, membership, session.get_one(User, membership.user_id), act, by=by, at=at)


def keep_evidence(
    session: Session,
    membership: Membership,
    act: str,
    evidence: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Raises NoEvidence when nothing that the office has ticked proves anything about this
    person.
    """
    about = about_person(session, membership.organisation_id, membership.user_id)
    ensure_evidence(evidence, about)
    organisation = session.get_one(Organisation, membership.organisation_id)
    session.add(
        VerificationDecision(
            organisation_id=organisation.id,
            at=at,
            by_name=by.name,
            user_id=by.user_id,
            act=act,
            about_id=membership.user_id,
            about_name=session.get_one(User, membership.user_id).name,
            verification=organisation.verification,
            evidence=asdict(evidence),
        )
    )
