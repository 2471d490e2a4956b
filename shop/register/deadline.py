"""A deadline on a whole piece of work that waits for a network, whatever it waits for in it.

A socket's timeout begins anew with each byte: a source that drips its headers meets no other end.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

#: Pieces of work that are under way at once, those included for which nobody waits any more.
AT_ONCE = 8
_free = threading.BoundedSemaphore(AT_ONCE)


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns, or raises, in so many seconds. Raises TimeoutError when it takes longer,
    or when so many others still wait that it cannot begin; what is late goes on unheard."""
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

    # It does not keep the process from ending.
    threading.Thread(target=run, name="register", daemon=True).start()
    return answer.result(timeout=seconds)
