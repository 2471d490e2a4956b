"""Closes an account without erasing it: nobody can sign in, all data is kept, the shop can reopen
it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, SALES_ADMIN, Actor
from shop.core.errors import N_, DomainError, NotAllowed
from shop.members.administrators import ensure_nobody_left_behind, leaves_others
from shop.members.models import Membership
from shop.organisations.organisations import get_organisation
from shop.people.emails import post_to
from shop.people.models import User
from shop.signin.sessions import close_sessions
from shop.staff.leaves import release_substitute
from shop.staff.staff import ensure_administrator_stays
from shop.storage.journal import record


class AlreadyClosed(DomainError):
    sentence = N_("This account is already closed.")


class NotClosed(DomainError):
    sentence = N_("This account is open.")


class StaffAccount(DomainError):
    sentence = N_("Accounts of the shop's staff are closed by its administrator.")


class Forgotten(DomainError):
    sentence = N_("This account has been erased and cannot be reopened.")


def deactivate(session: Session, user: User, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Close an account: one's own, or that of a member of the staff by the administrator.

    Raises NotAllowed, StaffAccount, AlreadyClosed, LastAdministrator, OthersStay.
    """
    own, of_staff = by.user_id == user.id, user.is_staff
    if own and of_staff and not by.has(ADMIN):
        raise StaffAccount
    if not own and not (of_staff and by.has(ADMIN)):
        raise NotAllowed(act="deactivate")
    if not user.active:
        raise AlreadyClosed
    ensure_administrator_stays(session, user)
    _ensure_organisation_goes_on(session, user)
    user.active = False
    close_sessions(session, user.id, at=at)
    if of_staff:
        release_substitute(session, user, by=by, at=at)
    post_to(session, user, "account_closed", at=at)
    record(session, f"user:{user.id}", "deactivate", by=by, at=at, reason=reason)


def reopen(session: Session, user: User, *, reason: str, by: Actor, at: datetime) -> None:
    """Reopen an account at its owner's request, once the shop has checked their identity.

    `reason` says how. Raises NotAllowed, Forgotten, NotClosed.
    """
    if not by.has(ADMIN) and not (by.has(SALES_ADMIN) and not user.is_staff):
        raise NotAllowed(act="reopen")
    if user.is_erased:
        raise Forgotten
    if user.active:
        raise NotClosed
    user.active = True
    post_to(session, user, "account_reopened", at=at)
    record(session, f"user:{user.id}", "reopen", by=by, at=at, reason=reason)


def is_needed(session: Session, user_id: int) -> bool:
    """Whether an organisation would be left without an administrator; reads only."""
    mine = session.scalars(select(Membership).where(Membership.user_id == user_id)).all()
    return any(leaves_others(session, membership) for membership in mine)


def _ensure_organisation_goes_on(session: Session, user: User) -> None:
    statement = select(Membership.organisation_id).where(Membership.user_id == user.id)
    for organisation_id in session.scalars(statement).all():
        get_organisation(session, organisation_id, lock=True)
        membership = session.scalars(
            select(Membership).where(
                Membership.user_id == user.id, Membership.organisation_id == organisation_id
            )
        ).one()
        ensure_nobody_left_behind(session, membership)
