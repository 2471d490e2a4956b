"""Organisations: registering one, joining one, letting a colleague in."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User
from shop.ground.actors import ADMIN, BUYER, MEMBER_ADMIN, MEMBER_ROLES, SALES_ADMIN, Actor
from shop.ground.db import locking
from shop.ground.errors import N_, Changed, DomainError, NotAllowed, NotFound
from shop.ground.journal import record
from shop.ground.numbering import take_customer_code
from shop.organisations.legal import DECLARED_PRIVATE, USUAL_DELAY, LegalDecision
from shop.organisations.legal_categories import decide
from shop.organisations.models import Organisation
from shop.organisations.procedure import PROCEDURE
from shop.organisations.register import find_body
from shop.organisations.rules import EngagementRule, Nature, Verification, ensure_delay
from shop.organisations.siret import read_siret, siren_of


class AlreadyMember(DomainError):
    sentence = N_("You belong to an organisation already: one account buys for one organisation.")


def register_organisation(
    session: Session,
    *,
    siret: str,
    name: str,
    header: dict[str, Any] | None = None,
    legal_category: str = "",
    declared_private: bool = False,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Register the establishment that a person buys for, or ask to join it when it is known.

    `by` becomes its administrator; somebody who joins waits until he is let in. `header` has the
    keys of parties.Place. A body's legal category comes from the register, else from
    `legal_category`. Raises SiretMistake, AlreadyMember, Changed.
    """
    siret = read_siret(siret)
    if session.scalar(select(Membership.id).where(Membership.user_id == by.user_id)):
        raise AlreadyMember
    known = find_organisation(session, siret)
    if known is not None:
        _ask_to_join(session, known, by=by, at=at)
        return known
    organisation = _new(
        session,
        siret=siret,
        name=name.strip(),
        header=header or {},
        legal_category=legal_category,
        declared_private=declared_private,
        at=at,
    )
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError as error:  # a colleague registers the same establishment right now
        raise Changed from error
    session.add(
        Membership(
            user_id=by.user_id,
            organisation_id=organisation.id,
            role=MEMBER_ADMIN,
            approved_at=at,
        )
    )
    record(
        session,
        f"organisation:{organisation.id}",
        "register",
        by=by,
        at=at,
        target=organisation.verification,
        siret=siret,
        name=organisation.name,
    )
    return organisation


def _new(
    session: Session,
    *,
    siret: str,
    name: str,
    header: dict[str, Any],
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
    place = {"name": name, "line1": "", "postal_code": body.postal_code if body else "", "city": ""}
    return Organisation(
        customer_code=take_customer_code(session),
        name=name,
        siren=siren_of(siret),
        siret=siret,
        legal_category=category,
        nature=decision.nature,
        verification=Verification.UNVERIFIED if is_private else Verification.PENDING,
        verification_reason=decision.reason,
        payment_delay_days=decision.payment_delay_days,
        header=place | header,
        created_at=at,
    )


def _ask_to_join(session: Session, organisation: Organisation, *, by: Actor, at: datetime) -> None:
    session.add(
        Membership(
            user_id=by.user_id, organisation_id=organisation.id, role=BUYER, approved_at=None
        )
    )
    record(session, f"organisation:{organisation.id}", "ask_to_join", by=by, at=at)


def let_in(
    session: Session, membership: Membership, *, role: str = BUYER, by: Actor, at: datetime
) -> None:
    """Approve a person who asked to join; by the office, once sure that he acts for this body.

    `role` is one of actors.MEMBER_ROLES. Raises NotAllowed.
    """
    if not by.has(SALES_ADMIN, ADMIN) or role not in MEMBER_ROLES:
        raise NotAllowed(act="let_in")
    if membership.approved_at is None:
        membership.approved_at = at
        membership.role = role
        session.get_one(User, membership.user_id).close_sessions()
        record(
            session,
            f"organisation:{membership.organisation_id}",
            "let_in",
            by=by,
            at=at,
            member=membership.user_id,
            role=role,
        )


def change_header(
    session: Session, organisation: Organisation, header: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    """Change the letterhead address of the quotes to come; issued papers keep theirs.

    The name stays: changing it re-opens the verification. Raises NotAllowed.
    """
    if by.organisation_id != organisation.id or not by.has(MEMBER_ADMIN, BUYER):
        raise NotAllowed(act="change_header")
    organisation.header = header | {"name": organisation.name}
    record(session, f"organisation:{organisation.id}", "change_header", by=by, at=at)


def set_terms(
    session: Session,
    organisation: Organisation,
    *,
    engagement_rule: EngagementRule,
    account_manager_id: int | None,
    payment_delay_days: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """What was agreed with a verified body: whether its orders need an engagement number, who of
    the shop looks after it, and within how many days it pays (None: as its legal category says).

    Raises NotAllowed, IllegalStep, DelayTooLong.
    """
    step = PROCEDURE.ensure("set_terms", organisation.verification, by)
    most = decide(organisation.legal_category).payment_delay_days
    delay = most if payment_delay_days is None else payment_delay_days
    ensure_delay(delay, most=most)
    organisation.engagement_rule = engagement_rule
    organisation.account_manager_id = account_manager_id
    organisation.payment_delay_days = delay
    record(
        session,
        f"organisation:{organisation.id}",
        step.act,
        by=by,
        at=at,
        engagement_rule=engagement_rule,
        account_manager=account_manager_id,
        payment_delay_days=delay,
    )


def find_organisation(session: Session, siret: str) -> Organisation | None:
    """The organisation of a SIRET, or None."""
    return session.scalar(select(Organisation).where(Organisation.siret == siret))


def get_organisation(session: Session, organisation_id: int, *, lock: bool = False) -> Organisation:
    """An organisation by its id; `lock` it before an act. Raises NotFound."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    organisation = session.scalar(locking(session, query) if lock else query)
    if organisation is None:
        raise NotFound
    return organisation


def get_membership(session: Session, membership_id: int, organisation_id: int) -> Membership:
    """A membership of that organisation. Raises NotFound."""
    membership = session.get(Membership, membership_id)
    if membership is None or membership.organisation_id != organisation_id:
        raise NotFound
    return membership
