"""Rows of card payments: the sale is frozen before the processor is called."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from checkout.card.procedure import PaymentState, ReversalKind, ReversalState
from shop.core.money import Money
from shop.storage.columns import EmailAddress, LanguageCode, ShippingKey
from shop.storage.db import Base, RowId, enumeration


class CardPayment(Base):
    """One checkout sent to the card processor. `lines` and `parties` are those of the order to
    place.

    `guest_key` lets a visitor without an account read the order. `payment_link_id`: the link that
    it is paid from.
    """

    __tablename__ = "card_payments"
    __table_args__ = (Index("ix_card_payments_open", "state", "created_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(43), unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[PaymentState] = mapped_column(enumeration(PaymentState))
    cart_id: Mapped[int | None] = mapped_column(
        ForeignKey("carts.id", ondelete="SET NULL"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[EmailAddress]
    language: Mapped[LanguageCode]
    guest_key: Mapped[str] = mapped_column(String(64))
    parties: Mapped[dict[str, Any]]
    lines: Mapped[list[Any]]
    shipping: Mapped[ShippingKey]
    expected_on: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(200), default="")
    amount: Mapped[Money]
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    session_url: Mapped[str | None] = mapped_column(String(1000))
    payment_intent: Mapped[str | None] = mapped_column(String(120), unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), unique=True)
    payment_link_id: Mapped[int | None] = mapped_column(ForeignKey("payment_links.id"), index=True)
    refund_reason: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]


class CardReversal(Base):
    """A refund or a dispute of a card payment, under the id that the processor gave it.

    `status` and `reason` are the processor's words; `key` is empty unless the shop requested the
    refund. A dispute is answered before `due_by`. `noted_at`: the accounting staff have noted it;
    `told_at`: the buyer was told of a refund that the shop did not request.
    """

    __tablename__ = "card_reversals"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)
    frozen_columns = frozenset(("payment_id", "kind", "key", "made_at"))

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("card_payments.id"), index=True)
    kind: Mapped[ReversalKind] = mapped_column(enumeration(ReversalKind))
    state: Mapped[ReversalState] = mapped_column(enumeration(ReversalState))
    amount: Mapped[Money]
    status: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(255), index=True)
    made_at: Mapped[datetime]
    due_by: Mapped[datetime | None]
    noted_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    @property
    def is_told(self) -> bool:
        """Whether the buyer was told of it."""
        return self.told_at is not None

    @hybrid_property
    def is_noted(self) -> bool:
        """Whether the accounting staff have noted it."""
        return self.noted_at is not None

    @is_noted.inplace.expression
    @classmethod
    def _is_noted(cls) -> ColumnElement[bool]:
        return cls.noted_at.is_not(None)


class ProcessorEvent(Base):
    """A webhook event that was handled: the processor may send it again."""

    __tablename__ = "processor_events"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class EventPosition(Base):
    """How far the worker has heard the processor's events: one row. All before `heard_at` are
    heard; `newest_at` and `reached` (an event's id) are those of a walk in several turns.
    """

    __tablename__ = "event_positions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    heard_at: Mapped[datetime]
    newest_at: Mapped[datetime | None]
    reached: Mapped[str] = mapped_column(String(120))


class PutOffLook(Base):
    """A payment whose refunds and disputes the processor refused to tell, to be asked again."""

    __tablename__ = "put_off_looks"

    payment_intent: Mapped[str] = mapped_column(String(255), primary_key=True)
    attempts: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(index=True)
