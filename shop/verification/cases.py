"""Cases that wait for the office, and what is known of each; reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation, RegisterCheck
from shop.organisations.rules import AWAITING_DECISION, VERIFIED
from shop.people.models import User
from shop.register.answers import Outcome, Source
from shop.register.rules import Nature
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, following, page_of
from shop.verification.models import ChangeRequest, EvidenceFile, VerificationDecision
from shop.verification.verification import A_YEAR

#: Names as French sorts them: letters before accents.
_BY_NAME = Sort("name", N_("Organisation"), (Organisation.name_key,))


def _waits() -> ColumnElement[bool]:
    joining = select(Membership.organisation_id).where(~Membership.is_in)
    return Organisation.verification.in_(AWAITING_DECISION) | Organisation.id.in_(joining)


def waiting(session: Session, place: Place = FIRST) -> Page[tuple[Organisation, datetime]]:
    """The queue with the moment since when each waits: of a request to join or a change, else of
    the registration; the longest first, a page at a time.
    """
    return page_of(session, _waiting(), place).of(lambda row: (row[0], row[1]))


def _waiting() -> Listing:
    asked = union_all(
        select(Membership.organisation_id, Membership.asked_at).where(~Membership.is_in),
        select(ChangeRequest.organisation_id, ChangeRequest.asked_at).where(
            ~ChangeRequest.is_decided
        ),
    ).subquery()
    first = (
        select(asked.c.organisation_id, func.min(asked.c.asked_at).label("at"))
        .group_by(asked.c.organisation_id)
        .subquery()
    )
    undecided = Organisation.verification.in_(AWAITING_DECISION)
    is_new = undecided & ~Organisation.was_verified
    since = case(
        (is_new, Organisation.created_at), else_=func.coalesce(first.c.at, Organisation.created_at)
    )
    statement = (
        select(Organisation, since.label("since"))
        .outerjoin(first, first.c.organisation_id == Organisation.id)
        .where(_waits())
    )
    doubtful = Organisation.nature == Nature.REVIEW
    kinds = (
        Choice("new", N_("registration"), is_new & ~doubtful),
        Choice("review", N_("to review"), is_new & doubtful),
        Choice("change", N_("change"), undecided & Organisation.was_verified),
        Choice("membership", N_("membership"), ~undecided),
    )
    return Listing(
        statement,
        (since, Organisation.id),
        Organisation.id,
        (Filter("kind", N_("Kind"), kinds),),
        (Sort("since", N_("Waiting since"), (since,)), _BY_NAME),
        "since",
    )


def is_waiting(session: Session, organisation: Organisation) -> bool:
    """Whether it is in the queue."""
    named = select(Organisation.id).where(Organisation.id == organisation.id, _waits())
    return session.scalar(named) is not None


def next_waiting(session: Session, organisation: Organisation, place: Place = FIRST) -> int | None:
    """The organisation after that one in the queue, as the place arranges it."""
    found: int | None = following(session, _waiting().at(place), organisation.id)
    return found


def next_due(
    session: Session, organisation: Organisation, at: datetime, place: Place = FIRST
) -> int | None:
    """The organisation after that one among those to review again."""
    found: int | None = following(session, _due_again(at).at(place), organisation.id)
    return found


def count_pending() -> ColumnElement[int]:
    """How many organisations wait in the queue."""
    return select(func.count(Organisation.id)).where(_waits()).scalar_subquery()


def due_again(session: Session, at: datetime, place: Place = FIRST) -> Page[Organisation]:
    """Verified bodies that were not reviewed for a year, or which the register has since reported
    private or closed (`verification_reason`); the longest first, a page at a time.
    """
    return page_of(session, _due_again(at), place).of(lambda row: row[0])


def _due_again(at: datetime) -> Listing:
    return Listing(
        select(Organisation).where(_is_due_again(at)),
        (Organisation.verified_at, Organisation.id),
        Organisation.id,
        (
            Filter(
                "kind",
                N_("Kind"),
                (
                    Choice("yearly", N_("yearly review"), Organisation.verified_at < at - A_YEAR),
                    Choice("register", N_("register"), Organisation.verification_reason != ""),
                ),
            ),
        ),
        (Sort("verified", N_("Last review"), (Organisation.verified_at,)), _BY_NAME),
        "verified",
    )


def is_due_again(session: Session, organisation: Organisation, at: datetime) -> bool:
    """Whether it is among those to review again."""
    named = select(Organisation.id).where(Organisation.id == organisation.id, _is_due_again(at))
    return session.scalar(named) is not None


def _is_due_again(at: datetime) -> ColumnElement[bool]:
    return Organisation.verification.in_(VERIFIED) & (
        (Organisation.verified_at < at - A_YEAR) | (Organisation.verification_reason != "")
    )


def sales_people(session: Session) -> list[User]:
    """The staff who may be account managers."""
    return list(
        session.scalars(
            select(User)
            .where(User.works_as(SALES) | User.works_as(SALES_ADMIN), User.active)
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
    embedded register contains no establishments: while the State's has not answered, a body with
    one establishment has none to look at.
    """
    asked = RegisterCheck.organisation_id == organisation.id, RegisterCheck.source == Source.STATE
    answered = select(RegisterCheck.id).where(*asked, RegisterCheck.outcome != Outcome.UNAVAILABLE)
    several = (
        select(func.count())
        .select_from(Establishment)
        .where(Establishment.organisation_id == organisation.id)
        .scalar_subquery()
        > 1
    )
    confirmed = select(RegisterCheck.siret).where(*asked, RegisterCheck.outcome == Outcome.FOUND)
    return list(
        session.scalars(
            select(Establishment)
            .where(
                Establishment.organisation_id == organisation.id,
                Establishment.siret.not_in(confirmed),
                or_(several, exists(answered)),
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
