"""Rows of what the card processor pays out to the bank."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from checkout.payouts.fee_rules import Reported, adds_up, fees_of, gross_of
from checkout.payouts.procedure import PayoutState
from shop.core.money import Money
from shop.storage.db import Base, enumeration


class CardPayout(Base):
    """A payout under the id of the processor. `amount` is in cents of `currency`; `fees` and
    `gross` are the sums of its transactions, `is_whole` whether they make the amount. `movement_id`
    is the line of a bank statement that it was. `typed_fees` are those that `fees_by` typed because
    the report does not give them.
    """

    __tablename__ = "card_payouts"
    frozen_columns = frozenset(("amount", "currency", "created_at"))

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[PayoutState] = mapped_column(enumeration(PayoutState), index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3))
    gross: Mapped[Money]
    fees: Mapped[Money]
    is_whole: Mapped[bool]
    failure: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    arrives_on: Mapped[date] = mapped_column(index=True)
    movement_id: Mapped[int | None] = mapped_column(
        ForeignKey("statement_movements.id"), unique=True
    )
    matched_by: Mapped[str] = mapped_column(String(200), default="")
    typed_fees: Mapped[Money | None]
    fees_by: Mapped[str] = mapped_column(String(200), default="")
    fees_at: Mapped[datetime | None]

    @property
    def reported(self) -> Reported:
        """What the processor tells of it."""
        return Reported(self.amount, self.gross, self.fees, self.is_whole)

    @property
    def kept_fees(self) -> Money:
        """The fees, of the report or typed."""
        return fees_of(self.reported, self.typed_fees)

    @property
    def before_fees(self) -> Money:
        """The amount and its fees."""
        return gross_of(self.reported, self.typed_fees)

    @property
    def adds_up(self) -> bool:
        """Whether the gross less the fees is the amount."""
        return adds_up(self.reported, self.typed_fees)


class PayoutTransaction(Base):
    """A part of a payout: `kind` is the processor's word, `source` the id of the charge, refund or
    dispute; `net` is the amount less the fee.
    """

    __tablename__ = "payout_transactions"
    written_once = True

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    payout_id: Mapped[str] = mapped_column(ForeignKey("card_payouts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(120), index=True)
    payment_intent: Mapped[str] = mapped_column(String(120), index=True)
    amount: Mapped[Money]
    fee: Mapped[Money]
    net: Mapped[Money]
    made_at: Mapped[datetime]
