"""The shop's decision on an organisation: is it a public body, does this person buy for it?

Only a verified public body draws quotes. Every decision is kept: who, when, on what evidence.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User
from shop.ground.actors import Actor
from shop.ground.errors import N_, DomainError
from shop.ground.journal import record
from shop.ground.outbox import post
from shop.ground.workflow import Step
from shop.organisations.evidence import Evidence, NoEvidence
from shop.organisations.legal_categories import decide
from shop.organisations.models import Organisation, VerificationDecision
from shop.organisations.procedure import PROCEDURE
from shop.organisations.rules import Nature, Verification


class NoReason(DomainError):
    sentence = N_("Give the reason: it is sent to the members as you write it.")


class NotAPublicBody(DomainError):
    sentence = N_(
        "The legal category of this organisation is private: it cannot be verified as a public"
        " body. It pays by card."
    )


class CategoryUnknown(DomainError):
    sentence = N_("Choose the legal category that the register shows before you verify.")


def verify(
    session: Session,
    organisation: Organisation,
    *,
    evidence: Evidence,
    legal_category: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Open the quote way to this body, on evidence. `legal_category` when no register told it.

    Raises NotAllowed, IllegalStep, NoEvidence, CategoryUnknown, NotAPublicBody.
    """
    step = PROCEDURE.ensure("verify", organisation.verification, by)
    if not evidence.is_enough:
        raise NoEvidence
    category = organisation.legal_category or legal_category
    if not category:
        raise CategoryUnknown
    decision = decide(category)
    if decision.nature is Nature.PRIVATE:
        raise NotAPublicBody
    organisation.legal_category = category
    organisation.nature = decision.nature
    organisation.payment_delay_days = decision.payment_delay_days
    organisation.verified_at = at
    _move(session, organisation, step.act, "", evidence, by=by, at=at)
    _tell(session, organisation, "organisation_verified", at=at)


def refuse(
    session: Session, organisation: Organisation, *, reason: str, by: Actor, at: datetime
) -> None:
    """Say no for now: the members read the reason and can ask again.

    Raises NotAllowed, IllegalStep, NoReason.
    """
    step = PROCEDURE.ensure("refuse", organisation.verification, by)
    _ensure_reason(reason)
    _move(session, organisation, step.act, reason, Evidence(), by=by, at=at)
    _tell(session, organisation, "organisation_refused", at=at, reason=reason.strip())


def suspend(
    session: Session, organisation: Organisation, *, reason: str, by: Actor, at: datetime
) -> None:
    """Close the quote way to a verified body. Raises NotAllowed, IllegalStep, NoReason."""
    step = PROCEDURE.ensure("suspend", organisation.verification, by)
    _ensure_reason(reason)
    _move(session, organisation, step.act, reason, Evidence(), by=by, at=at)
    _tell(session, organisation, "organisation_suspended", at=at, reason=reason.strip())


def ask_again(session: Session, organisation: Organisation, *, by: Actor, at: datetime) -> None:
    """A member of a refused body asks to be verified again. Raises NotAllowed, NotAPublicBody."""
    step = PROCEDURE.ensure("ask", organisation.verification, by)
    if organisation.nature is Nature.PRIVATE:
        raise NotAPublicBody
    _move(session, organisation, step.act, "", None, by=by, at=at)


def _ensure_reason(reason: str) -> None:
    if not reason.strip():
        raise NoReason


def _move(
    session: Session,
    organisation: Organisation,
    act: str,
    reason: str,
    evidence: Evidence | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write the new state, the decision when the shop took one, and the journal entry."""
    source = organisation.verification
    step = PROCEDURE.find(act, source)
    if step is None or step.target is None:
        raise AssertionError(f"{act} moves no verification")
    organisation.verification = Verification(step.target)
    organisation.verification_reason = reason.strip()[:500]
    kept = asdict(evidence) if evidence else {}
    if evidence is not None:
        session.add(
            VerificationDecision(
                organisation_id=organisation.id,
                at=at,
                by_name=by.name,
                user_id=by.user_id,
                act=act,
                verification=organisation.verification,
                reason=organisation.verification_reason,
                evidence=kept,
            )
        )
    record(
        session,
        f"organisation:{organisation.id}",
        act,
        by=by,
        at=at,
        source=source,
        target=organisation.verification,
        reason=organisation.verification_reason,
        evidence=kept,
    )


def _tell(
    session: Session, organisation: Organisation, template: str, *, at: datetime, reason: str = ""
) -> None:
    """One letter to each member that administers the organisation, in his language."""
    for person in _administrators(session, organisation):
        post(
            session,
            template,
            to=person.email,
            language=person.language,
            at=at,
            name=person.name,
            organisation=organisation.name,
            customer_code=organisation.customer_code,
            reason=reason,
        )


def _administrators(session: Session, organisation: Organisation) -> Iterable[User]:
    return session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.administers,
            Membership.approved_at.is_not(None),
            User.active,
        )
        .order_by(User.id)
    )


def open_acts(organisation: Organisation, by: Actor) -> list[Step]:
    """What this person may decide now: the page's buttons."""
    return PROCEDURE.open_acts(organisation.verification, by)
