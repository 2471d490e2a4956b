"""Rows of quotes in preparation: what the office adds to the cart that it fills for a client."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class ClientQuote(Base):
    """A quote that the office prepares. Its goods, addresses and way of delivery are those of a
    cart without an owner and of the checkout of that cart, as if the contact, `user_id`, bought.

    `months` is the validity in calendar months; `words` are printed for the client. The row is
    deleted when the quote is issued or given up.
    """

    __tablename__ = "client_quotes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    months: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
