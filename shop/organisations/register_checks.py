"""What a register answered on an organisation: kept, and what follows from it.

Nobody is asked over HTTP while something is locked: an answer is fetched first, then learnt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ground.actors import THE_CLOCK, Actor
from shop.ground.db import Database
from shop.ground.errors import N_
from shop.ground.journal import record
from shop.organisations.legal import DECLARED_PRIVATE, USUAL_DELAY, LegalDecision
from shop.organisations.legal_categories import decide
from shop.organisations.models import Establishment, Organisation, RegisterCheck
from shop.organisations.organisations import establishments_of, get_organisation
from shop.organisations.procedure import PROCEDURE
from shop.organisations.register_answers import Outcome, RegisterAnswer, RegisterFacts, Source
from shop.organisations.rules import Nature, Verification
from shop.organisations.verification import move, tell

NOT_ANSWERED = N_("The register does not answer for the moment: we ask it again by ourselves.")
LISTED = N_(
    "Its legal category is a private one, but the State counts it among the administrations: a"
    " person decides."
)
CLOSED = N_("The register says that it is closed: a person decides.")

#: The register is asked again after as long as it has been silent, within these limits.
SOON, LATE = timedelta(minutes=1), timedelta(hours=6)
#: What nobody of the office has decided on: the register's answer still moves it.
OPEN = (Verification.UNVERIFIED, Verification.PENDING)


def decision_after(
    answer: RegisterAnswer, *, legal_category: str = "", declared_private: bool = False
) -> tuple[str, LegalDecision]:
    """The legal category that the answer tells (else `legal_category`), and what it decides.

    A body that declares itself private is believed where no register knows better.
    """
    facts = answer.facts
    category = (facts.legal_category if facts else "") or legal_category
    if not category and declared_private:
        return "", LegalDecision(Nature.PRIVATE, USUAL_DELAY, DECLARED_PRIVATE)
    if not category and answer.outcome is Outcome.UNAVAILABLE:
        return "", LegalDecision(Nature.REVIEW, USUAL_DELAY, NOT_ANSWERED)
    decision = decide(category)
    if decision.nature is Nature.PRIVATE and facts and facts.is_administration:
        return category, LegalDecision(
            Nature.REVIEW, decision.payment_delay_days, LISTED, decision.label
        )
    return category, decision


def name_after(answer: RegisterAnswer, given: str) -> str:
    """The name of the legal unit. The State's register tells it (« COMMUNE DE CHINON »); the
    embedded one tells a town's own name (« Chinon »), which is not the unit's."""
    known = answer.facts.name if answer.facts and answer.source is Source.STATE else ""
    return known or given


def keep_check(
    session: Session,
    organisation: Organisation,
    siret: str,
    answer: RegisterAnswer,
    *,
    at: datetime,
) -> None:
    """Keep what was answered, and when to ask again. A silence is kept once, as when it began."""
    silent = _silences(session, organisation.id)
    silence = silent.pop(siret, None)
    if answer.outcome is not Outcome.UNAVAILABLE:
        if not silent:
            organisation.register_due_at = None
    else:
        since = at - silence.at if silence else timedelta()
        wait = max(min(max(since, SOON), LATE), timedelta(seconds=answer.retry_after or 0))
        organisation.register_due_at = at + wait
        if silence is not None:
            return
    session.add(
        RegisterCheck(
            organisation_id=organisation.id,
            siret=siret,
            at=at,
            source=answer.source,
            outcome=answer.outcome,
            facts=answer.kept,
            payload_sha256=answer.payload_sha256,
        )
    )
    session.flush()


def _silences(session: Session, organisation_id: int) -> dict[str, RegisterCheck]:
    """Since when the register is silent on its establishments, by SIRET; the oldest first."""
    checks = session.scalars(
        select(RegisterCheck)
        .where(RegisterCheck.organisation_id == organisation_id)
        .order_by(RegisterCheck.id)
    )
    last = {check.siret: check for check in checks}
    return {siret: one for siret, one in last.items() if one.outcome == Outcome.UNAVAILABLE}


def learn(
    session: Session,
    organisation: Organisation,
    siret: str,
    answer: RegisterAnswer,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The register has answered after all, or again: its facts are applied.

    The caller holds the organisation. What the office has decided stands: there the answer is only
    kept, for it to read. A private body is turned to the card and told so; a closed one waits for
    the office. Raises NotAllowed.
    """
    PROCEDURE.ensure("learn", organisation.verification, by)
    keep_check(session, organisation, siret, answer, at=at)
    if answer.outcome is Outcome.UNAVAILABLE:
        return
    closed = _note_closed(session, siret, answer.facts)
    before = (organisation.name, organisation.legal_category, organisation.nature)
    if organisation.verification in OPEN and organisation.verified_at is None:
        _apply(session, organisation, answer, closed=closed, by=by, at=at)
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
    """Whether the register says that the unit or the establishment is closed; kept on it."""
    if facts is None:
        return False
    closed = not facts.unit_active or facts.establishment_open is False
    establishment = session.scalar(select(Establishment).where(Establishment.siret == siret))
    if establishment is not None:
        establishment.closed = closed
    return closed


def _apply(
    session: Session,
    organisation: Organisation,
    answer: RegisterAnswer,
    *,
    closed: bool,
    by: Actor,
    at: datetime,
) -> None:
    """The name, the category and what it decides."""
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
    if is_private and organisation.verification is Verification.PENDING:
        step = PROCEDURE.ensure("turn_to_card", organisation.verification, by)
        move(session, organisation, step, reason=reason, by=by, at=at)
        tell(session, organisation, "organisation_private", at=at)
    elif not is_private and organisation.verification is Verification.UNVERIFIED:
        step = PROCEDURE.ensure("found_public", organisation.verification, by)
        move(session, organisation, step, reason=reason, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Due:
    """An establishment that the register has to be asked about."""

    organisation_id: int
    siret: str


def due_checks(session: Session, *, at: datetime, limit: int = 100) -> list[Due]:
    """What the register has not answered yet and may be asked now; the longest waiting first."""
    waiting = session.scalars(
        select(Organisation.id)
        .where(Organisation.register_due_at <= at)
        .order_by(Organisation.register_due_at, Organisation.id)
        .limit(limit)
    ).all()
    return [Due(one, siret) for one in waiting if (siret := siret_to_ask(session, one))]


def siret_to_ask(session: Session, organisation_id: int) -> str:
    """The establishment that the register was silent on, else the first one."""
    for siret in _silences(session, organisation_id):
        return siret
    return establishments_of(session, organisation_id)[0].siret


def ask_due(
    database: Database,
    look_up: Callable[[str], RegisterAnswer],
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Ask the register about all who wait for it; as soon as it is silent, the others wait on.

    Two workers may do it at once: who comes second finds nothing to do.
    """
    with database.reading_session() as session:
        waiting: Sequence[Due] = due_checks(session, at=clock())
    for due in waiting:
        if stopping():
            return
        answer = look_up(due.siret)
        with database.transaction() as session:
            organisation = get_organisation(session, due.organisation_id, lock=True)
            when = organisation.register_due_at
            if when is not None and when <= clock():
                learn(session, organisation, due.siret, answer, by=THE_CLOCK, at=clock())
        if answer.outcome is Outcome.UNAVAILABLE:
            return


def checks_on(session: Session, organisation: Organisation) -> list[RegisterCheck]:
    """Every answer of a register on this organisation, the newest first."""
    return list(
        session.scalars(
            select(RegisterCheck)
            .where(RegisterCheck.organisation_id == organisation.id)
            .order_by(RegisterCheck.id.desc())
        )
    )
