"""Rows of the e-mails: each version of the shop's own words is a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class EmailWording(Base):
    """A version of the shop's own words in one kind of e-mail, in both languages; the one with the
    highest number is sent. Of two written at once, one is refused.
    """

    __tablename__ = "email_wordings"
    __table_args__ = (UniqueConstraint("template", "number"),)
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    template: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
