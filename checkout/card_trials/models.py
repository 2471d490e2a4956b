"""Rows of trials of the card processor."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from checkout.card_trials.procedure import TrialState
from shop.storage.db import Base, RowId, enumeration


class CardTrial(Base):
    """A payment of 0.50 € by an administrator. `problem`: the answer of the processor that refused
    to pay it back, or why the trial was dropped.
    """

    __tablename__ = "card_trials"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(43), unique=True)
    state: Mapped[TrialState] = mapped_column(enumeration(TrialState), index=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    session_url: Mapped[str | None] = mapped_column(String(1000))
    payment_intent: Mapped[str | None] = mapped_column(String(120))
    card_last4: Mapped[str] = mapped_column(String(4), default="")
    refunded_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(300), default="")
