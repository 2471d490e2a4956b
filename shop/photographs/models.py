"""Rows of photographs: each with its words, and the files that pages ask for."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.photographs.rules import LONGEST_ALT
from shop.storage.db import Base, RowId


class Photograph(Base):
    """A photograph of a product. `original` holds the bytes as they were sent until the files are
    made; `name` begins the names of its files, and is empty before. `refusal`: why none are made.
    """

    __tablename__ = "photographs"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(String(LONGEST_ALT), default="")
    alt_en: Mapped[str] = mapped_column(String(LONGEST_ALT), default="")
    filename: Mapped[str] = mapped_column(String(200))
    original: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    refusal: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(64), default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime]

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether the worker has yet to make its files."""
        return not self.name and not self.refusal

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return (cls.name == "") & (cls.refusal == "")


class PhotographFile(Base):
    """A photograph in one width and one format. Its name has a digest of the bytes that were sent:
    it never changes, and is cached for good.
    """

    __tablename__ = "photograph_files"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    data: Mapped[bytes] = mapped_column(LargeBinary)
