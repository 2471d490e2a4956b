"""Where a person is signed in: each browser has a session of its own, which can be closed."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.signin.models import UserSession
from shop.storage.journal import record

#: How long a browser stays signed in: a customer's month, a working day of the staff.
OF_CUSTOMERS, OF_STAFF = timedelta(days=30), timedelta(hours=12)
#: How long a session that has ended is kept: enough to answer who wonders who was in.
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
    """A new session of this person; the secret for his cookie, of which only a digest is kept."""
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


def open_sessions(session: Session, user_id: int, *, at: datetime) -> Sequence[UserSession]:
    """Where he is signed in now, the last one opened first."""
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
    """Close one session of one's own: that browser has to sign in again. Raises NotFound."""
    found = session.get(UserSession, session_id)
    if found is None or found.user_id != by.user_id:
        raise NotFound
    if not found.is_closed:
        found.closed_at = at
        record(session, f"user:{by.user_id}", "close_session", by=by, at=at, closed=found.id)


def close_other_sessions(session: Session, *, but: int, by: Actor, at: datetime) -> None:
    """A person signs out of all his browsers save the one whose session is `but`."""
    close_sessions(session, by.user_id or 0, but=but, at=at)
    record(session, f"user:{by.user_id}", "close_other_sessions", by=by, at=at, kept=but)


def note_seen(session: Session, session_id: int, *, at: datetime) -> None:
    """He has come back in this browser. Once a day is enough: callers look at the day first."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=at))


def purge_sessions(session: Session, *, at: datetime) -> None:
    """Forget sessions that ended a month ago. Running it twice changes nothing."""
    before = at - KEPT_AFTERWARDS
    session.execute(
        delete(UserSession).where(
            or_(UserSession.closed_at <= before, UserSession.expires_at <= before)
        )
    )


def close_sessions(session: Session, user_id: int, *, but: int | None = None, at: datetime) -> None:
    """Whatever cookie speaks of this person counts no longer, save in the session `but`."""
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
    """What is kept of a session's secret."""
    return sha256(secret.encode()).hexdigest()
