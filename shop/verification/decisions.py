"""What every decision on a body writes: its state, the decision itself, the journal, e-mails."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.workflow import Transition
from shop.members.administrators import administrators
from shop.organisations.models import Organisation
from shop.people.emails import post_to
from shop.people.models import User
from shop.storage.transitions import Subject, advance
from shop.verification.evidence import Evidence
from shop.verification.evidence_letters import drop_replaced
from shop.verification.models import VerificationDecision
from shop.verification.unproven import set_aside


def move(
    session: Session,
    organisation: Organisation,
    transition: Transition,
    *,
    reason: str = "",
    evidence: Evidence | None = None,
    about_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Write the new state, the decision if the office took one (`evidence`), the journal entry."""
    advance(
        session,
        Subject(organisation, "verification", f"organisation:{organisation.id}"),
        transition,
        by=by,
        at=at,
        reason=reason.strip()[:500],
        evidence=asdict(evidence) if evidence else {},
        about=about_id,
    )
    if transition.target is not None:
        organisation.verification_reason = reason.strip()[:500]
    if evidence is not None:
        keep_decision(
            session, organisation, transition.name, evidence, about_id, reason=reason, by=by, at=at
        )


def keep_decision(
    session: Session,
    organisation: Organisation,
    act: str,
    evidence: Evidence,
    about_id: int | None,
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Store a decision of the office, with its evidence and the person it is about."""
    session.add(
        VerificationDecision(
            organisation_id=organisation.id,
            at=at,
            by_name=by.name,
            user_id=by.user_id,
            act=act,
            about_id=about_id,
            about_name=session.get_one(User, about_id).name if about_id else "",
            verification=organisation.verification,
            reason=reason.strip()[:500],
            evidence=asdict(evidence),
        )
    )
    session.flush()


def open_on_evidence(
    session: Session,
    organisation: Organisation,
    transition: Transition,
    evidence: Evidence,
    about_id: int,
    *,
    proves_domain: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Write that the body is verified, on evidence that holds: the year begins, the letters that
    newer ones replaced go, and the other members without proof wait."""
    organisation.verified_at = at
    move(session, organisation, transition, evidence=evidence, about_id=about_id, by=by, at=at)
    drop_replaced(session, organisation.id)
    domains = [evidence.domain] if proves_domain and evidence.email_domain else []
    set_aside(session, organisation, about_id=about_id, domains=domains, by=by, at=at)


def send_email(
    session: Session,
    organisation: Organisation,
    template: str,
    *,
    at: datetime,
    reason: str = "",
    **facts: Any,
) -> None:
    """Send an e-mail to each administrator of the organisation, in their language."""
    for person in administrators(session, organisation.id):
        post_to(
            session,
            person,
            template,
            at=at,
            organisation=organisation.name,
            customer_code=organisation.customer_code,
            reason=reason,
            **facts,
        )
