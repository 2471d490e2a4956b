"""Rows of credit notes, issued once, in a gapless series, never changed (CGI 272-1, 289 I-5); and
of the money that they give back.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkout.credits.procedure import CreditRefundState
from checkout.credits.rules import Goods
from shop.core.money import Money
from shop.storage.db import Base, RowId, enumeration


class CreditNote(Base):
    """One credit note (series AV) of an invoice. `including` is what it takes off the amount of the
    invoice, with its `rounding`; `reason` is printed on it. `is_internal`: it reverses, in the
    books of the shop alone, an invoice that its recipient never booked; it is never delivered.
    """

    __tablename__ = "credit_notes"
    written_once = True
    __table_args__ = (CheckConstraint("including >= 0", name="including"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    is_internal: Mapped[bool] = mapped_column(default=False)
    goods: Mapped[Goods] = mapped_column(enumeration(Goods))
    excluding: Mapped[Money]
    vat_total: Mapped[Money]
    rounding: Mapped[Money]
    including: Mapped[Money]
    by_name: Mapped[str] = mapped_column(String(200))


class CreditNoteLine(Base):
    """What a credit note takes of a line of its invoice: units, 0 for a reduction of the price, and
    the amount in the price basis of the sale.
    """

    __tablename__ = "credit_note_lines"
    written_once = True
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_notes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    amount: Mapped[Money]


class CreditRefund(Base):
    """The money that a credit note gives back. `account` is the IBAN of a transfer, `ordered_by`
    who ordered it; `reference` is that of the transfer, or the id of the refund to the card.
    """

    __tablename__ = "credit_refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_credit_refunds_state", "state", "id"),
    )
    frozen_columns = frozenset(("credit_note_id", "amount"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_notes.id"), unique=True)
    state: Mapped[CreditRefundState] = mapped_column(enumeration(CreditRefundState))
    amount: Mapped[Money]
    account: Mapped[str] = mapped_column(String(34), default="")
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ordered_by: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(140), default="")
