"""Rows of signing in: sessions, recovery codes, passkeys, and counted attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class UserSession(Base):
    """A browser in which a person is signed in: they see it in their account and may close it.

    `key` is the digest of the secret in the cookie; `browser` the name from its User-Agent.
    """

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")
    origin: Mapped[str] = mapped_column(String(45), default="")

    @hybrid_property
    def is_closed(self) -> bool:
        """Whether the person signed out, or was signed out."""
        return self.closed_at is not None

    @is_closed.inplace.expression
    @classmethod
    def _is_closed(cls) -> ColumnElement[bool]:
        return cls.closed_at.is_not(None)


class KeptForm(Base):
    """What a person had typed in a form that arrived after their session had ended: one for each
    person, until they sign in again or `expires_at`. `answers` are pairs of name and value, without
    passwords, codes and files; `key` is the digest of a secret of the browser that sent it.
    """

    __tablename__ = "kept_forms"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(500))
    answers: Mapped[list[Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """A recovery code, which replaces the telephone once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]

    @hybrid_property
    def is_used(self) -> bool:
        """Whether it was used: it is not accepted again."""
        return self.used_at is not None

    @is_used.inplace.expression
    @classmethod
    def _is_used(cls) -> ColumnElement[bool]:
        return cls.used_at.is_not(None)


class Passkey(Base):
    """A passkey (W3C Web Authentication): its public key in COSE, its `credential_id` in base64url,
    and its signature counter.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[Any]]
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    @property
    def is_used(self) -> bool:
        """Whether it was used to sign in at least once."""
        return self.last_used_at is not None

    def answers_anew(self, put_at: datetime) -> bool:
        """Whether a challenge of that moment is newer than the passkey's last use: none is accepted
        twice.
        """
        return self.last_used_at is None or put_at > self.last_used_at


class PastAttempt(Base):
    """A counted attempt (attempts.py), stored as long as it counts.

    `account` and `origin` are digests of the e-mail address typed and of the network address.
    """

    __tablename__ = "past_attempts"
    __table_args__ = (
        Index("ix_past_attempts_account", "account", "kind", "at"),
        Index("ix_past_attempts_origin", "origin", "kind", "at"),
        Index("ix_past_attempts_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
