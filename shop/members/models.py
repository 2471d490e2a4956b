"""Invitations of colleagues; memberships stand with the people, in shop/accounts/models.py."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ForeignKey,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, member_roles
from shop.ground.days import paris_day
from shop.ground.db import Base, RowId


class Invitation(Base):
    """A letter by which an organisation's administrator asks a colleague in; good for seven days,
    `expires_at` is the first instant after them.

    `issue` grows each time it is sent again: only the link of the last letter opens. The roles are
    those that the colleague will have.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    email: Mapped[str] = mapped_column(String(320), index=True)
    administers: Mapped[bool] = mapped_column(default=False)
    buys: Mapped[bool] = mapped_column(default=False)
    accounts: Mapped[bool] = mapped_column(default=False)
    everywhere: Mapped[bool] = mapped_column(default=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    issue: Mapped[int] = mapped_column(default=1)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    @property
    def last_day(self) -> date:
        """The Paris day to whose end its link opens."""
        return paris_day(self.expires_at - timedelta(microseconds=1))

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the colleague will have, actors.MEMBER_ROLES."""
        return member_roles(self.administers, self.buys, self.accounts)

    def grant(self, roles: Iterable[str]) -> None:
        """Offer exactly these roles."""
        given = frozenset(roles)
        self.administers, self.buys = MEMBER_ADMIN in given, BUYER in given
        self.accounts = ACCOUNTANT in given
