"""The embedded register of public bodies, and the words by which they are found."""

from sqlalchemy import (
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base


class PublicBody(Base):
    """A row of the embedded register (open data of Etalab). `folded` is for searching."""

    __tablename__ = "public_bodies"
    __table_args__ = (
        Index("ix_public_bodies_folded", "folded"),
        Index("ix_public_bodies_postal_code", "postal_code"),
    )

    siren: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    legal_category: Mapped[str] = mapped_column(String(4))
    departement: Mapped[str] = mapped_column(String(3))
    postal_code: Mapped[str] = mapped_column(String(5))
    population: Mapped[int | None]


class PublicBodyWord(Base):
    """A word by which a body of the embedded register is found; `place` 1 is the largest body.

    Compared byte by byte, so that words with the same prefix are adjacent in the index.
    """

    __tablename__ = "public_body_words"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own attribute

    word: Mapped[str] = mapped_column(
        String(24).with_variant(String(24, collation="C"), "postgresql"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    siren: Mapped[str] = mapped_column(String(9))
