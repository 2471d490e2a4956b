"""The stored answers of a register on an organisation, and the decisions that follow from them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.organisations.models import Organisation, RegisterCheck
from shop.organisations.organisations import establishments_of
from shop.register.answers import Outcome, RegisterAnswer, Source
from shop.register.legal import DECLARED_PRIVATE, USUAL_DELAY, LegalDecision
from shop.register.legal_categories import decide
from shop.register.rules import Nature

NOT_ANSWERED = N_(
    "The register is not responding at the moment: we will query it again automatically."
)
LISTED = N_(
    "Its legal category is private, but the State lists it among the administrations: our "
    "office decides."
)
#: The register is asked again after a time equal to its silence, within these limits.
SOON, LATE = timedelta(minutes=1), timedelta(hours=6)


def decision_after(
    answer: RegisterAnswer, *, legal_category: str = "", declared_private: bool = False
) -> tuple[str, LegalDecision]:
    """The legal category in the answer (else `legal_category`), and the decision that follows.

    A body's own declaration that it is private is accepted where no register contradicts it.
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
    """The name of the legal unit. The State's register returns it (« COMMUNE DE CHINON »); the
    embedded one returns a town's own name (« Chinon »), which is not the unit's.
    """
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
    """Store an answer, and when to ask again. An unavailable register is stored once, at its first
    failure.
    """
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
    """Since when the register has not answered on its establishments, by SIRET; the oldest first.
    Answers on a previous SIREN do not count.
    """
    checks = session.scalars(
        select(RegisterCheck)
        .join(Organisation, Organisation.id == RegisterCheck.organisation_id)
        .where(
            Organisation.id == organisation_id,
            func.substr(RegisterCheck.siret, 1, 9) == Organisation.siren,
        )
        .order_by(RegisterCheck.id)
    )
    last = {check.siret: check for check in checks}
    return {siret: one for siret, one in last.items() if one.outcome == Outcome.UNAVAILABLE}


def siret_to_ask(session: Session, organisation_id: int) -> str:
    """The first establishment without an answer of the register, else the first one."""
    for siret in _silences(session, organisation_id):
        return siret
    return establishments_of(session, organisation_id)[0].siret


def answered_since(session: Session, organisation_id: int, moment: datetime) -> bool:
    """Whether a register has answered on it at that moment or later; a failure is no answer."""
    check = session.scalar(
        select(RegisterCheck.id)
        .where(
            RegisterCheck.organisation_id == organisation_id,
            RegisterCheck.at >= moment,
            RegisterCheck.outcome != Outcome.UNAVAILABLE,
        )
        .limit(1)
    )
    return check is not None


def checks_on(session: Session, organisation: Organisation) -> list[RegisterCheck]:
    """Every answer of a register on this organisation, the newest first."""
    return list(
        session.scalars(
            select(RegisterCheck)
            .where(RegisterCheck.organisation_id == organisation.id)
            .order_by(RegisterCheck.id.desc())
        )
    )
