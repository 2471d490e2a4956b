"""Rows of the changes of the shop's bank details, asked by one person, decided by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.bank_details.procedure import BankChangeState
from shop.storage.db import Base, RowId, enumeration


class BankChange(Base):
    """A change of the account: `bank` is the new one, `former` the one in force when it was asked
    for, with the keys of a letterhead's bank. `refusal` is why it was refused.
    """

    __tablename__ = "bank_changes"
    __table_args__ = (Index("ix_bank_changes_state", "state", "id"),)
    frozen_columns = frozenset(("bank", "former", "reason", "asked_at", "asked_by_id", "asked_by"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[BankChangeState] = mapped_column(enumeration(BankChangeState))
    bank: Mapped[dict[str, Any]]
    former: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_by: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    refusal: Mapped[str] = mapped_column(String(500), default="")
