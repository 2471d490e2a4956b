"""A task that waits for a network ends in time for its caller."""

import threading
from contextlib import suppress

import pytest

from shop.register.deadline import AT_ONCE, within
from tests.waiting import until


def test_a_result_in_time_is_returned_or_raised():
    assert within(60, lambda: "found") == "found"
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 / 0)


def test_a_late_task_is_abandoned_and_their_number_is_limited():
    late = threading.Event()
    try:
        for _ in range(AT_ONCE):
            with pytest.raises(TimeoutError):
                within(0.01, late.wait)
        with pytest.raises(TimeoutError, match="too many"):
            within(60, lambda: "found")
    finally:
        late.set()


def test_new_tasks_start_when_late_ones_have_ended():
    def asked() -> str:
        with suppress(TimeoutError):
            return within(60, lambda: "found")
        return ""

    assert until(asked, "asking again") == "found"
