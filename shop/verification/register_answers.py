"""Applies a register's later answer to the organisation.

No register is asked over HTTP inside a transaction: an answer is fetched first, then applied.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import N_
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import establishments_of, get_organisation
from shop.organisations.register_checks import (
    decision_after,
    keep_check,
    name_after,
    siret_to_ask,
)
from shop.register.answers import Outcome, RegisterAnswer, RegisterFacts
from shop.register.rules import Nature
from shop.storage.db import Database
from shop.storage.journal import record
from shop.verification.decisions import move, send_email
from shop.verification.procedure import PROCEDURE

CLOSED = N_("The register says that it is closed: our office decides.")


def learn(
    session: Session,
    organisation: Organisation,
    siret: str,
    answer: RegisterAnswer,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Apply an answer of the register that came later, or again.

    The caller locks the organisation. A decision of the office is not changed: the answer is only
    stored for it to read; a verified body that the register calls private or closed is due for a
    review before its year is over. A private body may pay by card only and gets an e-mail; a closed
    one waits for the office. Raises NotAllowed.
    """
    PROCEDURE.ensure("learn", organisation.verification, by)
    keep_check(session, organisation, siret, answer, at=at)
    if answer.outcome is Outcome.UNAVAILABLE:
        return
    closed = _note_closed(session, siret, answer.facts)
    before = (organisation.name, organisation.legal_category, organisation.nature)
    if organisation.verification.is_undecided and not organisation.was_verified:
        _apply(session, organisation, answer, closed=closed, by=by, at=at)
    elif organisation.verification.is_verified:
        organisation.verification_reason = _doubt(session, organisation, answer)
    record(
        session,
        f"organisation:{organisation.id}",
        "learn",
        by=by,
        at=at,
        siret=siret,
        register=answer.source,
        outcome=answer.outcome,
        closed=closed,
        changed=before != (organisation.name, organisation.legal_category, organisation.nature),
    )


def _note_closed(session: Session, siret: str, facts: RegisterFacts | None) -> bool:
    """Whether the register says that the unit or the establishment is closed; stored on it."""
    if facts is None:
        return False
    closed = not facts.unit_active or facts.establishment_open is False
    establishment = session.scalar(select(Establishment).where(Establishment.siret == siret))
    if establishment is not None:
        establishment.closed = closed
    return closed


def _doubt(session: Session, organisation: Organisation, answer: RegisterAnswer) -> str:
    """Why the office has to review a verified body again; empty when the register says nothing
    new.
    """
    if any(place.closed for place in establishments_of(session, organisation.id)):
        return CLOSED
    _category, decision = decision_after(answer, legal_category=organisation.legal_category)
    if answer.facts is not None and decision.nature is Nature.PRIVATE:
        return decision.reason
    return ""


def _apply(
    session: Session,
    organisation: Organisation,
    answer: RegisterAnswer,
    *,
    closed: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Write the name, the category and the decision that follows from it."""
    category, decision = decision_after(
        answer,
        legal_category=organisation.legal_category,
        declared_private=organisation.nature is Nature.PRIVATE,
    )
    organisation.name = name_after(answer, organisation.name)
    organisation.legal_category = category
    organisation.nature = decision.nature
    organisation.payment_delay_days = decision.payment_delay_days
    reason = CLOSED if closed else decision.reason
    is_private = decision.nature is Nature.PRIVATE
    organisation.verification_reason = reason
    if is_private and organisation.verification.awaits_decision:
        transition = PROCEDURE.ensure("turn_to_card", organisation.verification, by)
        move(session, organisation, transition, reason=reason, by=by, at=at)
        send_email(session, organisation, "organisation_private", at=at)
    elif not is_private and organisation.verification.is_card_only:
        transition = PROCEDURE.ensure("found_public", organisation.verification, by)
        move(session, organisation, transition, reason=reason, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Due:
    """An establishment that the register has to be asked about."""

    organisation_id: int
    siret: str


def due_checks(session: Session, *, at: datetime, limit: int = 100) -> list[Due]:
    """Establishments without an answer that may be asked about now; the longest waiting first."""
    waiting = session.scalars(
        select(Organisation.id)
        .where(Organisation.register_due_at <= at)
        .order_by(Organisation.register_due_at, Organisation.id)
        .limit(limit)
    ).all()
    return [Due(one, siret) for one in waiting if (siret := siret_to_ask(session, one))]


def ask_due(
    database: Database,
    look_up: Callable[[str], RegisterAnswer],
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Ask the register about all that are due; how many answers came. The first unavailable answer
    stops the round.

    Two workers may do it at once: the second one finds nothing to do.
    """
    with database.reading_session() as session:
        waiting: Sequence[Due] = due_checks(session, at=clock())
    answers = 0
    for due in waiting:
        if stopping():
            break
        answer = look_up(due.siret)
        with database.transaction() as session:
            organisation = get_organisation(session, due.organisation_id, lock=True)
            when = organisation.register_due_at
            if when is not None and when <= clock():
                learn(session, organisation, due.siret, answer, by=THE_CLOCK, at=clock())
        if answer.outcome is Outcome.UNAVAILABLE:
            break
        answers += 1
    return answers
