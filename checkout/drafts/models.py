"""Rows of checkouts in progress: the data of the five steps so far."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId
from shop.storage.printed import PRINTED


class Draft(Base):
    """One checkout of one cart. `token` names it in forms, so that a page from an older cart or a
    double press is recognised; `parties` has the keys of parties.Parties as far as they are known.
    """

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), unique=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    email: Mapped[str] = mapped_column(String(320), default="")
    parties: Mapped[dict[str, Any]] = mapped_column(info=PRINTED)
    shipping: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(200), default="", info=PRINTED)
    touched_at: Mapped[datetime]
