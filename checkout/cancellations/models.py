"""Rows of cancellations: what was asked, what was decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from checkout.cancellations.procedure import CancellationState
from shop.storage.db import Base, RowId, enumeration


class Cancellation(Base):
    """The cancellation of an order, or of what is left of it. What was asked never changes.

    `reason` is the buyer's, or the office's where it decided by itself; `answer` the one of a
    refusal or of a reopening. `units` by position of the order's lines, once they are cancelled;
    `credit_note` is the number of the one that was issued for them.
    """

    __tablename__ = "cancellations"
    __table_args__ = (
        Index("ix_cancellations_state", "state", "id"),
        Index(
            "uq_cancellations_asked",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'ASKED'"),
            postgresql_where=text("state = 'ASKED'"),
        ),
    )
    frozen_columns = frozenset(("order_id", "begun_at", "begun_by", "reason"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    state: Mapped[CancellationState] = mapped_column(enumeration(CancellationState))
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(String(500), default="")
    units: Mapped[dict[str, Any]]
    credit_note: Mapped[str | None] = mapped_column(String(20))
