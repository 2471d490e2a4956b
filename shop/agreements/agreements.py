"""The services of price agreements: prepared, signed, ended."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shop.agreements.models import AgreementClient, PriceAgreement, PriceCondition
from shop.agreements.notices import tell_administrators
from shop.agreements.procedure import PROCEDURE
from shop.agreements.rules import (
    AgreementReasonMissing,
    AgreementReferenceTaken,
    ClientSignatoryMissing,
    NoClients,
    NoConditions,
    SignedLater,
    ensure_near,
    ensure_period,
)
from shop.core.actors import Actor
from shop.core.text import one_line, paris_day
from shop.core.workflow import Transition
from shop.organisations.models import Organisation
from shop.storage.db import get_locked, locking
from shop.storage.transitions import Subject, advance, begin


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What an agreement says beside its conditions; both days are included."""

    reference: str
    title: str
    starts_on: date
    ends_on: date


def draft_agreement(
    session: Session, terms: AgreementTerms, *, by: Actor, at: datetime
) -> PriceAgreement:
    """Prepare an agreement, for nobody and without conditions yet. Raises NotAllowed,
    PeriodReversed, AgreementOver, AgreementReferenceTaken.
    """
    transition = PROCEDURE.ensure("draft_agreement", None, by)
    row = PriceAgreement(
        state=PROCEDURE.first("draft_agreement"),
        created_at=at,
        by_name=by.name,
        signatory="",
        ended_for="",
    )
    _write_terms(session, row, terms, at=at)
    session.add(row)
    session.flush()
    begin(session, subject_of(row), transition, by=by, at=at, reference=row.reference)
    return row


def change_terms(
    session: Session, agreement_id: int, terms: AgreementTerms, *, by: Actor, at: datetime
) -> PriceAgreement:
    """Change the reference, the subject or the days of a draft. Raises NotAllowed, NotFound,
    IllegalTransition, PeriodReversed, AgreementOver, AgreementReferenceTaken.
    """
    row, transition = ready(session, agreement_id, "change_agreement", by)
    _write_terms(session, row, terms, at=at)
    advance(session, subject_of(row), transition, by=by, at=at, reference=row.reference)
    return row


def sign_agreement(
    session: Session,
    agreement_id: int,
    *,
    signed_on: date,
    signatory: str,
    by: Actor,
    at: datetime,
) -> PriceAgreement:
    """The client has signed: the prices apply between the days of the agreement.

    Raises NotAllowed, NotFound, IllegalTransition, ClientSignatoryMissing, SignedLater,
    AgreementDayFar, AgreementOver, NoClients, NoConditions.
    """
    row, transition = ready(session, agreement_id, "sign_agreement", by)
    told, today = one_line(signatory), paris_day(at)
    if not told:
        raise ClientSignatoryMissing
    ensure_near(signed_on, today)
    if signed_on > today:
        raise SignedLater
    ensure_period(row.starts_on, row.ends_on, today)
    clients = clients_of(session, row.id)
    if not clients:
        raise NoClients
    first = select(PriceCondition.id).where(PriceCondition.agreement_id == row.id).limit(1)
    if session.scalar(first) is None:
        raise NoConditions
    row.signed_on, row.signatory = signed_on, told
    facts: dict[str, Any] = {"reference": row.reference, "signatory": told}
    tell_administrators(session, row, clients, at=at)
    advance(session, subject_of(row), transition, by=by, at=at, **facts)
    _note_last_days(session, clients)
    return row


def withdraw_agreement(
    session: Session, agreement_id: int, reason: str, *, by: Actor, at: datetime
) -> PriceAgreement:
    """Give a draft up. Raises NotAllowed, NotFound, IllegalTransition, AgreementReasonMissing."""
    return _close(session, agreement_id, "withdraw_agreement", reason, by=by, at=at)


def end_agreement(
    session: Session, agreement_id: int, reason: str, *, by: Actor, at: datetime
) -> PriceAgreement:
    """No price of it applies from now on; issued quotes keep theirs. Raises NotAllowed, NotFound,
    IllegalTransition, AgreementReasonMissing.
    """
    row = _close(session, agreement_id, "end_agreement", reason, by=by, at=at)
    _note_last_days(session, clients_of(session, row.id))
    return row


def clients_of(session: Session, agreement_id: int) -> list[int]:
    """The ids of the organisations that an agreement is for."""
    statement = (
        select(AgreementClient.organisation_id)
        .where(AgreementClient.agreement_id == agreement_id)
        .order_by(AgreementClient.organisation_id)
    )
    return list(session.scalars(statement))


def ready(
    session: Session, agreement_id: int, act: str, by: Actor
) -> tuple[PriceAgreement, Transition]:
    """An agreement, locked, and the transition. Raises NotAllowed, NotFound,
    IllegalTransition.
    """
    row = get_locked(session, PriceAgreement, agreement_id)
    return row, PROCEDURE.ensure(act, row.state, by)


def subject_of(row: PriceAgreement) -> Subject:
    """An agreement in the journal."""
    return Subject(row, "state", f"price_agreement:{row.id}")


def _write_terms(
    session: Session, row: PriceAgreement, terms: AgreementTerms, *, at: datetime
) -> None:
    ensure_period(terms.starts_on, terms.ends_on, paris_day(at))
    reference = one_line(terms.reference)
    other = select(PriceAgreement.id).where(
        func.lower(PriceAgreement.reference) == reference.lower()
    )
    if session.scalar(other.where(PriceAgreement.id.is_distinct_from(row.id))) is not None:
        raise AgreementReferenceTaken
    row.reference, row.title = reference, one_line(terms.title)
    row.starts_on, row.ends_on = terms.starts_on, terms.ends_on


def _close(
    session: Session, agreement_id: int, act: str, reason: str, *, by: Actor, at: datetime
) -> PriceAgreement:
    row, transition = ready(session, agreement_id, act, by)
    told = one_line(reason)
    if not told:
        raise AgreementReasonMissing
    row.ended_for = told
    advance(
        session, subject_of(row), transition, by=by, at=at, reference=row.reference, reason=told
    )
    session.flush()
    return row


def _note_last_days(session: Session, clients: list[int]) -> None:
    """Write the last day of the signed agreements of each organisation on its row: the pages of all
    the others read no agreement.
    """
    session.flush()
    # Another agreement of theirs that is put in force meanwhile waits, and counts this one.
    locked = select(Organisation.id).where(Organisation.id.in_(clients)).order_by(Organisation.id)
    session.execute(locking(session, locked))
    last = (
        select(func.max(PriceAgreement.ends_on))
        .join(AgreementClient, AgreementClient.agreement_id == PriceAgreement.id)
        .where(AgreementClient.organisation_id == Organisation.id, PriceAgreement.is_signed)
        .scalar_subquery()
    )
    session.execute(
        update(Organisation)
        .where(Organisation.id.in_(clients))
        .values(agreed_until=last)
        .execution_options(synchronize_session="fetch")
    )
