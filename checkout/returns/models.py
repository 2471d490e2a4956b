"""Rows of returns: what was asked, what came back, what followed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from checkout.orders.models import Order
from checkout.returns.procedure import ReturnState
from checkout.returns.rules import Reason
from shop.core.lookup_terms import number_terms
from shop.storage.db import Base, RowId, enumeration
from shop.storage.lookup import LookupEntry, LookupKind, entry


class Return(Base):
    """A return of delivered goods (series RT). What was asked never changes. `answer`: the reason
    of a refusal, or the instructions; `credit_notes`: the numbers of those that were issued.
    """

    __tablename__ = "returns"
    __table_args__ = (Index("ix_returns_state", "state", "id"),)
    frozen_columns = frozenset(("number", "order_id", "asked_at", "asked_by", "reason", "words"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    state: Mapped[ReturnState] = mapped_column(enumeration(ReturnState))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[Reason] = mapped_column(enumeration(Reason))
    words: Mapped[str] = mapped_column(String(1000))
    answer: Mapped[str] = mapped_column(String(1000), default="")
    credit_notes: Mapped[str] = mapped_column(String(200), default="")

    looked_up = ("number",)

    def lookup_entries(self, session: Session) -> list[LookupEntry]:
        dossier_id = session.get_one(Order, self.order_id).dossier_id
        number = number_terms(self.number)
        return [entry(LookupKind.RETURN, self.id, number, dossier_id=dossier_id)]


class ReturnLine(Base):
    """The units of a line that are to come back, and what became of those that did."""

    __tablename__ = "return_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("restocked >= 0 AND repair >= 0 AND lost >= 0", name="counts"),
        CheckConstraint("restocked + repair + lost <= quantity", name="counted"),
    )
    frozen_columns = frozenset(("return_id", "position", "quantity"))

    return_id: Mapped[int] = mapped_column(
        ForeignKey("returns.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[int]
    restocked: Mapped[int] = mapped_column(default=0)
    repair: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)

    @property
    def received(self) -> int:
        """The units that came back."""
        return self.restocked + self.repair + self.lost


class ReturnFile(Base):
    """A photograph that was sent with the request."""

    __tablename__ = "return_files"
    written_once = True

    return_id: Mapped[int] = mapped_column(
        ForeignKey("returns.id"), primary_key=True, autoincrement=False
    )
    file_id: Mapped[int] = mapped_column(
        ForeignKey("files.id"), primary_key=True, autoincrement=False
    )
