"""A piece of work that waits for a network ends in time for whoever asked for it."""

import threading
from contextlib import suppress

import pytest

from shop.register.deadline import AT_ONCE, within
from tests.waiting import until


def test_what_is_done_in_time_is_returned_or_raised():
    assert within(60, lambda: "found") == "found"
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 / 0)


def test_what_is_late_is_not_waited_for_and_so_many_may_be_late():
    late = threading.Event()
    try:
        for _ in range(AT_ONCE):
            with pytest.raises(TimeoutError):
                within(0.01, late.wait)
        with pytest.raises(TimeoutError, match="too many"):
            within(60, lambda: "found")
    finally:
        late.set()


def test_when_they_have_ended_others_may_ask_again():
    def asked() -> str:
        with suppress(TimeoutError):
            return within(60, lambda: "found")
        return ""

    assert until(asked, "asking again") == "found"
