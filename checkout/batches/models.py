"""Rows of batches."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from checkout.batches.rules import BatchAct
from shop.storage.db import Base, RowId, enumeration


class Batch(Base):
    """What somebody of the accounting staff asked for; the worker acts in their name."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    act: Mapped[BatchAct] = mapped_column(enumeration(BatchAct))
    requested_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))


class BatchItem(Base):
    """One order to invoice, or one invoice to send: its `number`. `result` is the invoice that was
    issued or sent; without one it was left out, for the reason of `sentence` and its facts.
    `sent_to` and `form`: the address and the form of the file that were asked for, empty for those
    of the organisation; a form without an address: the file is made, and the staff forward it.
    """

    __tablename__ = "batch_items"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("ix_batch_items_done_at", "done_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    number: Mapped[str] = mapped_column(String(20))
    done_at: Mapped[datetime | None]
    sent_to: Mapped[str] = mapped_column(String(320), default="", server_default="")
    form: Mapped[str] = mapped_column(String(10), default="", server_default="")
    result: Mapped[str] = mapped_column(String(20), default="")
    sentence: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @hybrid_property
    def is_done(self) -> bool:
        """Whether the worker has dealt with it, one way or the other."""
        return self.done_at is not None

    @is_done.inplace.expression
    @classmethod
    def _is_done(cls) -> ColumnElement[bool]:
        return cls.done_at.is_not(None)

    @hybrid_property
    def is_left_out(self) -> bool:
        """Whether nothing was issued or sent for it."""
        return self.is_done and not self.result

    @is_left_out.inplace.expression
    @classmethod
    def _is_left_out(cls) -> ColumnElement[bool]:
        return and_(cls.done_at.is_not(None), cls.result == "")
