"""The office's decision on an organisation: whether it is a public body, and whether this person
buys for it.

Only a verified public body issues quotes. Every decision is stored: who, when, on what evidence
about whom. A verification is reviewed each year.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError
from shop.core.workflow import Transition
from shop.members.administrators import administrators
from shop.organisations.models import Organisation
from shop.organisations.register_checks import answered_since
from shop.register.legal_categories import decide
from shop.register.rules import Nature
from shop.settings.validity import quote_months_at
from shop.verification.decisions import move, open_on_evidence, send_email
from shop.verification.evidence import (
    Evidence,
    NoEvidence,
    RegisterNotAsked,
    StillWaits,
    ensure_evidence,
)
from shop.verification.evidence_letters import about_person, drop_replaced
from shop.verification.models import ChangeRequest
from shop.verification.procedure import PROCEDURE

#: How long a verification is valid before the office reviews it: people leave, bodies merge. The
#: shop's own rule; no text sets it.
A_YEAR = timedelta(days=365)
#: The maximum age of the register's answer when the office says that it has asked again.
A_DAY = timedelta(hours=24)


class NoReason(DomainError):
    sentence = N_("Give the reason: it is sent to its administrators as you write it.")


class NotAPublicBody(DomainError):
    sentence = N_(
        "The legal category of this organisation is private: it cannot be verified as a public "
        "body. It can pay by card."
    )


class CategoryUnknown(DomainError):
    sentence = N_("Choose the legal category shown in the register before you verify.")


class ChangeFirst(DomainError):
    sentence = N_(
        "This organisation has requested a change of name or SIRET: decide on that first."
    )


def verify(
    session: Session,
    organisation: Organisation,
    *,
    evidence: Evidence,
    about_id: int | None = None,
    proves_domain: bool = False,
    legal_category: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Open the quote way to this body, on evidence about `about_id` (None: its administrator).

    Every other member without proof waits from now on; `proves_domain`: the domain of the evidence
    proves colleagues too. `legal_category` when no register gave it. Raises NotAllowed,
    IllegalTransition, ChangeFirst, CategoryUnknown, NotAPublicBody, and the refusals of
    ensure_evidence.
    """
    transition = PROCEDURE.ensure("verify", organisation.verification, by)
    ensure_no_change(session, organisation)
    about_id = ensure_person(session, organisation, evidence, about_id)
    ensure_public(organisation, organisation.legal_category or legal_category)
    open_on_evidence(
        session,
        organisation,
        transition,
        evidence,
        about_id,
        proves_domain=proves_domain,
        by=by,
        at=at,
    )
    months = quote_months_at(session, at)
    send_email(session, organisation, "organisation_verified", at=at, months=months)


def confirm(
    session: Session,
    organisation: Organisation,
    *,
    evidence: Evidence,
    about_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """The yearly review: the body has not changed, the person still buys for it.

    Raises NotAllowed, IllegalTransition, RegisterNotAsked, the refusals of ensure_evidence.
    """
    transition = PROCEDURE.ensure("confirm", organisation.verification, by)
    about_id = ensure_person(session, organisation, evidence, about_id, yearly=True)
    if evidence.still_there and not answered_since(session, organisation.id, at - A_DAY):
        raise RegisterNotAsked
    organisation.verified_at = at
    move(session, organisation, transition, evidence=evidence, about_id=about_id, by=by, at=at)
    drop_replaced(session, organisation.id)


def refuse(
    session: Session, organisation: Organisation, *, reason: str, by: Actor, at: datetime
) -> None:
    """Refuse a body: its administrators read the reason and can ask again.

    Raises NotAllowed, IllegalTransition, ChangeFirst, NoReason.
    """
    transition = PROCEDURE.ensure("refuse", organisation.verification, by)
    ensure_no_change(session, organisation)
    ensure_reason(reason)
    move(session, organisation, transition, reason=reason, evidence=Evidence(), by=by, at=at)
    drop_replaced(session, organisation.id)
    send_email(session, organisation, "organisation_refused", at=at, reason=reason.strip())


def suspend(
    session: Session, organisation: Organisation, *, reason: str, by: Actor, at: datetime
) -> None:
    """Close the quote way to a verified body. Raises NotAllowed, IllegalTransition, NoReason."""
    transition = PROCEDURE.ensure("suspend", organisation.verification, by)
    ensure_reason(reason)
    move(session, organisation, transition, reason=reason, evidence=Evidence(), by=by, at=at)
    send_email(session, organisation, "organisation_suspended", at=at, reason=reason.strip())


def ask_again(session: Session, organisation: Organisation, *, by: Actor, at: datetime) -> None:
    """A member of a refused body asks to be verified again. Raises NotAllowed, NotAPublicBody."""
    transition = PROCEDURE.ensure("ask", organisation.verification, by)
    if organisation.nature is Nature.PRIVATE:
        raise NotAPublicBody
    move(session, organisation, transition, by=by, at=at)


def open_transitions(organisation: Organisation, by: Actor) -> list[Transition]:
    """The transitions that this person may make now: the buttons of the page."""
    return PROCEDURE.open_transitions(organisation.verification, by)


def ensure_reason(reason: str) -> None:
    """A refusal says why. Raises NoReason."""
    if not reason.strip():
        raise NoReason


def ensure_no_change(session: Session, organisation: Organisation) -> None:
    """Raises ChangeFirst while the body waits for the office's answer on a change."""
    if open_change(session, organisation.id) is not None:
        raise ChangeFirst


def open_change(session: Session, organisation_id: int) -> ChangeRequest | None:
    """The change of name or SIRET that is not decided yet."""
    return session.scalar(
        select(ChangeRequest).where(
            ChangeRequest.organisation_id == organisation_id, ~ChangeRequest.is_decided
        )
    )


def ensure_person(
    session: Session,
    organisation: Organisation,
    evidence: Evidence,
    about_id: int | None,
    *,
    yearly: bool = False,
) -> int:
    """The person whom the evidence is about, once it is complete. Raises the refusals of
    ensure_evidence.
    """
    if about_id is None:
        about_id = next((one.id for one in administrators(session, organisation.id)), None)
    if about_id is None:
        raise NoEvidence
    about = about_person(session, organisation.id, about_id)
    if not about.is_in:
        raise StillWaits(email=about.email)
    ensure_evidence(evidence, about, yearly=yearly)
    return about_id


def ensure_public(organisation: Organisation, category: str) -> None:
    """The category that the body is verified under, with the decision that follows.

    A private category is one to review where the State counts the body among the administrations.
    Raises CategoryUnknown, NotAPublicBody.
    """
    if not category:
        raise CategoryUnknown
    decision = decide(category)
    from_register = category == organisation.legal_category
    if decision.nature is Nature.PRIVATE:
        if from_register and organisation.nature is Nature.REVIEW:
            return
        raise NotAPublicBody
    if from_register and organisation.was_verified:
        return  # agreed terms are not changed
    organisation.legal_category = category
    organisation.nature = decision.nature
    organisation.payment_delay_days = decision.payment_delay_days
