"""Rows of reminders, and of what was switched or lifted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.money import Money
from shop.storage.db import Base, RowId


class Reminder(Base):
    """A reminder that was given to the outbox: its level from 1, the amount that was due and the
    interest of that day.
    """

    __tablename__ = "reminders"
    written_once = True
    __table_args__ = (
        CheckConstraint("level > 0", name="level"),
        UniqueConstraint("invoice_id", "level"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"))
    level: Mapped[int]
    sent_on: Mapped[date]
    to: Mapped[str] = mapped_column(String(320))
    due: Mapped[Money]
    interest: Mapped[Money]
    email_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), unique=True)


class ReminderSwitch(Base):
    """Reminders are switched off, or on again, for an invoice or for a whole organisation: the
    latest row of each counts.
    """

    __tablename__ = "reminder_switches"
    written_once = True
    __table_args__ = (
        CheckConstraint("(invoice_id IS NULL) <> (organisation_id IS NULL)", name="subject"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    off: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500))
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class HoldLift(Base):
    """The office lifted the hold of a client, for a reason, up to a day."""

    __tablename__ = "hold_lifts"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    lifted_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
