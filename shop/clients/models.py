"""Rows of notes about clients."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class ClientNote(Base):
    """What the staff write down about a client: an organisation or a person, never both. No page of
    the client shows it. It is erased with the person; one about an organisation loses the names of
    its members who are erased.
    """

    __tablename__ = "client_notes"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name="one_client"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
