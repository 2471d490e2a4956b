"""Registering an organisation, or asking to join it, as the register's answer decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import BUYER, MEMBER_ADMIN, Actor
from shop.members.administrators import announce_joiner
from shop.members.models import Membership
from shop.members.procedure import MEMBERSHIPS, waits_after
from shop.organisations.models import Organisation
from shop.organisations.organisations import (
    AlreadyMember,
    add_once,
    ensure_establishment,
    find_organisation,
)
from shop.organisations.register_checks import decision_after, keep_check, name_after
from shop.organisations.rules import first_state
from shop.register.answers import RegisterAnswer, ensure_open
from shop.register.embedded import EmbeddedRegister
from shop.register.legal import LegalDecision
from shop.register.siret import read_siret, siren_of
from shop.storage.journal import record
from shop.storage.numbering import take_customer_code


def register_organisation(
    session: Session,
    *,
    siret: str,
    name: str,
    header: dict[str, Any] | None = None,
    legal_category: str = "",
    declared_private: bool = False,
    answer: RegisterAnswer | None = None,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Register the establishment that a person buys for, or ask to join its organisation when that
    is known.

    `by` becomes its administrator; somebody who joins waits until they are let in. `header` has the
    keys of parties.Place. `answer` is what the register said, asked before the transaction (None:
    the embedded register is asked here). It gives the body's legal category, else `legal_category`
    does; where no register answers the body waits, and is asked for again (`register_due_at`).
    Raises SiretMistake (UnitClosed, EstablishmentClosed too), NotAllowed, AlreadyMember,
    AddedMeanwhile.
    """
    siret = read_siret(siret)
    MEMBERSHIPS.ensure("register", None, by)
    if session.scalar(select(Membership.id).where(Membership.user_id == by.user_id)):
        raise AlreadyMember
    answer = answer or EmbeddedRegister(session).look_up(siret)
    ensure_open(answer)
    named = Named(siret, name.strip(), _header(answer, header), answer)
    organisation = find_organisation(session, siren_of(siret))
    if organisation is not None:
        _ask_to_join(session, organisation, named, by=by, at=at)
        return organisation
    category, decision = decision_after(
        answer, legal_category=legal_category, declared_private=declared_private
    )
    organisation = _add_organisation(session, named, category, decision, at=at)
    _administer(session, organisation, named, by=by, at=at)
    return organisation


@dataclass(frozen=True, slots=True)
class Named:
    """The establishment that a person names as theirs, and what the register answered on it."""

    siret: str
    name: str
    header: dict[str, Any]
    answer: RegisterAnswer


def _add_organisation(
    session: Session, named: Named, category: str, decision: LegalDecision, *, at: datetime
) -> Organisation:
    organisation = Organisation(
        customer_code=take_customer_code(session),
        name=name_after(named.answer, named.name),
        siren=siren_of(named.siret),
        legal_category=category,
        nature=decision.nature,
        verification=first_state(decision.nature),
        verification_reason=decision.reason,
        payment_delay_days=decision.payment_delay_days,
        created_at=at,
    )
    add_once(session, organisation)
    return organisation


def _administer(
    session: Session, organisation: Organisation, named: Named, *, by: Actor, at: datetime
) -> None:
    """The first who names it administers it; the office decides whether it may draw quotes."""
    membership = _member(session, organisation, named, "register", by=by, at=at)
    membership.grant((MEMBER_ADMIN,))
    membership.approved_at = at


def _ask_to_join(
    session: Session, organisation: Organisation, named: Named, *, by: Actor, at: datetime
) -> None:
    """They wait, as a buyer to be, until somebody with the right lets them in."""
    membership = _member(session, organisation, named, "ask_to_join", by=by, at=at)
    membership.grant((BUYER,))
    announce_joiner(session, organisation, by, at=at)


def _member(
    session: Session,
    organisation: Organisation,
    named: Named,
    act: str,
    *,
    by: Actor,
    at: datetime,
) -> Membership:
    transition = MEMBERSHIPS.ensure(act, None, by)
    keep_check(session, organisation, named.siret, named.answer, at=at)
    establishment = ensure_establishment(
        session,
        organisation,
        named.siret,
        name=named.name,
        header=named.header,
        named_by_id=by.user_id if waits_after(transition) else None,
        at=at,
    )
    membership = Membership(
        user_id=by.user_id,
        organisation_id=organisation.id,
        establishment_id=establishment.id,
        asked_at=at,
    )
    _add_once(session, membership)
    record(
        session,
        f"organisation:{organisation.id}",
        act,
        by=by,
        at=at,
        target=None if waits_after(transition) else organisation.verification,
        siret=named.siret,
        name=establishment.name,
    )
    return membership


def _add_once(session: Session, membership: Membership) -> None:
    """Raises AlreadyMember when the same person names another organisation in another tab."""
    try:
        with session.begin_nested():
            session.add(membership)
    except IntegrityError as error:
        raise AlreadyMember from error


def _header(answer: RegisterAnswer, given: dict[str, Any] | None) -> dict[str, Any]:
    """The letterhead address: what was given, filled up with what the register knows."""
    known = answer.facts.address if answer.facts else {}
    return known | {key: value for key, value in (given or {}).items() if value}
