"""The clock of the shop. Pages, jobs and commands read it; services receive `at`.

`COMPTOIR_CLOCK=2026-12-22T10:00` (Paris time) starts the process at that moment, `+32d` shifts it;
both are refused in production (see config).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from shop.core.text import PARIS, paris_day

Source = Callable[[], datetime]


def _machine() -> datetime:
    return datetime.now(UTC)


_source: Source = _machine
_shift = timedelta()

_RELATIVE = re.compile(r"^([+-]\d{1,10})([dhms])$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source() + _shift


def machine_seconds() -> float:
    """Unix seconds of this machine, never shifted: another program uses them to check the age of a
    signature.
    """
    return datetime.now(UTC).timestamp()


def today() -> date:
    """Today in Europe/Paris."""
    return paris_day(now())


def parse_shift(setting: str) -> timedelta:
    """The shift that a COMPTOIR_CLOCK setting asks for. Raises ValueError with a sentence."""
    setting = setting.strip()
    if not setting:
        return timedelta()
    if relative := _RELATIVE.match(setting):
        return timedelta(**{_UNITS[relative[2]]: int(relative[1])})
    try:
        moment = datetime.fromisoformat(setting)
    except ValueError as error:
        raise ValueError(
            f"COMPTOIR_CLOCK={setting} is neither a moment like 2026-12-22T10:00"
            " nor a shift like +32d."
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=PARIS)
    return moment - _source()


def set_shift(shift: timedelta) -> None:
    """Move this process's clock; demonstration and tests only."""
    global _shift
    _shift = shift


@contextmanager
def travelled(to: datetime | timedelta) -> Iterator[None]:
    """Run a block at another moment; for tests and for filling the demonstration."""
    before = _shift
    set_shift(before + to if isinstance(to, timedelta) else to - _source())
    try:
        yield
    finally:
        set_shift(before)


@contextmanager
def driven_by(source: Source) -> Iterator[None]:
    """Run a block on another source of time than the machine's; for tests."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
