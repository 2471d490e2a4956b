"""Rows of payment links: a sale for a private person, and what the office grants in it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from checkout.payment_links.procedure import PROCEDURE, LinkState
from shop.core.money import Money
from shop.storage.columns import EmailAddress, LanguageCode
from shop.storage.db import Base, RowId, enumeration


class PaymentLink(Base):
    """A sale that a private person pays by card from a private link. Its goods, addresses and way
    of delivery are those of a cart without an owner and of the checkout of that cart.

    `shipping_price` is the delivery price by hand, including VAT, with its reason; None for the
    computed one. `lines` and `amount` are frozen when the link is sent, and `last_day` is the last
    one on which it is paid. `order_number` is that of the order it became.
    """

    __tablename__ = "payment_links"
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 30", name="days"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    state: Mapped[LinkState] = mapped_column(enumeration(LinkState), index=True)
    cart_id: Mapped[int | None] = mapped_column(
        ForeignKey("carts.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[EmailAddress]
    language: Mapped[LanguageCode]
    days: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")
    shipping_price: Mapped[Money | None]
    shipping_reason: Mapped[str] = mapped_column(String(200), default="")
    lines: Mapped[list[Any] | None]
    amount: Mapped[Money | None]
    last_day: Mapped[date | None] = mapped_column(index=True)
    order_number: Mapped[str | None] = mapped_column(String(40))
    begun_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    by_name: Mapped[str] = mapped_column(String(200))

    @hybrid_property
    def is_prepared(self) -> bool:
        """Whether it is not sent yet."""
        return self.state is LinkState.PREPARED

    @is_prepared.inplace.expression
    @classmethod
    def _is_prepared(cls) -> ColumnElement[bool]:
        return cls.state == LinkState.PREPARED

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether it was sent and is neither paid nor revoked."""
        return self.state in PROCEDURE.sources_of("revoke_link")

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return cls.state.in_(PROCEDURE.sources_of("revoke_link"))

    @hybrid_property
    def is_paid(self) -> bool:
        """Whether it became an order."""
        return self.state is LinkState.PAID

    @is_paid.inplace.expression
    @classmethod
    def _is_paid(cls) -> ColumnElement[bool]:
        return cls.state == LinkState.PAID

    @hybrid_property
    def is_revoked(self) -> bool:
        """Whether the office has revoked it."""
        return self.state is LinkState.REVOKED

    @is_revoked.inplace.expression
    @classmethod
    def _is_revoked(cls) -> ColumnElement[bool]:
        return cls.state == LinkState.REVOKED

    def is_payable(self, day: date) -> bool:
        """Whether it may be paid on a day: not once its client was erased."""
        waits = self.is_waiting and bool(self.email)
        return waits and self.last_day is not None and day <= self.last_day


class PaymentLinkLine(Base):
    """A discount, in basis points, on the line of a product, and why."""

    __tablename__ = "payment_link_lines"
    __table_args__ = (
        UniqueConstraint("payment_link_id", "product_id"),
        CheckConstraint("discount BETWEEN 1 AND 10000", name="discount"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    payment_link_id: Mapped[int] = mapped_column(
        ForeignKey("payment_links.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    discount: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
