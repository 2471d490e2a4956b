"""A deadline for a whole task that waits for a network.

A socket's timeout restarts with each byte: it does not stop a source that sends its headers slowly.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

#: Maximum number of tasks that run at once, those included for which nobody waits any more.
AT_ONCE = 8
_free = threading.BoundedSemaphore(AT_ONCE)


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, or what it raises. Raises TimeoutError when it takes longer than
    `seconds`, or when too many others still run for it to start; a late result is discarded.
    """
    if not _free.acquire(blocking=False):
        raise TimeoutError("too many wait already")
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            answer.set_exception(error)
        finally:
            _free.release()

    # The thread does not keep the process from ending.
    threading.Thread(target=run, name="register", daemon=True).start()
    return answer.result(timeout=seconds)
