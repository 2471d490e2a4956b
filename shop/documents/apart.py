"""Programs of the shop that open a stranger's file: they run apart, with bounds on memory and time.

A few kilobytes can unfold to more than a machine has: then such a program ends, not the shop.
"""

import os
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass

from shop.core.paths import ROOT

#: Bytes of address space of a program; a picture of the maximum size takes half of it.
MEMORY = 1024**3
#: Programs that run at the same time for one process of the shop: each may use a gigabyte.
_PROGRAMS = threading.BoundedSemaphore(2)
#: The variables that a program needs to start; the shop's secrets are not passed on.
_PASSED_ON = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a program wrote; `overdone` when it was stopped at a bound, `failed` for that and for
    any other end than its own.
    """

    output: bytes = b""
    overdone: bool = False
    failed: bool = False


def run_apart(module: str, *arguments: str, data: bytes, seconds: int) -> Ended:
    """Run a module of the shop on the bytes of a file; it calls `stay_within()` first."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        with _PROGRAMS:
            ended = subprocess.run(  # noqa: S603 - our own program
                command,
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                cwd=ROOT,
                env=surroundings(),
            )
    except subprocess.TimeoutExpired:
        return Ended(overdone=True, failed=True)
    return Ended(ended.stdout, overdone=ended.returncode < 0, failed=ended.returncode != 0)


def surroundings() -> dict[str, str]:
    """The environment of a program."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def stay_within(seconds: int) -> None:
    """The bounds of this process: memory, and seconds of processor time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
