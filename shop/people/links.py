"""The links in e-mails: signed, valid for a limited time, for one purpose, once.

They are not stored. A link contains a fingerprint of the account at the time of the e-mail: using
the link changes the account, and thereby makes the link invalid; so does a newer password or
address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_, DomainError
from shop.people.models import User
from shop.storage.db import locking


class Purpose(StrEnum):
    ACTIVATE = "activate"
    NEW_PASSWORD = "new-password"  # noqa: S105 - a purpose, not a password
    NEW_EMAIL = "new-email"
    JOIN_STAFF = "join-staff"


GOOD_FOR = {
    Purpose.ACTIVATE: timedelta(days=3),
    Purpose.NEW_PASSWORD: timedelta(hours=1),
    Purpose.NEW_EMAIL: timedelta(days=1),
    Purpose.JOIN_STAFF: timedelta(days=3),
}


class DeadLink(DomainError):
    sentence = N_("This link is incomplete. Copy the whole link from the e-mail.")
    status = 404


class ExpiredLink(DeadLink):
    sentence = N_("This link has expired.")
    status = 410


class SpentLink(DeadLink):
    """`user_id` is the person to whom the link was sent."""

    sentence = N_("This link has already been used or has been replaced by a newer e-mail.")
    status = 410


@dataclass(frozen=True, slots=True)
class Links:
    """Signs and reads links with the shop's secret."""

    secret: str

    def write(self, purpose: Purpose, user: User, *, at: datetime, email: str = "") -> str:
        """The token of a link; `email` is the address that it confirms, where it is a new one."""
        until = int((at + GOOD_FOR[purpose]).timestamp())
        return self._signer(purpose).dumps([user.id, until, _fingerprint(user), email])

    def read(
        self, session: Session, purpose: Purpose, token: str, *, at: datetime, lock: bool = False
    ) -> "Opened":
        """The person to whom a link was sent; `lock` locks the person, so that of two clicks one
        counts.

        Raises DeadLink, ExpiredLink, SpentLink.
        """
        user_id, until, fingerprint, email = self._read(purpose, token)
        if until <= at.timestamp():
            raise ExpiredLink
        query = select(User).where(User.id == user_id)
        user = session.scalar(locking(session, query) if lock else query)
        if user is None or not user.active or _fingerprint(user) != fingerprint:
            raise SpentLink(user_id=user_id)
        return Opened(user, email)

    def _read(self, purpose: Purpose, token: str) -> Any:
        try:
            return self._signer(purpose).loads(token)
        except BadData as wrong:
            raise DeadLink from wrong

    def _signer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"letter {purpose}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link refers to: the account, and the new address that it confirms."""

    user: User
    email: str


def _fingerprint(user: User) -> str:
    """A digest of what the link changes: it differs as soon as the link was used."""
    facts = [user.password_hash, user.email, user.is_confirmed]
    return sha256(repr(facts).encode()).hexdigest()[:20]
