"""Registering an organisation, or asking to join it: what the register answered decides on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership
from shop.ground.actors import BUYER, MEMBER_ADMIN, Actor
from shop.ground.journal import record
from shop.ground.numbering import take_customer_code
from shop.organisations.administration import announce_joiner
from shop.organisations.legal import DECLARED_PRIVATE, USUAL_DELAY, LegalDecision
from shop.organisations.legal_categories import decide
from shop.organisations.models import Organisation
from shop.organisations.organisations import (
    AlreadyMember,
    add_once,
    ensure_establishment,
    find_organisation,
)
from shop.organisations.register import find_body
from shop.organisations.register_answers import RegisterAnswer
from shop.organisations.rules import Nature, Verification
from shop.organisations.siret import read_siret, siren_of


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
    the embedded register is asked here). A body's legal category comes from it, else from
    `legal_category`. Raises SiretMistake, AlreadyMember, Changed.
    """
    siret = read_siret(siret)
    if session.scalar(select(Membership.id).where(Membership.user_id == by.user_id)):
        raise AlreadyMember
    organisation = find_organisation(session, siren_of(siret))
    is_new = organisation is None
    if organisation is None:
        organisation = _new(
            session,
            siret=siret,
            name=name.strip(),
            legal_category=legal_category,
            declared_private=declared_private,
            at=at,
        )
        add_once(session, organisation)
    establishment = ensure_establishment(
        session, organisation, siret, name=name, header=header or {}, at=at
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


def _new(
    session: Session,
    *,
    siret: str,
    name: str,
    legal_category: str,
    declared_private: bool,
    at: datetime,
) -> Organisation:
    body = find_body(session, siren_of(siret))
    category = body.legal_category if body else legal_category
    decision = decide(category)
    if declared_private and not category:
        decision = LegalDecision(Nature.PRIVATE, USUAL_DELAY, DECLARED_PRIVATE)
    is_private = decision.nature is Nature.PRIVATE
    return Organisation(
        customer_code=take_customer_code(session),
        name=name,
        siren=siren_of(siret),
        legal_category=category,
        nature=decision.nature,
        verification=Verification.UNVERIFIED if is_private else Verification.PENDING,
        verification_reason=decision.reason,
        payment_delay_days=decision.payment_delay_days,
        created_at=at,
    )
