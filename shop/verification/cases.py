"""Cases that wait for the office, and what is known of each; reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, false, func, select, union_all
from sqlalchemy.orm import Session

from shop.core.actors import SALES, SALES_ADMIN
from shop.core.folding import fold_reference
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation, RegisterCheck
from shop.organisations.rules import AWAITING_DECISION, VERIFIED
from shop.people.models import User
from shop.register.answers import Outcome, Source
from shop.storage.folded import has_words
from shop.storage.paging import FIRST, Listing, Page, Place, page_of
from shop.verification.models import ChangeRequest, EvidenceFile, VerificationDecision
from shop.verification.verification import A_YEAR


def _waits() -> ColumnElement[bool]:
    joining = select(Membership.organisation_id).where(~Membership.is_in)
    return Organisation.verification.in_(AWAITING_DECISION) | Organisation.id.in_(joining)


def pending_organisations(session: Session) -> list[Organisation]:
    """The queue: bodies that wait for a decision or have a request to join; oldest first."""
    return list(
        session.scalars(
            select(Organisation).where(_waits()).order_by(Organisation.created_at, Organisation.id)
        )
    )


def waiting(session: Session) -> list[tuple[Organisation, datetime]]:
    """The queue with the moment since when each waits: of a request to join or a change, else of
    the registration; the longest first.
    """
    since: dict[int, datetime] = {}
    asked = union_all(
        select(Membership.organisation_id, Membership.asked_at).where(~Membership.is_in),
        select(ChangeRequest.organisation_id, ChangeRequest.asked_at).where(
            ~ChangeRequest.is_decided
        ),
    )
    for organisation_id, at in session.execute(asked):
        since[organisation_id] = min(since.get(organisation_id, at), at)
    rows = []
    for one in pending_organisations(session):
        first_time = one.verification.awaits_decision and not one.was_verified
        came = one.created_at
        rows.append((one, came if first_time else since.get(one.id, came)))
    return sorted(rows, key=lambda row: (row[1], row[0].id))


def count_pending(session: Session) -> int:
    """How many organisations wait in the queue."""
    return session.scalar(select(func.count(Organisation.id)).where(_waits())) or 0


def due_again(session: Session, at: datetime) -> list[Organisation]:
    """Verified bodies that were not reviewed for a year, or which the register has since reported
    private or closed (`verification_reason`); the longest first.
    """
    return list(
        session.scalars(
            select(Organisation)
            .where(
                Organisation.verification.in_(VERIFIED),
                (Organisation.verified_at < at - A_YEAR) | (Organisation.verification_reason != ""),
            )
            .order_by(Organisation.verified_at, Organisation.id)
        )
    )


def clients(session: Session, wanted: str = "", place: Place = FIRST) -> Page[Organisation]:
    """Organisations by name, a page at a time; with `wanted`, those that have its words in
    their name or in the name of a member, or that it numbers: by code, SIRET or a member's e-mail,
    whole or in part.
    """
    statement = select(Organisation)
    if wanted:
        statement = statement.where(
            has_words(Organisation.name_key, wanted)
            | Organisation.id.in_(_with_member(wanted))
            | Organisation.id.in_(_numbered(fold_reference(wanted)))
        )
    order = (Organisation.name_key, Organisation.name, Organisation.id)
    found = page_of(session, Listing(statement, order, Organisation.id), place)
    return found.of(lambda row: row[0])


def _with_member(wanted: str) -> Select[int]:
    email = User.email.startswith(wanted.strip().casefold(), autoescape=True)
    return (
        select(Membership.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(has_words(User.name_key, wanted) | email)
    )


def _numbered(key: str) -> CompoundSelect[Any]:
    """The organisations with this customer code (« 42 » is C-000042) or beginning of a SIRET."""
    number = key.removeprefix("c")
    code = Organisation.customer_code
    by_code = (code == f"C-{number:0>6}") | code.startswith(f"C-{number}", autoescape=True)
    by_siret = Establishment.siret.startswith(key, autoescape=True)
    is_number = number.isascii() and number.isdigit()
    return union_all(
        select(Organisation.id).where(by_code if is_number else false()),
        select(Establishment.organisation_id).where(by_siret if is_number else false()),
    )


def sales_people(session: Session) -> list[User]:
    """The staff who may be account managers."""
    return list(
        session.scalars(
            select(User)
            .where(User.staff_role.in_((SALES, SALES_ADMIN)), User.active)
            .order_by(User.name_key, User.name, User.id)
        )
    )


def members_of(session: Session, organisation: Organisation) -> list[tuple[Membership, User]]:
    """Its members and those who ask to join, in the order in which they came."""
    rows = session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.id)
    )
    return [(membership, user) for membership, user in rows]


def names_on(session: Session, organisation: Organisation) -> dict[int, str]:
    """The names of all people in its records, former members included."""
    spoken_of: CompoundSelect[Any] = union_all(
        select(Membership.user_id).where(Membership.organisation_id == organisation.id),
        select(EvidenceFile.user_id).where(EvidenceFile.organisation_id == organisation.id),
        select(ChangeRequest.asked_by_id).where(ChangeRequest.organisation_id == organisation.id),
        select(VerificationDecision.about_id).where(
            VerificationDecision.organisation_id == organisation.id,
            VerificationDecision.about_id.is_not(None),
        ),
    )
    rows = session.execute(select(User.id, User.name).where(User.id.in_(spoken_of)))
    return {row.id: row.name for row in rows}


def unconfirmed_establishments(session: Session, organisation: Organisation) -> list[Establishment]:
    """Establishments that the State's register has not confirmed: only a member named them. The
    embedded register contains no establishments.
    """
    confirmed = select(RegisterCheck.siret).where(
        RegisterCheck.organisation_id == organisation.id,
        RegisterCheck.source == Source.STATE,
        RegisterCheck.outcome == Outcome.FOUND,
    )
    return list(
        session.scalars(
            select(Establishment)
            .where(
                Establishment.organisation_id == organisation.id,
                Establishment.siret.not_in(confirmed),
            )
            .order_by(Establishment.id)
        )
    )


def decisions_on(session: Session, organisation: Organisation) -> list[VerificationDecision]:
    """The decisions on it, the newest first."""
    return list(
        session.scalars(
            select(VerificationDecision)
            .where(VerificationDecision.organisation_id == organisation.id)
            .order_by(VerificationDecision.id.desc())
        )
    )


def recently_decided(session: Session, *, limit: int = 20) -> list[Organisation]:
    """The organisations with the latest decisions."""
    last = (
        select(
            VerificationDecision.organisation_id,
            func.max(VerificationDecision.id).label("decision_id"),
        )
        .group_by(VerificationDecision.organisation_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(Organisation)
            .join(last, last.c.organisation_id == Organisation.id)
            .order_by(last.c.decision_id.desc())
            .limit(limit)
        )
    )
