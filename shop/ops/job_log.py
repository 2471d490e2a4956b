"""The job log: what each job of the worker did last, when, and what stopped it.

A run that did something, or failed, has a row of its own; of one that has nothing new to tell, only
the job's row is written, at most once in `NOTED_EVERY`. Two workers write to the same rows: the
last one counts. A log that cannot be written is logged itself, and never stops a job.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from traceback import extract_tb

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shop.core.errors import N_, NotFound
from shop.core.paths import ROOT
from shop.ops import clock
from shop.ops.models import JobRun, LoggedJob
from shop.ops.rules import KEPT, NOTED_EVERY, Trouble, late_after
from shop.ops.worker import Job, Run
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import Database, count_rows, locking
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of

log = logging.getLogger("comptoir.worker")

_LONGEST_ERROR = 120
#: The folders of the shop's code.
_PACKAGES = ("shop", "checkout", "quotes")


@dataclass(frozen=True, slots=True)
class _Noted:
    """What this worker wrote last of a job."""

    at: datetime
    error: str


class JobLog:
    """Observes a worker. Each job has one thread, so that its entry in `_noted` needs no lock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, _Noted] = {}

    def begin(self, jobs: Sequence[Job]) -> None:
        """Store the jobs of a worker that begins, and forget those that there are no more."""
        with _never_fatal():
            begin_log(self._database, jobs, at=clock.now())

    def note(self, job: Job, run: Run) -> None:
        """Store a run, unless it has nothing new to tell."""
        error = error_of(run.error) if run.error else ""
        before = self._noted.get(job.name)
        is_known = before is not None and before.error == error and not run.count
        if before and is_known and run.ended_at - before.at < NOTED_EVERY:
            return
        with _never_fatal():
            with self._database.transaction() as session:
                note_run(session, job, run, error)
            self._noted[job.name] = _Noted(run.ended_at, error)


@contextmanager
def _never_fatal() -> Iterator[None]:
    """The database, or the file of its lock, may fail: the jobs go on."""
    try:
        yield
    except (SQLAlchemyError, OSError):
        log.exception("the job log could not be written")


def begin_log(database: Database, jobs: Sequence[Job], *, at: datetime) -> None:
    """Store the jobs that a worker offers. One that is new is late if it never runs."""
    names = [job.name for job in jobs]
    with database.transaction() as session:
        session.execute(delete(LoggedJob).where(LoggedJob.name.not_in(names)))
        for job in jobs:
            _row_of(session, job, at=at)


def note_run(session: Session, job: Job, run: Run, error: str) -> None:
    """Store a run on the row of its job; and a row of its own, if it did something or failed."""
    row = _row_of(session, job, at=run.ended_at)
    row.started_at, row.ended_at = run.started_at, run.ended_at
    row.due_by = late_after(run.ended_at, job.seconds)
    trouble = trouble_of(run.error) if run.error else None
    if trouble:
        if not row.is_failing:
            row.failing_since = run.ended_at
        row.failed_at, row.trouble, row.error = run.ended_at, trouble, error
    else:
        row.failing_since = None
        if run.count:
            row.worked_at, row.worked_count = run.ended_at, run.count
    if trouble or run.count:
        session.add(
            JobRun(
                job=job.name,
                started_at=run.started_at,
                ended_at=run.ended_at,
                count=run.count,
                trouble=trouble,
                error=error,
            )
        )


def _row_of(session: Session, job: Job, *, at: datetime) -> LoggedJob:
    """The row of a job, locked; a new one for a job that has none."""
    seconds = int(job.seconds)
    row = session.scalar(locking(session, select(LoggedJob).where(LoggedJob.name == job.name)))
    if row is None:
        row = LoggedJob(name=job.name, due_by=late_after(at, seconds), worked_count=0, error="")
        session.add(row)
    row.seconds = seconds
    return row


def trouble_of(error: Exception) -> Trouble:
    """What stopped a run, by its error; `is_outage` is true of one that another server caused."""
    if isinstance(error, SQLAlchemyError):
        return Trouble.DATABASE
    is_outage = isinstance(error, OSError) or getattr(error, "is_outage", False)
    return Trouble.SERVER if is_outage else Trouble.OTHER


def error_of(error: Exception) -> str:
    """The kind of an error and the line of the shop's code that met it: nothing of what it says."""
    where = ""
    for frame in extract_tb(error.__traceback__)[1:]:  # the first is the worker’s own
        path = Path(frame.filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in _PACKAGES:
            where = f" {path.relative_to(ROOT).as_posix()}:{frame.lineno}"
    return f"{type(error).__name__}{where}"[:_LONGEST_ERROR]


def count_troubled(*, at: datetime) -> ColumnElement[int]:
    """How many jobs are late or failing."""
    return count_of(_jobs(at).where(_troubled(at)))


def _troubled(at: datetime) -> ColumnElement[bool]:
    return or_(LoggedJob.due_by < at, LoggedJob.is_failing)


def logged_jobs(session: Session, place: Place = FIRST, *, at: datetime) -> Page[LoggedJob]:
    """The jobs, those that are late or failing first."""
    return page_of(session, _jobs(at), place).of(lambda row: row[0])


def _jobs(at: datetime) -> Listing:
    late, failing = LoggedJob.due_by < at, LoggedJob.is_failing
    states = (
        Choice("late", N_("Late jobs"), late),
        Choice("failing", N_("Failing jobs"), ~late & failing),
        Choice("on-time", N_("Jobs on time"), ~late & ~failing),
    )
    return Listing(
        select(LoggedJob),
        (_troubled(at).desc(), LoggedJob.name),
        LoggedJob.name,
        (Filter("state", N_("State"), states),),
        (
            Sort("ended", N_("Last run"), (LoggedJob.ended_at,)),
            Sort("worked", N_("Last work"), (LoggedJob.worked_at,)),
            Sort("failed", N_("Last failure"), (LoggedJob.failed_at,)),
        ),
    )


def get_job(session: Session, name: str) -> LoggedJob:
    """A job by its name. Raises NotFound."""
    row = session.get(LoggedJob, name)
    if row is None:
        raise NotFound
    return row


def runs_of(session: Session, job: LoggedJob, place: Place = FIRST) -> Page[JobRun]:
    """The runs of a job that did something or failed, the newest first."""
    failed = JobRun.trouble.is_not(None)
    results = (
        Choice("done", N_("Runs that did something"), ~failed),
        Choice("failed", N_("Failures"), failed),
    )
    listing = Listing(
        select(JobRun).where(JobRun.job == job.name),
        (JobRun.id.desc(),),
        JobRun.id,
        (Filter("result", N_("Result"), results),),
        (
            Sort("date", N_("Date"), (JobRun.id,)),
            Sort("count", N_("Work done"), (JobRun.count,)),
        ),
        sorted_by="-date",
    )
    return page_of(session, listing, place).of(lambda row: row[0])


def tidy_job_runs(session: Session, *, at: datetime) -> int:
    """Delete the runs that ended longer ago than `KEPT`; how many."""
    return count_rows(session, delete(JobRun).where(JobRun.ended_at <= at - KEPT))
