"""Who administers an organisation; reads only. members/administration.py keeps the last one."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User


def administrators(session: Session, organisation_id: int) -> list[User]:
    """Who administers it now, whose account is open; the longest first."""
    return list(
        session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(*_administering(organisation_id))
            .order_by(Membership.id)
        )
    )


def last_administrator(session: Session, organisation_id: int) -> int | None:
    """The membership of its only administrator; None when there are several, or none."""
    ids = session.scalars(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(*_administering(organisation_id))
        .limit(2)
    ).all()
    return ids[0] if len(ids) == 1 else None


def _administering(organisation_id: int) -> tuple[Any, ...]:
    return (
        Membership.organisation_id == organisation_id,
        Membership.administers,
        Membership.approved_at.is_not(None),
        User.active,
    )
