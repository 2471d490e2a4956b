"""What every act on a membership asks first and writes last."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User
from shop.ground.actors import ADMIN, MEMBER_ROLES, SALES_ADMIN, Actor
from shop.ground.errors import NotAllowed
from shop.ground.journal import record
from shop.members.procedure import MEMBERSHIPS, Standing, standing
from shop.organisations.models import Establishment, Organisation
from shop.verification.evidence import Evidence, ensure_evidence
from shop.verification.evidence_letters import about_person
from shop.verification.models import VerificationDecision


def take_step(act: str, membership: Membership, by: Actor) -> str:
    """The act, once this person may take it on that membership: the organisation's own people on
    theirs, the office on all. Raises NotAllowed, IllegalStep."""
    stage = standing(membership.approved_at)
    if act == "let_in" and stage is Standing.IN:  # a second click
        stage = Standing.WAITING
    MEMBERSHIPS.ensure(act, stage, by)
    if not is_office(by) and by.organisation_id != membership.organisation_id:
        raise NotAllowed(act=act)
    return act


def is_office(by: Actor) -> bool:
    return by.has(SALES_ADMIN, ADMIN)


def give_rights(
    session: Session,
    membership: Membership,
    roles: Iterable[str] | None,
    establishment_id: int | None,
    everywhere: bool | None,
) -> None:
    """Write what he may do from now on. Raises NotAllowed for a role or a place that is not."""
    if roles is not None:
        given = frozenset(roles)
        if not given.issubset(MEMBER_ROLES):
            raise NotAllowed(act="grant")
        membership.grant(given)
    if establishment_id is not None:
        place = session.get(Establishment, establishment_id)
        if place is None or place.organisation_id != membership.organisation_id:
            raise NotAllowed(act="grant")
        membership.establishment_id = establishment_id
    if everywhere is not None:
        membership.everywhere = everywhere


def keep_evidence(
    session: Session,
    membership: Membership,
    act: str,
    evidence: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Raises NoEvidence when nothing that the office has ticked proves anything of this person."""
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


def write_down(
    session: Session, membership: Membership, act: str, *, by: Actor, at: datetime, **facts: Any
) -> None:
    subject = f"organisation:{membership.organisation_id}"
    record(session, subject, act, by=by, at=at, member=membership.user_id, **facts)
