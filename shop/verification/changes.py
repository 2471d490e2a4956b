"""A body changes its name, or an establishment its SIRET: it asks, the office decides.

Issued documents keep what they say. Until the office has decided, no quote is drawn: the name at
the head of a quote is the one that the body was verified under.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.members.domains import proven_domains, withdraw_domain
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import establishments_of
from shop.organisations.register_checks import decision_after, keep_check
from shop.register.answers import RegisterAnswer, ensure_open
from shop.register.embedded import EmbeddedRegister
from shop.register.rules import Nature
from shop.register.siret import read_siret, siren_of
from shop.verification.decisions import move, open_on_evidence, send_email
from shop.verification.evidence import Evidence
from shop.verification.models import ChangeRequest
from shop.verification.procedure import PROCEDURE
from shop.verification.verification import (
    CategoryUnknown,
    NotAPublicBody,
    ensure_person,
    ensure_public,
    ensure_reason,
    open_change,
)


class NothingChanges(DomainError):
    sentence = N_("Nothing has been changed: enter the new name or the new SIRET.")
    status = 422


class NoChangeReason(DomainError):
    sentence = N_(
        "Give the reason for the change: a merger, a new name adopted by resolution, a move…"
    )
    status = 422


class SiretTaken(DomainError):
    sentence = N_(
        "This SIRET belongs to an organisation that is already registered here: ask to join "
        "it, or call us if your organisation has merged into it."
    )
    status = 422


class SeveralEstablishments(DomainError):
    sentence = N_(
        "A different SIREN means a different legal unit, and your organisation has several "
        "establishments here, which cannot be moved one by one. Please call us."
    )
    status = 422


class ChangeWaiting(DomainError):
    sentence = N_(
        "A change is already being examined. Wait for our decision before you request another one."
    )


def ask_change(
    session: Session,
    organisation: Organisation,
    establishment: Establishment,
    *,
    name: str,
    siret: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> ChangeRequest:
    """An administrator asks for another name or SIRET; the body is pending until it is decided.

    A SIRET of another SIREN is a merger or a new legal unit. Raises NotAllowed, IllegalTransition,
    ChangeWaiting, SiretMistake, NothingChanges, SiretTaken, SeveralEstablishments, NoChangeReason,
    NotAPublicBody.
    """
    transition = PROCEDURE.ensure("ask_change", organisation.verification, by)
    if organisation.nature is Nature.PRIVATE:
        raise NotAPublicBody
    mine = by.organisation_id == organisation.id
    if not mine or establishment.organisation_id != organisation.id:
        raise NotAllowed(act=transition.name)
    if open_change(session, organisation.id) is not None:
        raise ChangeWaiting
    wanted = _wanted(session, organisation, establishment, name, siret)
    if not reason.strip():
        raise NoChangeReason
    change = ChangeRequest(
        organisation_id=organisation.id,
        establishment_id=establishment.id,
        wanted=wanted,
        reason=reason.strip()[:500],
        asked_by_id=by.user_id,
        asked_at=at,
        before=organisation.verification,
    )
    session.add(change)
    move(session, organisation, transition, reason=reason, by=by, at=at)
    return change


def accept_change(
    session: Session,
    change: ChangeRequest,
    *,
    evidence: Evidence,
    about_id: int | None = None,
    proves_domain: bool = False,
    answer: RegisterAnswer | None = None,
    legal_category: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Apply the change, on evidence: later documents bear it, issued ones keep what they say.

    `answer`: what the register said of the new SIRET, asked before the transaction (None: the
    embedded one is asked). With another SIREN nothing that was known of the old unit counts: its
    category is the register's, else `legal_category`, and its domains prove nothing. The caller
    holds the organisation.
    Raises NotAllowed, IllegalTransition, SiretTaken, SeveralEstablishments, UnitClosed,
    EstablishmentClosed, CategoryUnknown, NotAPublicBody and the refusals of ensure_evidence.
    """
    organisation = session.get_one(Organisation, change.organisation_id)
    transition = PROCEDURE.ensure("accept_change", organisation.verification, by)
    _ensure_undecided(change)
    about_id = ensure_person(session, organisation, evidence, about_id)
    _apply(session, organisation, change, answer, legal_category, by=by, at=at)
    _decide(change, True, "", by=by, at=at)
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
    send_email(session, organisation, "organisation_change_accepted", at=at)


