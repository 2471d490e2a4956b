"""A piece of work that waits for a network ends in time for whoever asked for it."""

import threading
import time

import pytest

from shop.register.deadline import AT_ONCE, within


def test_what_is_done_in_time_is_returned_or_raised():
    assert within(5, lambda: "found") == "found"
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_what_is_late_is_not_waited_for_and_so_many_may_be_late():
    late = threading.Event()
    began = time.monotonic()
    try:
        for _ in range(AT_ONCE):
            with pytest.raises(TimeoutError):
                within(0.01, late.wait)
        with pytest.raises(TimeoutError, match="too many"):
            within(5, lambda: "found")
        assert time.monotonic() - began < 2
    finally:
        late.set()
    for _ in range(100):
        try:
            assert within(5, lambda: "found") == "found"
            return
        except TimeoutError:
            time.sleep(0.01)
    raise AssertionError("nobody may ask again")
