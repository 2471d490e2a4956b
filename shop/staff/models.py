"""Rows of the staff: when somebody is away, and who replaces them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.people.models import RoleSet
from shop.storage.db import Base, RowId


class StaffLeave(Base):
    """Days on which a person of the staff is away, both included; `substitute_id` has their `roles`
    meanwhile, as far as the person still has them.

    `ended_at`: an administrator ended the absence early. `released_at`: the account of the
    substitute was suspended, and the roles do not come back with the account.
    """

    __tablename__ = "staff_leaves"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("(substitute_id IS NULL) = (roles IS NULL)", name="granted"),
        Index("ix_staff_leaves_user_id", "user_id", "ends_on"),
        Index("ix_staff_leaves_substitute_id", "substitute_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    roles: Mapped[frozenset[str]] = mapped_column(RoleSet, nullable=True)
    entered_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    @hybrid_property
    def is_ended(self) -> bool:
        """Whether the absence was ended early."""
        return self.ended_at is not None

    @is_ended.inplace.expression
    @classmethod
    def _is_ended(cls) -> ColumnElement[bool]:
        return cls.ended_at.is_not(None)

    @hybrid_property
    def is_replaced(self) -> bool:
        """Whether a substitute has the roles on its days."""
        return self.substitute_id is not None and self.released_at is None and not self.is_ended

    @is_replaced.inplace.expression
    @classmethod
    def _is_replaced(cls) -> ColumnElement[bool]:
        return cls.substitute_id.is_not(None) & cls.released_at.is_(None) & cls.ended_at.is_(None)
