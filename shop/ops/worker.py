"""The worker's loop: jobs that run repeatedly until the process is asked to stop.

A job that fails is logged and runs again at its next time; the other jobs go on. Each run is told
to an observer, which keeps the job log.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from typing import Protocol

from shop.ops import clock

log = logging.getLogger("comptoir.worker")


@dataclass(slots=True)
class Job:
    """A task that runs every `seconds`; `run` checks `stopping` between two pieces of work, and
    returns how many it did.

    A job that is `apart` waits for another server: it runs in its own thread, so that the others do
    not wait for it.
    """

    name: str
    seconds: float
    run: Callable[[], int]
    apart: bool = False
    next_at: float = field(default=0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job: how many pieces of work it did, or the error that ended it."""

    started_at: datetime
    ended_at: datetime
    count: int
    error: Exception | None = None


class Observer(Protocol):
    """Is told of the jobs when a worker begins, and of each run. It raises nothing: what it keeps
    counts less than the jobs.
    """

    def begin(self, jobs: Sequence[Job]) -> None: ...

    def note(self, job: Job, run: Run) -> None: ...


class Worker:
    """Runs jobs in turn, in one thread; each job that is `apart` in its own."""

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        observer: Observer | None = None,
        stopping: threading.Event | None = None,
        pause: float = 1.0,
    ) -> None:
        self._jobs = jobs
        self._observer = observer
        self._pause = pause
        self.stopping = stopping or threading.Event()

    def run(self) -> None:
        """Run jobs until `stop()`; the running job is finished first."""
        if self._observer:
            self._observer.begin(self._jobs)
        apart = [
            threading.Thread(target=self._run, args=([job],), name=job.name)
            for job in self._jobs
            if job.apart
        ]
        for thread in apart:
            thread.start()
        try:
            self._run([job for job in self._jobs if not job.apart])
        finally:
            self.stopping.set()
            for thread in apart:
                thread.join()

    def run_once(self) -> None:
        """Run every job that is due, in this thread."""
        self._run_due(self._jobs)

    def _run(self, jobs: Sequence[Job]) -> None:
        while not self.stopping.is_set():
            self._run_due(jobs)
            self.stopping.wait(self._pause)

    def _run_due(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if self.stopping.is_set() or time.monotonic() < job.next_at:
                continue
            job.next_at = time.monotonic() + job.seconds
            run = _run_of(job)
            if self._observer:
                self._observer.note(job, run)

    def stop(self, *_signal: int | FrameType | None) -> None:
        self.stopping.set()

    def stop_on_signals(self) -> None:
        """Stop gracefully on SIGTERM and Ctrl-C."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)


def _run_of(job: Job) -> Run:
    started_at = clock.now()
    try:
        count = job.run()
    except Exception as error:
        log.exception("job %s failed, it will run again", job.name)
        return Run(started_at, clock.now(), 0, error)
    return Run(started_at, clock.now(), count)
