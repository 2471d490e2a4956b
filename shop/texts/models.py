"""Rows of the texts of the shop: each version is a row."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId
from shop.storage.printed import PRINTED


class TextVersion(Base):
    """A version of a text in both languages, as it was typed; in force from the day `since` until
    that of a later version. Of two written at once, one is refused.
    """

    __tablename__ = "text_versions"
    __table_args__ = (UniqueConstraint("text", "number"),)
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    text: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    since: Mapped[date]
    french: Mapped[str] = mapped_column(Text, info=PRINTED)
    english: Mapped[str] = mapped_column(Text, info=PRINTED)
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class TermsAcceptance(Base):
    """That a person accepted a version of the conditions of sale, before a payment or a quote."""

    __tablename__ = "terms_acceptances"
    __table_args__ = (UniqueConstraint("user_id", "version"),)
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    accepted_at: Mapped[datetime]
