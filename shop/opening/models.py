"""Rows of the opening: the steps that were done, the messages that tried the mail server, and each
opening and closing of the doors.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class OpeningCheck(Base):
    """A step of the opening that an administrator confirmed, or whose trial succeeded."""

    __tablename__ = "opening_checks"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    step: Mapped[str] = mapped_column(String(20), unique=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[str] = mapped_column(String(200))


class DoorMove(Base):
    """The doors were opened or closed; the latest row is in force, and without a row they are
    closed.
    """

    __tablename__ = "door_moves"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    is_open: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[str] = mapped_column(String(200))


class MailTrial(Base):
    """A message with a code, in the outbox; `wrong_codes` were typed for it."""

    __tablename__ = "mail_trials"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), unique=True)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[str] = mapped_column(String(200))
