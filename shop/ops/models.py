"""Rows of the job log."""

from datetime import datetime

from sqlalchemy import ColumnElement, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.ops.rules import JobState, Trouble, state_of
from shop.storage.db import Base, RowId, enumeration


class LoggedJob(Base):
    """A job of the worker: its last run, its last run that did something (`worked_at`, which did
    `worked_count` pieces of work), its last failure. `seconds` is its period; from `due_by` on it
    is late; `failing_since` is empty unless its last run failed.
    """

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seconds: Mapped[int]
    due_by: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    worked_count: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    trouble: Mapped[Trouble | None] = mapped_column(enumeration(Trouble))
    error: Mapped[str] = mapped_column(String(120), default="")

    def state_at(self, at: datetime) -> JobState:
        """How the job is at a moment."""
        return state_of(at, self.due_by, is_failing=self.is_failing)

    @hybrid_property
    def is_failing(self) -> bool:
        """Whether its last run failed."""
        return self.failing_since is not None

    @is_failing.inplace.expression
    @classmethod
    def _is_failing(cls) -> ColumnElement[bool]:
        return cls.failing_since.is_not(None)


class JobRun(Base):
    """A run of a job that did something, or failed: `error` is the kind of the error and the line
    of the code that met it, never what it says, which may quote data.
    """

    __tablename__ = "job_runs"
    __table_args__ = (Index(None, "job", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    job: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]
    trouble: Mapped[Trouble | None] = mapped_column(enumeration(Trouble))
    error: Mapped[str] = mapped_column(String(120), default="")
