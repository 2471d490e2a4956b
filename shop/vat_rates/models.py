"""Rows of the changes of rates that the clock has carried out."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base


class VatRateMove(Base):
    """A change of the rates of VAT whose day has come: `products` have passed to a new rate so
    far; `ended_at`: when the last one did.
    """

    __tablename__ = "vat_rate_moves"

    change_id: Mapped[int] = mapped_column(ForeignKey("setting_changes.id"), primary_key=True)
    products: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]

    @hybrid_property
    def is_ended(self) -> bool:
        """Whether every product of the class has the new rate."""
        return self.ended_at is not None

    @is_ended.inplace.expression
    @classmethod
    def _is_ended(cls) -> ColumnElement[bool]:
        return cls.ended_at.is_not(None)
