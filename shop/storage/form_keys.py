"""Forms that were sent: each is done once, however often it arrives.

A page gives each of its forms a random key. The transaction of the first request claims it; a
second request waits for that transaction (for the unique key on PostgreSQL, for the writer's lock
on SQLite) and then finds the key claimed. A rollback frees the key.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.storage.db import Base, count_rows

#: How long a claimed key is stored: nobody sends the same page again a week later.
KEPT = timedelta(days=7)
LONGEST_LOCATION = 2000


class FormKey(Base):
    """A form that was sent. `key` is the digest of the key that the page gave it; `location` is
    where the answer led, None for the page that the form was on.
    """

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str | None] = mapped_column(String(LONGEST_LOCATION))


#: Written as text: every form that is sent begins with it, and composing it anew takes longer than
#: running it.
_CLAIM = text(
    "INSERT INTO form_keys (key, endpoint, at, location) VALUES (:key, :endpoint, :at, :location)"
    " ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("at", type_=FormKey.at.type))
_FIND = select(FormKey).where(FormKey.key.in_(bindparam("keys", expanding=True))).limit(1)


def claim_form_key(
    session: Session, key: str, *, endpoint: str, at: datetime, location: str | None = None
) -> bool:
    """Claim a key for the transaction of this session, its first statement: whether it was free.

    A key that another transaction has claimed is waited for. `location`: where the answer leads,
    when it is known before the service; an address longer than the column is not stored.
    """
    facts = {"key": key, "endpoint": endpoint, "at": at, "location": _fitting(location)}
    return session.connection().execute(_CLAIM, facts).rowcount == 1


def find_form_key(session: Session, *keys: str) -> FormKey | None:
    """A form that was sent with one of these keys; None when they are free."""
    return session.scalar(_FIND, {"keys": keys})


def set_form_location(session: Session, key: str, location: str) -> None:
    """Store where the answer of a sent form leads, when only the service could tell."""
    fitting = _fitting(location)
    if fitting is not None:
        session.execute(update(FormKey).where(FormKey.key == key).values(location=fitting))


def _fitting(location: str | None) -> str | None:
    return location if location and len(location) <= LONGEST_LOCATION else None


def tidy_form_keys(session: Session, *, at: datetime) -> int:
    """Delete keys claimed longer ago than `KEPT`; how many."""
    return count_rows(session, delete(FormKey).where(FormKey.at <= at - KEPT))
