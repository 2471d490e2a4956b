"""When a person of the staff is away, and who has which of their roles meanwhile.

An administrator chooses both. The rights follow the day: nothing is switched at its beginning or
its end. Whoever calls these services holds the person (staff.lock_colleague), so that two absences
entered at once are checked one after the other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session, aliased

from shop.core.actors import STAFF_ROLES, Actor
from shop.core.errors import N_, Changed, DomainError, NotAllowed, NotFound
from shop.core.text import paris_day
from shop.people.emails import post_to
from shop.people.models import User
from shop.staff.leave_rules import (
    Absence,
    SubstituteSuspended,
    ensure_days,
    ensure_fits,
    ensure_grant,
)
from shop.staff.models import StaffLeave
from shop.staff.rules import ensure_administers, names_of
from shop.storage.db import locking
from shop.storage.journal import record


class LeaveEnded(Changed):
    sentence = N_("This absence is over: there is nothing to end.")


class AccountSuspended(DomainError):
    sentence = N_("This account is suspended: nobody replaces this person.")


@dataclass(frozen=True, slots=True)
class LeaveTerms:
    """What an administrator enters: the days, both included, who replaces the person, and which of
    their roles the substitute has meanwhile.
    """

    first: date
    last: date
    substitute_id: int | None = None
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownLeave:
    """An absence that is not over, with the name of whoever replaces the person, if anybody."""

    leave: StaffLeave
    substitute: str | None


_Absent, _Substitute = aliased(User), aliased(User)
_KNOWN = (
    select(StaffLeave, _Absent, _Substitute)
    .join(_Absent, _Absent.id == StaffLeave.user_id)
    .outerjoin(_Substitute, (_Substitute.id == StaffLeave.substitute_id) & StaffLeave.is_replaced)
    .where(~StaffLeave.is_ended)
    .order_by(StaffLeave.starts_on, StaffLeave.id)
)


def leaves_of(
    session: Session, user_ids: Collection[int], *, on: date
) -> dict[int, list[KnownLeave]]:
    """The absences of these persons that are not over on that day, the first one first."""
    found: dict[int, list[KnownLeave]] = {user_id: [] for user_id in user_ids}
    chosen = StaffLeave.user_id.in_(found) & (StaffLeave.ends_on >= on)
    for leave, _absent, substitute in session.execute(_KNOWN.where(chosen)):
        found[leave.user_id].append(KnownLeave(leave, substitute.name if substitute else None))
    return found


def get_leave(session: Session, user_id: int, leave_id: int) -> StaffLeave:
    """An absence of that person. Raises NotFound."""
    leave = session.scalar(
        select(StaffLeave).where(StaffLeave.id == leave_id, StaffLeave.user_id == user_id)
    )
    if leave is None:
        raise NotFound
    return leave


def leave_to_end(session: Session, user_id: int, leave_id: int, *, at: datetime) -> KnownLeave:
    """An absence of that person that can still be ended. Raises NotFound, LeaveEnded."""
    leave = get_leave(session, user_id, leave_id)
    _ensure_runs(leave, at)
    if not leave.is_replaced:
        return KnownLeave(leave, None)
    return KnownLeave(
        leave, session.scalar(select(User.name).where(User.id == leave.substitute_id))
    )


def possible_substitutes(session: Session, user_id: int) -> list[User]:
    """The others of the staff whose account is open, by name."""
    others = select(User).where(User.is_staff, User.active, User.is_confirmed, User.id != user_id)
    return list(session.scalars(others.order_by(User.name_key, User.name, User.id)))


def enter_leave(
    session: Session, user: User, terms: LeaveTerms, *, by: Actor, at: datetime
) -> StaffLeave:
    """Enter that a person is away, and write to their substitute.

    Raises NotAllowed, AccountSuspended, and a LeaveRefused for what does not fit.
    """
    ensure_administers(by, "enter_leave")
    if not user.active:
        raise AccountSuspended
    ensure_days(terms.first, terms.last, today=paris_day(at))
    ensure_grant(terms.substitute_id, terms.roles, user.staff_roles, user_id=user.id)
    substitute = _substitute(session, terms.substitute_id)
    ensure_fits(_absence(user, substitute, terms.first, terms.last), _around(session, user, terms))
    leave = StaffLeave(
        user_id=user.id,
        starts_on=terms.first,
        ends_on=terms.last,
        substitute_id=terms.substitute_id,
        roles=terms.roles,
        entered_at=at,
        by_name=by.name,
    )
    session.add(leave)
    if substitute is not None:
        _write(session, substitute, "substitution_entered", user, leave, by=by, at=at)
    facts = _facts(leave, substitute.name if substitute else "")
    record(session, f"user:{user.id}", "enter_leave", by=by, at=at, **facts)
    return leave


def end_leave(session: Session, user: User, leave: StaffLeave, *, by: Actor, at: datetime) -> None:
    """The person is back before the last day, or does not go away: the substitute loses the roles
    with their next page, and reads why. Raises NotAllowed, LeaveEnded.
    """
    ensure_administers(by, "end_leave")
    _ensure_runs(leave, at)
    substitute = session.get_one(User, leave.substitute_id) if leave.is_replaced else None
    leave.ended_at = at
    if substitute is not None:
        _write(session, substitute, "substitution_ended", user, leave, by=by, at=at)
    facts = _facts(leave, substitute.name if substitute else "")
    record(session, f"user:{user.id}", "end_leave", by=by, at=at, **facts)


def release_substitute(session: Session, substitute: User, *, by: Actor, at: datetime) -> None:
    """The account of a substitute is suspended: they have lost these roles when it is resumed."""
    held = StaffLeave.is_replaced & (StaffLeave.ends_on >= paris_day(at))
    statement = select(StaffLeave).where(StaffLeave.substitute_id == substitute.id, held)
    for leave in session.scalars(statement.order_by(StaffLeave.id)):
        leave.released_at = at
        facts = _facts(leave, substitute.name)
        record(session, f"user:{leave.user_id}", "release_substitute", by=by, at=at, **facts)


def _ensure_runs(leave: StaffLeave, at: datetime) -> None:
    if leave.is_ended or leave.ends_on < paris_day(at):
        raise LeaveEnded


def _substitute(session: Session, user_id: int | None) -> User | None:
    if user_id is None:
        return None
    chosen = select(User).where(User.id == user_id, User.is_staff)
    found = session.scalar(locking(session, chosen.execution_options(populate_existing=True)))
    if found is None:
        raise NotAllowed(act="enter_leave")
    if not (found.active and found.is_confirmed):
        raise SubstituteSuspended
    return found


def _around(session: Session, user: User, terms: LeaveTerms) -> list[Absence]:
    """The absences on these days of the two persons, or in which the one who goes away replaces
    somebody.
    """
    two = [user.id] if terms.substitute_id is None else [user.id, terms.substitute_id]
    theirs = or_(StaffLeave.user_id.in_(two), _Substitute.id == user.id)
    same_days = (StaffLeave.starts_on <= terms.last) & (StaffLeave.ends_on >= terms.first)
    return [_known(row) for row in session.execute(_KNOWN.where(theirs, same_days))]


def _known(row: Row[StaffLeave, User, User]) -> Absence:
    leave, absent, substitute = row
    return _absence(absent, substitute, leave.starts_on, leave.ends_on)


def _absence(user: User, substitute: User | None, first: date, last: date) -> Absence:
    if substitute is None:
        return Absence(user.id, user.name, first, last)
    return Absence(user.id, user.name, first, last, substitute.id)


def _write(
    session: Session,
    to: User,
    template: str,
    absent: User,
    leave: StaffLeave,
    *,
    by: Actor,
    at: datetime,
) -> None:
    post_to(
        session,
        to,
        template,
        at=at,
        by_name=by.name,
        absent=absent.name,
        first=leave.starts_on.isoformat(),
        last=leave.ends_on.isoformat(),
        roles=names_of(leave.roles),
    )


def _facts(leave: StaffLeave, substitute: str) -> dict[str, Any]:
    return {
        "first": leave.starts_on.isoformat(),
        "last": leave.ends_on.isoformat(),
        "substitute": substitute,
        "roles": ", ".join(role for role in STAFF_ROLES if role in leave.roles),
    }
