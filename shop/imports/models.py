"""Rows of imports: the file and where it is, the products that it changes, its faults."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.marks import mark_of
from shop.imports.procedure import ImportState
from shop.imports.rules import LONGEST_FILENAME, LONGEST_VALUE, Outcome
from shop.storage.db import Base, RowId, enumeration


class ProductImport(Base):
    """An import. `titles` are the titles of the columns, `mapping` the field of each, "" for none;
    `data` is the file, until it is applied or given up. `asked_by`: who last asked the worker for
    something; it acts in their name. `lines` of products, of which so many are `done`.
    `claimed_until`: a worker compares the file until then. `shown_to`: the last line whose product
    the search has read again, None once all are. `problem`: why the worker had to stop. `is_bulk`:
    the file was made by the shop, from a selection of products.
    """

    __tablename__ = "product_imports"
    __table_args__ = (Index("ix_product_imports_state", "state", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[ImportState] = mapped_column(enumeration(ImportState))
    filename: Mapped[str] = mapped_column(String(LONGEST_FILENAME))
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    titles: Mapped[list[Any]]
    mapping: Mapped[list[Any]]
    starts_on: Mapped[date]
    sent_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_by: Mapped[str] = mapped_column(String(200))
    claimed_until: Mapped[datetime | None]
    lines: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    new_brands: Mapped[list[Any]] = mapped_column(default=list)
    problem: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    shown_to: Mapped[int | None] = mapped_column(RowId)
    is_bulk: Mapped[bool] = mapped_column(default=False)

    @hybrid_property
    def was_compared(self) -> bool:
        """Whether somebody confirmed the fields of its columns."""
        return self.checked_at is not None

    @was_compared.inplace.expression
    @classmethod
    def _was_compared(cls) -> ColumnElement[bool]:
        return cls.checked_at.is_not(None)

    @property
    def mark(self) -> str:
        """A mark of the comparison that was asked for last: another one has another mark."""
        at = self.checked_at.isoformat() if self.checked_at else ""
        return mark_of(self.mapping, self.starts_on.isoformat(), at)

    @property
    def was_applied(self) -> bool:
        """Whether its changes were written; they may have been undone since."""
        return self.applied_at is not None

    @property
    def was_undone(self) -> bool:
        return self.undone_at is not None

    def is_claimed(self, at: datetime) -> bool:
        """Whether a worker compares the file at that moment."""
        return self.claimed_until is not None and self.claimed_until > at


class ImportLine(Base):
    """A line that changes a product, or adds one: `changes` are its fields before and after.
    `seen`: the stamp of the product when it was compared. `price_id`: the row of the price that it
    gave. `outcome`, with its sentence: why it hindered the application, or what became of it when
    the import was undone.
    """

    __tablename__ = "product_import_lines"
    __table_args__ = (
        Index("ix_product_import_lines_import_id", "import_id", "id"),
        Index("ix_product_import_lines_product_id", "product_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("product_imports.id"))
    line: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    sku: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    is_new: Mapped[bool]
    seen: Mapped[str] = mapped_column(String(16), default="")
    changes: Mapped[dict[str, Any]]
    price_id: Mapped[int | None] = mapped_column(ForeignKey("product_prices.id"))
    outcome: Mapped[Outcome] = mapped_column(enumeration(Outcome), default=Outcome.NONE)
    sentence: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @hybrid_property
    def is_conflict(self) -> bool:
        """Whether somebody changed the product after the check."""
        return self.outcome is Outcome.CONFLICT

    @is_conflict.inplace.expression
    @classmethod
    def _is_conflict(cls) -> ColumnElement[bool]:
        return cls.outcome == Outcome.CONFLICT

    @hybrid_property
    def is_kept(self) -> bool:
        """Whether the product kept its values when the import was undone."""
        return self.outcome is Outcome.KEPT

    @is_kept.inplace.expression
    @classmethod
    def _is_kept(cls) -> ColumnElement[bool]:
        return cls.outcome == Outcome.KEPT

    @hybrid_property
    def is_undone(self) -> bool:
        return self.outcome is Outcome.UNDONE

    @is_undone.inplace.expression
    @classmethod
    def _is_undone(cls) -> ColumnElement[bool]:
        return cls.outcome == Outcome.UNDONE


class ImportFault(Base):
    """A cell that cannot be used: its line and column, what it says, what was expected. A long
    value is shortened, with « … ».
    """

    __tablename__ = "product_import_faults"
    __table_args__ = (Index("ix_product_import_faults_import_id", "import_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("product_imports.id"))
    line: Mapped[int]
    field: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))
    value: Mapped[str] = mapped_column(String(LONGEST_VALUE))
    sentence: Mapped[str] = mapped_column(String(500))
    facts: Mapped[dict[str, Any]]
