"""The shop's processes: started, waited for and stopped together."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import NoReturn

from shop.core.paths import ROOT

Processes = list[subprocess.Popen[bytes]]


def shop_command(bind: str, workers: int) -> list[str]:
    """The shop under gunicorn; web servers share nothing but the database."""
    return [
        *["gunicorn", "app:create_app()", "--bind", bind, "--workers", str(workers)],
        *["--threads", "4", "--log-level", "warning", "--max-requests", "20000"],
        *["--max-requests-jitter", "2000", "--no-control-socket"],
    ]


def worker_command() -> list[str]:
    """The worker; it may run in several processes."""
    return ["flask", "--app", "app:create_app()", "worker"]


def start(commands: Sequence[Sequence[str]], env: Mapping[str, str]) -> Processes:
    """Start Python modules, each in its own process group, so that Ctrl-C reaches them once,
    through us.
    """
    (ROOT / "instance").mkdir(exist_ok=True)
    return [
        subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", *command], cwd=ROOT, env=dict(env), start_new_session=True
        )
        for command in commands
    ]


def become(command: Sequence[str]) -> NoReturn:
    """Run a Python module in place of this process: its supervisor sees one process."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 - our own module


def answers(url: str, processes: Processes, seconds: float = 60) -> bool:
    """Wait until an address answers; False if a process ended or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes):
            return False
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False


def keep_running(processes: Processes) -> int:
    """Wait for Ctrl-C or SIGTERM (0), or for one of the processes to end (1).

    A shell makes what it starts in the background ignore Ctrl-C, not SIGTERM.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
    except KeyboardInterrupt:
        return 0
    sys.stderr.write("A process stopped: stopping the others.\n")
    return 1


def stop(processes: Processes) -> None:
    """Terminate all, then wait for each; a process that does not end in ten seconds is killed."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
