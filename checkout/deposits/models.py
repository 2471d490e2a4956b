"""Rows of deposits on Chorus Pro."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkout.deposits.procedure import DepositState, is_open, is_sent, needs_a_person
from shop.storage.db import Base, RowId, enumeration


class Deposit(Base):
    """One deposit of an invoice or credit note (`number`) on Chorus Pro; `attempt` counts those of
    one document. `by_hand`: it was made on the portal.

    `flow` is the portal's number of the deposit, `portal_id` its id of the invoice, `status` its
    status of it since `status_on`; `reason` the last reason of a refusal, and `mender` who can cure
    it. `next_at`: when the worker looks at it, None for never; `tries` counts its questions in the
    present state. `resent`: it was sent again after its answer was lost.
    """

    __tablename__ = "deposits"
    frozen_columns = frozenset(("paper_id", "order_id", "number", "by_hand", "attempt"))
    __table_args__ = (
        UniqueConstraint("paper_id", "attempt"),
        Index("ix_deposits_state", "state", "next_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), index=True)
    attempt: Mapped[int]
    by_hand: Mapped[bool]
    state: Mapped[DepositState] = mapped_column(enumeration(DepositState))
    filename: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    flow: Mapped[str] = mapped_column(String(60), default="")
    portal_id: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[str] = mapped_column(String(40), default="")
    status_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    mender: Mapped[str] = mapped_column(String(10), default="")
    requested_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    resent: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        """Whether no other deposit of the document may be made beside it."""
        return is_open(self.state)

    @property
    def needs_a_person(self) -> bool:
        """Whether nothing goes on without a person."""
        return needs_a_person(self.state)

    @property
    def is_sent(self) -> bool:
        """Whether the portal has it."""
        return is_sent(self.state)