def decline_change(
    session: Session, change: ChangeRequest, *, reason: str, by: Actor, at: datetime
) -> None:
    """Nothing is changed: a body that was verified is so again, another one still waits.

    The caller holds the organisation. Raises NotAllowed, IllegalTransition, NoReason.
    """
    organisation = session.get_one(Organisation, change.organisation_id)
    act = "decline_change" if change.was_verified else "decline_first_change"
    transition = PROCEDURE.ensure(act, organisation.verification, by)
    _ensure_undecided(change)
    ensure_reason(reason)
    _decide(change, False, reason.strip()[:500], by=by, at=at)
    move(
        session,
        organisation,
        transition,
        evidence=Evidence(note=reason.strip()[:300]),
        by=by,
        at=at,
    )
    send_email(session, organisation, "organisation_change_declined", at=at, reason=reason.strip())


def get_change(session: Session, change_id: int, organisation_id: int) -> ChangeRequest:
    """A change that this organisation asked for. Raises NotFound."""
    change = session.get(ChangeRequest, change_id)
    if change is None or change.organisation_id != organisation_id:
        raise NotFound
    return change


def changes_of(session: Session, organisation_id: int) -> list[ChangeRequest]:
    """What it asked to change, the newest first."""
    return list(
        session.scalars(
            select(ChangeRequest)
            .where(ChangeRequest.organisation_id == organisation_id)
            .order_by(ChangeRequest.id.desc())
        )
    )


def _wanted(
    session: Session,
    organisation: Organisation,
    establishment: Establishment,
    name: str,
    siret: str,
) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if name.strip() and name.strip() != establishment.name:
        wanted["name"] = name.strip()[:200]
    if siret.strip():
        number = read_siret(siret)
        if number != establishment.siret:
            _ensure_free(session, organisation, number)
            wanted["siret"] = number
    if not wanted:
        raise NothingChanges
    return wanted


def _ensure_free(session: Session, organisation: Organisation, siret: str) -> None:
    """Neither the SIRET nor its SIREN is somebody's here, and no establishment is left behind in
    the old SIREN. Raises SiretTaken, SeveralEstablishments."""
    taken = session.scalar(select(Establishment.id).where(Establishment.siret == siret))
    other = session.scalar(
        select(Organisation.id).where(
            Organisation.siren == siren_of(siret), Organisation.id != organisation.id
        )
    )
    if taken is not None or other is not None:
        raise SiretTaken
    places = establishments_of(session, organisation.id)
    if siren_of(siret) != organisation.siren and len(places) > 1:
        raise SeveralEstablishments


def _become(
    session: Session,
    organisation: Organisation,
    answer: RegisterAnswer,
    typed: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Another legal unit: its own category, no domain. Raises CategoryUnknown, NotAPublicBody."""
    category, decision = decision_after(answer, legal_category=typed)
    if not category:
        raise CategoryUnknown
    if decision.nature is Nature.PRIVATE:
        raise NotAPublicBody
    organisation.legal_category, organisation.nature = category, decision.nature
    organisation.payment_delay_days = decision.payment_delay_days
    for one in proven_domains(session, organisation.id):
        withdraw_domain(session, organisation, one.domain, by=by, at=at)


def _ensure_undecided(change: ChangeRequest) -> None:
    if change.is_decided:
        raise NotFound


def _apply(
    session: Session,
    organisation: Organisation,
    change: ChangeRequest,
    answer: RegisterAnswer | None,
    legal_category: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write the new name and SIRET; with a SIRET, what the register says of it is kept."""
    siret = change.wanted.get("siret", "")
    if siret:
        _ensure_free(session, organisation, siret)
        answer = answer or EmbeddedRegister(session).look_up(siret)
        ensure_open(answer)
    if answer is not None and siren_of(siret) != organisation.siren:
        _become(session, organisation, answer, legal_category, by=by, at=at)
    else:
        ensure_public(organisation, organisation.legal_category or legal_category)
    _rename(session, organisation, change)
    if siret and answer is not None:
        keep_check(session, organisation, siret, answer, at=at)


def _rename(session: Session, organisation: Organisation, change: ChangeRequest) -> None:
    """The organisation bears the name of its first establishment, until they differ."""
    establishment = session.get_one(Establishment, change.establishment_id)
    name, siret = change.wanted.get("name"), change.wanted.get("siret")
    if name:
        if establishment.name == organisation.name:
            organisation.name = name
        establishment.name = name
        establishment.header = establishment.header | {"name": name}
    if siret:
        establishment.siret = siret
        organisation.siren = siren_of(siret)
    session.flush()


def _decide(change: ChangeRequest, accepted: bool, answer: str, *, by: Actor, at: datetime) -> None:
    change.accepted, change.answer = accepted, answer
    change.decided_at, change.decided_by = at, by.name
