"""When a job of the worker is late, and what its errors are called. Values only."""

from datetime import datetime, timedelta
from enum import StrEnum


class Trouble(StrEnum):
    """What stopped a run. DATABASE: the database; SERVER: another server, or a file of this
    machine; OTHER: what the shop does not foresee.
    """

    DATABASE = "database"
    SERVER = "server"
    OTHER = "other"


class JobState(StrEnum):
    """How a job is. LATE: it has not ended a run for too long, whatever the last one came to;
    FAILING: its last run failed.
    """

    ON_TIME = "on_time"
    FAILING = "failing"
    LATE = "late"


#: A job may be behind by so many periods, and so much more: a worker restarts, or has much to do.
_PERIODS, _BESIDES = 3, timedelta(minutes=5)
#: A run that has nothing new to tell is noted once in this time.
NOTED_EVERY = timedelta(minutes=1)
#: How long a run is kept in the log.
KEPT = timedelta(days=90)


def late_after(ended_at: datetime, seconds: float) -> datetime:
    """From when on a job of that period is late, that ended its last run then."""
    return ended_at + _PERIODS * timedelta(seconds=seconds) + _BESIDES


def state_of(at: datetime, due_by: datetime, *, is_failing: bool) -> JobState:
    """How a job is that has to end a run by `due_by`."""
    if due_by < at:
        return JobState.LATE
    return JobState.FAILING if is_failing else JobState.ON_TIME
