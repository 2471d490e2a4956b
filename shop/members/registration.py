"""Registering an organisation, or asking to join it: what the register answered decides on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership
from shop.ground.actors import BUYER, MEMBER_ADMIN, Actor
from shop.ground.journal import record
from shop.ground.numbering import take_customer_code
from shop.members.administration import announce_joiner
from shop.organisations.models import Organisation
from shop.organisations.organisations import (
    AlreadyMember,
    add_once,
    ensure_establishment,
    find_organisation,
)
from shop.organisations.register_checks import decision_after, keep_check, name_after
from shop.organisations.rules import Verification
from shop.register.answers import RegisterAnswer, ensure_open
from shop.register.embedded import EmbeddedRegister
from shop.register.rules import Nature
from shop.register.siret import read_siret, siren_of


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

    `by` becomes its administrator; somebody who joins waits until he is let in. `header` has the
    keys of parties.Place. `answer` is what the register said, asked before the transaction (None:
    the embedded register is asked here). It tells the body's legal category, else `legal_category`
    does; where no register answers the body waits, and is asked for again (`register_due_at`).
    Raises SiretMistake (UnitClosed, EstablishmentClosed too), AlreadyMember, Changed.
    """
    siret = read_siret(siret)
    if session.scalar(select(Membership.id).where(Membership.user_id == by.user_id)):
        raise AlreadyMember
    answer = answer or EmbeddedRegister(session).look_up(siret)
    ensure_open(answer)
    organisation = find_organisation(session, siren_of(siret))
    is_new = organisation is None
    if organisation is None:
        category, decision = decision_after(
            answer, legal_category=legal_category, declared_private=declared_private
        )
        organisation = Organisation(
            customer_code=take_customer_code(session),
            name=name_after(answer, name.strip()),
            siren=siren_of(siret),
            legal_category=category,
            nature=decision.nature,
            verification=_first_state(decision.nature),
            verification_reason=decision.reason,
            payment_delay_days=decision.payment_delay_days,
            created_at=at,
        )
        add_once(session, organisation)
    keep_check(session, organisation, siret, answer, at=at)
    establishment = ensure_establishment(
        session, organisation, siret, name=name, header=_header(answer, header), at=at
    )
    membership = Membership(
        user_id=by.user_id,
        organisation_id=organisation.id,
        establishment_id=establishment.id,
        asked_at=at,
    )
    membership.grant((MEMBER_ADMIN,) if is_new else (BUYER,))
    if is_new:
        membership.approved_at = at
    session.add(membership)
    record(
        session,
        f"organisation:{organisation.id}",
        "register" if is_new else "ask_to_join",
        by=by,
        at=at,
        target=organisation.verification if is_new else None,
        siret=siret,
        name=establishment.name,
    )
    if not is_new:
        announce_joiner(session, organisation, by, at=at)
    return organisation


def _first_state(nature: Nature) -> Verification:
    """A private organisation has nothing to be verified; anything else waits for a person."""
    return Verification.UNVERIFIED if nature is Nature.PRIVATE else Verification.PENDING


def _header(answer: RegisterAnswer, given: dict[str, Any] | None) -> dict[str, Any]:
    """The letterhead address: what was given, filled up with what the register knows."""
    known = answer.facts.address if answer.facts else {}
    return known | {key: value for key, value in (given or {}).items() if value}
