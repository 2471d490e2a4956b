"""Rows of payments received for invoices."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.money import Money
from shop.storage.db import Base, RowId


class Payment(Base):
    """A payment received for an invoice: method is transfer or card."""

    __tablename__ = "payments"
    written_once = True
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("method IN ('transfer','card')", name="method"),
        UniqueConstraint("invoice_id", "reference", "received_on"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Money]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(140))
    recorded_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
