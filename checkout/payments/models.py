"""Rows of payments received for invoices, and of the transfers that they came by."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from checkout.payments.procedure import PartState
from shop.core.lookup_terms import amount_terms, text_terms, word_terms
from shop.core.money import Money
from shop.storage.db import Base, RowId, enumeration
from shop.storage.lookup import LookupEntry, LookupKind, entry


class Payment(Base):
    """A payment received for an invoice: method is transfer or card.

    A payment that was booked on the wrong invoice is corrected by a row of the opposite amount,
    `corrects_id`: rows are never changed, and add up.
    """

    __tablename__ = "payments"
    written_once = True
    __table_args__ = (
        CheckConstraint(
            "(amount > 0 AND corrects_id IS NULL) OR (amount < 0 AND corrects_id IS NOT NULL)",
            name="amount",
        ),
        CheckConstraint("method IN ('transfer','card')", name="method"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Money]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(140))
    recorded_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), unique=True)


class Transfer(Base):
    """A transfer that the shop's bank received. `payer` is the name that the bank gives;
    `movement_key` identifies its line of a bank statement, so that none is booked twice.
    """

    __tablename__ = "transfers"
    written_once = True
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    amount: Mapped[Money]
    received_on: Mapped[date] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(String(140))
    payer: Mapped[str] = mapped_column(String(140))
    movement_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    recorded_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))

    looked_up = ("reference", "payer", "amount")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        terms = (text_terms(self.reference), word_terms(self.payer), amount_terms(self.amount))
        return [entry(LookupKind.TRANSFER, self.id, *terms)]


class TransferPart(Base):
    """A part of a transfer: `payment_id` is the payment of the invoice that it is booked on.

    `order_id` is the order of the client whose money it is, None while it is unidentified.
    `made_of_id` is the part that it took the place of. `account` is the IBAN that it is given back
    to, `ordered_by` who ordered this; `reference` that of the transfer.
    """

    __tablename__ = "transfer_parts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_transfer_parts_state", "state", "id"),
    )
    frozen_columns = frozenset(
        ("transfer_id", "amount", "payment_id", "order_id", "made_of_id", "recorded_at")
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), index=True)
    state: Mapped[PartState] = mapped_column(enumeration(PartState))
    amount: Mapped[Money]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    made_of_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_parts.id"))
    recorded_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500), default="")
    account: Mapped[str] = mapped_column(String(34), default="")
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ordered_by: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(140), default="")
