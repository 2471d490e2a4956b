"""Waiting for something that happens elsewhere, with a limit; the one module of the tests that
reads the machine's clock. Whether a test passes never depends on how long something took.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], what: str = "it", seconds: float = 60) -> T:
    """The value of `condition` as soon as it is true. Raises AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not happen in {seconds} s"
        time.sleep(0.01)
    return found


def rests_until(stopping: Event) -> Iterator[None]:
    """For a fake server that repeats something: a short pause each time."""
    while not stopping.wait(0.05):
        yield


def ended(process: subprocess.Popen[bytes]) -> int:
    """The exit status of a process, once it has ended. Raises TimeoutExpired."""
    return process.wait(timeout=60)


def machine_time() -> float:
    """Unix seconds of this machine: other programs and libraries check an age by them."""
    return time.time()


def running_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that runs as the machine's does, from that moment on."""
    start = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - start)
