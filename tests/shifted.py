"""The tests on another day: `COMPTOIR_TESTS_AT=2028-02-29T12:00+01:00 pytest -p tests.shifted`.

Python's clock starts at that moment and runs on; each process of pytest-xdist starts there. `+40d`
is a shift from today. The suite must pass under each of these.
"""

import os
from datetime import UTC, datetime

import pytest
import time_machine

from shop.ops.clock import parse_shift

#: Forty days on; the last half hour of a year; a leap day; both changes of clock, in Paris.
MOMENTS = (
    "+40d",
    "2026-12-31T23:30+01:00",
    "2028-02-29T12:00+01:00",
    "2027-03-28T01:58+01:00",
    "2027-10-31T02:58+02:00",
)


def moment(setting: str) -> datetime:
    """The moment at which a setting lets the session start."""
    return datetime.now(UTC) + parse_shift(setting)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    setting = os.environ.get("COMPTOIR_TESTS_AT", "")
    assert setting, "COMPTOIR_TESTS_AT says at which moment the tests run"
    traveller = time_machine.travel(moment(setting), tick=True)
    traveller.start()
    config.add_cleanup(traveller.stop)


def pytest_report_header() -> str:
    return f"shifted: {datetime.now(UTC).isoformat(timespec='minutes')}"


def main() -> int:
    """Unit and integration tests at each of the moments; stops at the first that fails.

    The machine, and its PostgreSQL, are in Paris: on a day when the clocks change, a local time
    that is taken for another one shows.
    """
    import subprocess
    import sys

    for setting in MOMENTS:
        sys.stdout.write(f"== {setting}\n")
        sys.stdout.flush()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.shifted", *sys.argv[1:]],
            env=os.environ | {"COMPTOIR_TESTS_AT": setting, "TZ": "Europe/Paris"},
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
