"""Where a person is signed in: each browser has its own session, which can be closed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.signin.models import UserSession
from shop.storage.db import count_rows
from shop.storage.journal import record

#: How long a browser stays signed in: a month for customers, a working day for the staff.
OF_CUSTOMERS, OF_STAFF = timedelta(days=30), timedelta(hours=12)
#: How long an ended session is stored: for questions about who was signed in.
KEPT_AFTERWARDS = timedelta(days=30)


def open_user_session(
    session: Session,
    user_id: int,
    *,
    staff: bool,
    browser: str = "",
    origin: str = "",
    at: datetime,
) -> str:
    """Open a session of this person; returns the secret for the cookie, of which only a digest is
    stored.
    """
    secret = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            user_id=user_id,
            key=digest(secret),
            opened_at=at,
            seen_at=at,
            expires_at=at + (OF_STAFF if staff else OF_CUSTOMERS),
            browser=browser[:200],
            origin=origin[:45],
        )
    )
    session.flush()
    return secret


@dataclass(frozen=True, slots=True)
class EndedSession:
    """A session that is open no longer: whose, and whether it was closed before it expired."""

    user_id: int
    was_closed: bool


def find_ended(session: Session, secret: str) -> EndedSession | None:
    """The session that the secret of a browser belonged to; None once it is deleted. Callers know
    that it is not open.
    """
    row = session.execute(
        select(UserSession.user_id, UserSession.is_closed).where(UserSession.key == digest(secret))
    ).first()
    return EndedSession(row[0], row[1]) if row else None


def open_sessions(session: Session, user_id: int, *, at: datetime) -> Sequence[UserSession]:
    """The browsers in which the person is signed in, the last one opened first."""
    return session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            ~UserSession.is_closed,
            UserSession.expires_at > at,
        )
        .order_by(UserSession.id.desc())
    ).all()


def close_user_session(session: Session, session_id: int, *, by: Actor, at: datetime) -> None:
    """Close one of the person's sessions: that browser has to sign in again. Raises NotFound."""
    found = session.get(UserSession, session_id)
    if found is None or found.user_id != by.user_id:
        raise NotFound
    if not found.is_closed:
        found.closed_at = at
        record(session, f"user:{by.user_id}", "close_session", by=by, at=at, closed=found.id)


def close_other_sessions(session: Session, *, but: int, by: Actor, at: datetime) -> None:
    """Close all sessions of a person except the session `but`."""
    close_sessions(session, by.user_id or 0, but=but, at=at)
    record(session, f"user:{by.user_id}", "close_other_sessions", by=by, at=at, kept=but)


def note_seen(session: Session, session_id: int, *, at: datetime) -> None:
    """Note that the person came back in this browser. Once a day is enough: callers compare the day
    first.
    """
    session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=at))


def purge_sessions(session: Session, *, at: datetime) -> int:
    """Delete sessions that ended a month ago; how many. Running it twice changes nothing."""
    before = at - KEPT_AFTERWARDS
    ended = or_(UserSession.closed_at <= before, UserSession.expires_at <= before)
    return count_rows(session, delete(UserSession).where(ended))


def close_sessions(session: Session, user_id: int, *, but: int | None = None, at: datetime) -> None:
    """Close every session of the person, except the session `but`."""
    session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == user_id,
            ~UserSession.is_closed,
            UserSession.id != (but or 0),
        )
        .values(closed_at=at)
        .execution_options(synchronize_session=False)
    )


def digest(secret: str) -> str:
    """The stored digest of a session's secret."""
    return sha256(secret.encode()).hexdigest()
