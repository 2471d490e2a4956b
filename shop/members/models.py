"""Memberships, the invitations that lead to them, and the e-mail domains proven for a body."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.core.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, member_roles
from shop.core.days import paris_day
from shop.core.lookup_terms import email_terms
from shop.members.procedure import InvitationState, invitation_state
from shop.storage.db import Base, RowId
from shop.storage.indexes import partial_index
from shop.storage.lookup import LookupEntry, LookupKind, entry


class Invitation(Base):
    """An invitation by e-mail from an organisation's administrator; valid for seven days,
    `expires_at` is the first instant after them.

    `issue` grows each time it is sent again: only the link of the last e-mail is valid. The roles
    are those that the colleague will have.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    email: Mapped[str] = mapped_column(String(320), index=True)
    administers: Mapped[bool] = mapped_column(default=False)
    buys: Mapped[bool] = mapped_column(default=False)
    accountant: Mapped[bool] = mapped_column(default=False)
    everywhere: Mapped[bool] = mapped_column(default=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    issue: Mapped[int] = mapped_column(default=1)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    looked_up = ("email",)

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        return [entry(LookupKind.CLIENT, self.organisation_id, email_terms(self.email))]

    @hybrid_property
    def is_answered(self) -> bool:
        """Whether it was accepted or revoked."""
        return self.accepted_at is not None or self.revoked_at is not None

    @is_answered.inplace.expression
    @classmethod
    def _is_answered(cls) -> ColumnElement[bool]:
        return cls.accepted_at.is_not(None) | cls.revoked_at.is_not(None)

    def state_at(self, at: datetime) -> InvitationState:
        """Its state at that moment: a WAITING one becomes EXPIRED with time."""
        return invitation_state(
            accepted_at=self.accepted_at,
            revoked_at=self.revoked_at,
            expires_at=self.expires_at,
            at=at,
        )

    @property
    def last_day(self) -> date:
        """The Paris day until whose end its link is valid."""
        return paris_day(self.expires_at - timedelta(microseconds=1))

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the colleague will have, actors.MEMBER_ROLES."""
        return member_roles(self.administers, self.buys, self.accountant)

    def grant(self, roles: Iterable[str]) -> None:
        """Offer exactly these roles."""
        given = frozenset(roles)
        self.administers, self.buys = MEMBER_ADMIN in given, BUYER in given
        self.accountant = ACCOUNTANT in given


class Membership(Base):
    """The rights of a person in an organisation: shop/core/rights.py says what each role may do.
    One account buys for one organisation.

    Every member reads. `establishment_id` is where they work; `everywhere` whether they read the
    documents of all its establishments. `approved_at` None: they asked to join, or were invited
    (`invited_by_id`) with an address that proves nothing, and wait; an administrator may have
    recommended them to the office.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        partial_index("ix_memberships_asked", "organisation_id", "approved_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"), index=True)
    administers: Mapped[bool] = mapped_column(default=False)
    buys: Mapped[bool] = mapped_column(default=False)
    accountant: Mapped[bool] = mapped_column(default=False)
    everywhere: Mapped[bool] = mapped_column(default=True)
    asked_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(200), default="")
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recommendation: Mapped[str] = mapped_column(String(300), default="")
    recommended_by: Mapped[str] = mapped_column(String(200), default="")

    @hybrid_property
    def is_in(self) -> bool:
        """Whether the person is a member; else they wait for approval."""
        return self.approved_at is not None

    @is_in.inplace.expression
    @classmethod
    def _is_in(cls) -> ColumnElement[bool]:
        return cls.approved_at.is_not(None)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the membership, actors.MEMBER_ROLES; reading is in all of them."""
        return member_roles(self.administers, self.buys, self.accountant)

    def grant(self, roles: Iterable[str]) -> None:
        """Give exactly these roles."""
        given = frozenset(roles)
        self.administers, self.buys = MEMBER_ADMIN in given, BUYER in given
        self.accountant = ACCOUNTANT in given


class ProvenDomain(Base):
    """An e-mail domain that is proven to be this body's: `source` says how."""

    __tablename__ = "proven_domains"
    __table_args__ = (UniqueConstraint("organisation_id", "domain"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    domain: Mapped[str] = mapped_column(String(253), index=True)
    proven_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300), default="")
