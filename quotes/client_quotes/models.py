"""Rows of quotes in preparation: what the office adds to the cart that it fills for a client."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.money import Money, UnitPrice
from shop.storage.db import Base, RowId


class ClientQuote(Base):
    """A quote that the office prepares. Its goods, addresses and way of delivery are those of a
    cart without an owner and of the checkout of that cart, as if the contact, `user_id`, bought.

    `months` is the validity in calendar months; `words` are printed for the client.
    `shipping_price` is the delivery price by hand, excluding VAT, with its reason; None for the
    computed one. The row is deleted when the quote is issued or given up.
    """

    __tablename__ = "client_quotes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    months: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Text, default="")
    shipping_price: Mapped[Money | None]
    shipping_reason: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class ClientQuoteLine(Base):
    """What the office adds to the goods of a quote in preparation: a discount, in basis points, on
    the line of a product, or a free line, which has no product and its price excluding VAT.
    """

    __tablename__ = "client_quote_lines"
    __table_args__ = (
        UniqueConstraint("client_quote_id", "product_id"),
        CheckConstraint("discount BETWEEN 0 AND 10000", name="discount"),
        CheckConstraint("quantity BETWEEN 1 AND 9999", name="quantity"),
        CheckConstraint("(product_id IS NULL) = (unit_price IS NOT NULL)", name="priced"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_quote_id: Mapped[int] = mapped_column(
        ForeignKey("client_quotes.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    discount: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    quantity: Mapped[int] = mapped_column(default=1)
    unit_price: Mapped[UnitPrice | None]
    vat_rate: Mapped[int] = mapped_column(default=0)
