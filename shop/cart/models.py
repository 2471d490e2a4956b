"""The cart: stored in the database, found by a token in the visitor's signed session."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId

#: Digests of forms that a line stores, and the length of each.
KEPT_KEYS = 16
KEY_LENGTH = 16


class Cart(Base):
    """`token` is random; `user_id` is set once its owner has signed in (one cart per person)."""

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class CartLine(Base):
    """`joined`: how many of the units came from an earlier cart at sign-in, while the person has
    not said whether they stay. `form_keys`: the digests of the last forms that added units, one
    after the other, so that a form that arrives again adds none.
    """

    __tablename__ = "cart_lines"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 9999", name="quantity"),)

    cart_id: Mapped[int] = mapped_column(
        ForeignKey("carts.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    quantity: Mapped[int]
    added_at: Mapped[datetime]
    joined: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    form_keys: Mapped[str] = mapped_column(
        String(KEPT_KEYS * KEY_LENGTH), default="", server_default=""
    )
