"""Rows of withdrawals: the statement as it was sent, and the order that it concerns."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from checkout.withdrawals.procedure import WithdrawalState
from shop.core.folding import fold_name
from shop.core.money import Money
from shop.storage.columns import EmailAddress, LanguageCode
from shop.storage.db import Base, RowId, enumeration
from shop.storage.folded import folded_column


class Withdrawal(Base):
    """A statement of withdrawal. What was stated never changes, and the row is never deleted.

    `order_number` as it was typed; `whole` the whole order, else `items` in words. `order_id` and
    `units` (by position of the order's lines) are known once it is attached; `units` is empty while
    the words have not been read. `refunded` is the amount of the refund, once it is
    ordered or made.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (Index("ix_withdrawals_state", "state", "id"),)
    frozen_columns = frozenset(
        ("stated_at", "name", "order_number", "email", "language", "whole", "items")
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[WithdrawalState] = mapped_column(enumeration(WithdrawalState))
    stated_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = folded_column(200)
    order_number: Mapped[str] = mapped_column(String(40))
    email: Mapped[EmailAddress]
    language: Mapped[LanguageCode]
    whole: Mapped[bool]
    items: Mapped[str] = mapped_column(Text)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    units: Mapped[dict[str, Any]]
    refunded: Mapped[Money | None]

    @validates("name")
    def _fold_name(self, _column: str, name: str) -> str:
        self.name_key = fold_name(name)[:200]
        return name
