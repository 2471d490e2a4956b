"""People: customers, members of organisations, staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, member_roles
from shop.ground.db import Base, RowId


class User(Base):
    """A person with a sign-in. `staff_role` is one of actors.STAFF_ROLES, or None for a customer.

    `email_confirmed_at` None: nobody has answered the letter sent to that address yet, and `wish`
    keeps the organisation that was named meanwhile. `totp_secret` is the second factor's, once
    confirmed; `totp_step` the last one accepted, so that no code serves twice.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    function: Mapped[str] = mapped_column(String(80), default="")
    language: Mapped[str] = mapped_column(String(2), default="fr")
    staff_role: Mapped[str | None] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    email_confirmed_at: Mapped[datetime | None]
    wish: Mapped[dict[str, Any] | None]
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    erased_at: Mapped[datetime | None]


class UserSession(Base):
    """A browser in which somebody is signed in: he sees it in his account and may close it.

    `key` is the digest of the secret in the cookie; `browser` what it says of itself.
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


class RecoveryCode(Base):
    """One of the codes that open an account without its telephone, each only once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A device that opens an account by itself (W3C Web Authentication): its public key in COSE,
    what it calls the passkey (`credential_id`, base64url), how often it says that it has signed.
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


class PastAttempt(Base):
    """Something that counts against who tries too often (attempts.py), kept as long as it counts.

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


class Membership(Base):
    """What a person may do for an organisation: shop/accounts/rights.py says what each role opens.
    One account buys for one organisation.

    Whoever is in reads. `establishment_id` is where he works; `everywhere` whether he reads the
    papers of all its establishments. `approved_at` None: he asked to join, or was invited
    (`invited_by_id`) with an address that proves nothing, and waits; an administrator may have
    recommended him to the office.
    """

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"), index=True)
    administers: Mapped[bool] = mapped_column(default=False)
    buys: Mapped[bool] = mapped_column(default=False)
    accounts: Mapped[bool] = mapped_column(default=False)
    everywhere: Mapped[bool] = mapped_column(default=True)
    asked_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(200), default="")
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recommendation: Mapped[str] = mapped_column(String(300), default="")
    recommended_by: Mapped[str] = mapped_column(String(200), default="")

    @property
    def roles(self) -> frozenset[str]:
        """The roles that his membership gives, actors.MEMBER_ROLES; reading is in all of them."""
        return member_roles(self.administers, self.buys, self.accounts)

    def grant(self, roles: Iterable[str]) -> None:
        """Give exactly these roles."""
        given = frozenset(roles)
        self.administers, self.buys = MEMBER_ADMIN in given, BUYER in given
        self.accounts = ACCOUNTANT in given
