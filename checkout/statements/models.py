"""Rows of bank statements: the file as the bank gave it, its statements, their movements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from checkout.statements.procedure import MovementState
from checkout.statements.rules import Out
from shop.core.lookup_terms import amount_terms, reference_terms, text_terms, word_terms
from shop.core.money import Money
from shop.storage.db import Base, RowId, enumeration
from shop.storage.lookup import LookupEntry, LookupKind, entry


class StatementFile(Base):
    """A file that somebody of the office sent: never twice the same. `form` is camt or csv."""

    __tablename__ = "statement_files"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(4))
    data: Mapped[bytes] = mapped_column(LargeBinary, nullable=False, deferred=True)
    sent_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class StatementMapping(Base):
    """How the CSV files of a bank are read: the latest one with those headings is proposed again.
    `columns` are those of `csv_rules.Mapping`.
    """

    __tablename__ = "statement_mappings"
    written_once = True
    __table_args__ = (Index("ix_statement_mappings_headings", "headings", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    headings: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class Statement(Base):
    """One statement of a file, for one account. `known` counts the movements that an earlier file
    brought, `pending` those that the bank has not booked yet: neither are kept.
    """

    __tablename__ = "statements"
    written_once = True
    __table_args__ = (UniqueConstraint("file_id", "account"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("statement_files.id"))
    account: Mapped[str] = mapped_column(String(40))
    opened: Mapped[Money | None]
    closed: Mapped[Money | None]
    since: Mapped[date]
    until: Mapped[date]
    known: Mapped[int]
    pending: Mapped[int]
    read_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class StatementMovement(Base):
    """A movement: `key` is the same in every file that contains it. `out` says why it was left out,
    `reason` the words of the person who did; `transfer_id` is the transfer that it became.
    """

    __tablename__ = "statement_movements"
    __table_args__ = (Index("ix_statement_movements_state", "state", "id"),)
    frozen_columns = frozenset(
        (
            "statement_id",
            "key",
            "booked_on",
            "amount",
            "currency",
            "wording",
            "payer",
            "end_to_end",
            "bank_reference",
        )
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    booked_on: Mapped[date]
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3))
    wording: Mapped[str] = mapped_column(String(500))
    payer: Mapped[str] = mapped_column(String(140))
    end_to_end: Mapped[str] = mapped_column(String(70))
    bank_reference: Mapped[str] = mapped_column(String(70))
    state: Mapped[MovementState] = mapped_column(enumeration(MovementState))
    out: Mapped[Out | None] = mapped_column(enumeration(Out))
    reason: Mapped[str] = mapped_column(String(500), default="")
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"), index=True)

    looked_up = ("wording", "payer", "end_to_end", "bank_reference", "amount")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        terms = (
            text_terms(self.wording),
            word_terms(self.payer),
            reference_terms(self.end_to_end, self.bank_reference),
            amount_terms(self.amount),
        )
        return [entry(LookupKind.MOVEMENT, self.id, *terms)]
