"""Leaving an organisation: the shop removes a member who buys for it no more."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User
from shop.accounts.user_sessions import close_sessions
from shop.ground.actors import ADMIN, SALES_ADMIN, Actor
from shop.ground.errors import N_, DomainError, NotAllowed
from shop.ground.journal import record


class LastAdministrator(DomainError):
    sentence = N_(
        "%(name)s is the last administrator of this organisation: let another one in first, or"
        " confirm that it stays without."
    )


def remove_member(
    session: Session,
    membership: Membership,
    *,
    without_administrator: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Somebody buys for this organisation no more, or is not let in: he loses its papers at once.

    The caller holds the organisation. `without_administrator`: the office has confirmed that nobody
    administers it afterwards. Raises NotAllowed, LastAdministrator.
    """
    if not by.has(SALES_ADMIN, ADMIN):
        raise NotAllowed(act="remove_member")
    person = session.get_one(User, membership.user_id)
    last = last_administrator(session, membership.organisation_id)
    if membership.id == last and not without_administrator:
        raise LastAdministrator(name=person.name)
    session.delete(membership)
    close_sessions(session, person.id, at=at)
    record(
        session,
        f"organisation:{membership.organisation_id}",
        "remove_member",
        by=by,
        at=at,
        member=person.id,
        roles=sorted(membership.roles),
        was_in=membership.approved_at is not None,
    )


def last_administrator(session: Session, organisation_id: int) -> int | None:
    """The membership of its only administrator; None when there are several, or none."""
    ids = session.scalars(
        select(Membership.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.administers,
            Membership.approved_at.is_not(None),
        )
        .limit(2)
    ).all()
    return ids[0] if len(ids) == 1 else None
