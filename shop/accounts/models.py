"""People: customers, members of organisations, staff."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.db import Base, RowId


class User(Base):
    """A person with a sign-in. `staff_role` is one of actors.STAFF_ROLES, or None for a customer.

    `session_epoch` grows to close all sessions at once.
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
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class Membership(Base):
    """What a person may do for an organisation: one of actors.MEMBER_ROLES."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id"),
        CheckConstraint("role IN ('member_admin','buyer','accountant','reader')", name="role"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    approved_at: Mapped[datetime | None]
