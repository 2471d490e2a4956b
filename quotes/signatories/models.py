"""Rows of the links for the person who signs, and of what their holders said."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from quotes.signatories.procedure import LinkState, link_state
from shop.storage.db import Base, RowId


class SignatoryLink(Base):
    """A link to the page of a quote, for one person. Its token is not stored, only the sha256 of
    it. `email` "": it was handed over by the buyer.
    """

    __tablename__ = "signatory_links"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), default="")
    message: Mapped[str] = mapped_column(String(1000), default="")
    last_day: Mapped[date]
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(200), default="")

    @hybrid_property
    def is_withdrawn(self) -> bool:
        """Whether its buyer, or the shop, withdrew it."""
        return self.revoked_at is not None

    @is_withdrawn.inplace.expression
    @classmethod
    def _is_withdrawn(cls) -> ColumnElement[bool]:
        return cls.revoked_at.is_not(None)

    def state_at(self, at: datetime) -> LinkState:
        """Its state at a moment."""
        return link_state(revoked_at=self.revoked_at, last_day=self.last_day, at=at)


class SignatoryOpening(Base):
    """The holder of a link said on a day that they have read the quote: recorded once a day."""

    __tablename__ = "signatory_openings"
    written_once = True
    __table_args__ = (UniqueConstraint("link_id", "day"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("signatory_links.id"))
    day: Mapped[date]
    opened_at: Mapped[datetime]
