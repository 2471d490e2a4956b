"""Members without any proof that they act for the body; none of them profits from evidence about
another person.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.members.domain_rules import domain_of, folded_domain
from shop.members.models import Membership, ProvenDomain
from shop.members.procedure import ensure_membership
from shop.organisations.models import Organisation
from shop.people.emails import post_to
from shop.people.models import User
from shop.storage.journal import record
from shop.verification.models import VerificationDecision
from shop.verification.procedure import PROCEDURE

#: The proofs of a stored decision; « still there » alone is none.
PROOFS = ("email_domain", "letter", "call_back")
Members = list[tuple[Membership, User]]


def unproven_members(
    session: Session, organisation_id: int, *, domains: Iterable[str] = ()
) -> Members:
    """Members without a decision on evidence about them and without a confirmed address at a domain
    of the body; `domains`: those that the office proves in the same transaction.
    """
    decided = session.execute(
        select(VerificationDecision.about_id, VerificationDecision.evidence).where(
            VerificationDecision.organisation_id == organisation_id,
            VerificationDecision.about_id.is_not(None),
        )
    )
    proven = {one.about_id for one in decided if any(map(one.evidence.get, PROOFS))}
    own = set(map(folded_domain, domains)) | set(
        session.scalars(
            select(ProvenDomain.domain).where(ProvenDomain.organisation_id == organisation_id)
        )
    )
    rows = session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation_id, Membership.is_in)
        .order_by(Membership.id)
    )
    return [
        (membership, user)
        for membership, user in rows
        if user.id not in proven and (not user.is_confirmed or domain_of(user.email) not in own)
    ]


def set_aside(
    session: Session,
    organisation: Organisation,
    *,
    about_id: int,
    domains: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> None:
    """When a body is verified on evidence about one member, every other unproven member waits with
    those who ask to join, and gets an e-mail. Raises NotAllowed, IllegalTransition.
    """
    for membership, user in unproven_members(session, organisation.id, domains=domains):
        if user.id == about_id:
            continue
        PROCEDURE.ensure("set_aside", organisation.verification, by)
        ensure_membership("set_aside", is_in=membership.is_in, by=by)
        membership.approved_at, membership.approved_by = None, ""
        membership.asked_at = at
        post_to(session, user, "member_set_aside", at=at, organisation=organisation.name)
        record(
            session,
            f"organisation:{organisation.id}",
            "set_aside",
            by=by,
            at=at,
            member=user.id,
            roles=sorted(membership.roles),
        )
    session.flush()
