"""The shop and the reference, each under gunicorn with the same flags, and the card processor."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shop.core.paths import ROOT

#: Both sides: two sync workers, nothing logged.
FLAGS = ("--workers", "2", "--worker-class", "sync", "--log-level", "warning")
START = 60  # seconds a server may take to answer


class DidNotStart(Exception):
    """A server ended or did not answer; its log is in the message."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: Sequence[str], env: Mapping[str, str], url: str, log: Path) -> Iterator[None]:
    """A Python module served while the block lasts, once `url` answers. Raises DidNotStart."""
    with log.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **env},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(running, url, log)
            yield
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(timeout=10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _wait(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise DidNotStart(f"{url} does not answer:\n{log.read_text()[-3000:]}")


def gunicorn(application: str, port: int) -> list[str]:
    return ["gunicorn", application, "--bind", f"127.0.0.1:{port}", *FLAGS, "--no-control-socket"]


@contextmanager
def shop(database_url: str, folder: Path, *, card_port: int) -> Iterator[str]:
    """The shop on a database, its card processor expected on `card_port`; yields its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {
        "COMPTOIR_MODE": "demonstration",
        "DATABASE_URL": database_url,
        "PUBLIC_URL": address,
        "SECRET_KEY": "the bench keeps no secrets, it only counts",
        "STRIPE_API_BASE": f"http://127.0.0.1:{card_port}",
    }
    log = folder / f"shop-{port}.log"
    with process(gunicorn("app:create_app()", port), env, f"{address}/panier", log):
        yield address


@contextmanager
def card_processor(port: int, folder: Path) -> Iterator[None]:
    """The sandbox card processor, without a webhook: the customer's return settles."""
    command = ["checkout.card.sandbox", "--port", str(port)]
    command += ["--state", str(folder / f"sandbox-{port}.db")]
    log = folder / f"sandbox-{port}.log"
    with process(command, {}, f"http://127.0.0.1:{port}/", log):
        yield


@contextmanager
def reference(database_url: str, folder: Path, *, cards: int) -> Iterator[str]:
    """The reference application on a database, with that many cards a page."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {"REFERENCE_URL": database_url, "REFERENCE_CARDS": str(cards)}
    log = folder / f"reference-{port}.log"
    command = gunicorn("tests.bench.reference.application:create_app()", port)
    with process(command, env, f"{address}/cart", log):
        yield address
