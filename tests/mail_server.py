"""A mail server on the loopback, for tests that send e-mails by SMTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tests.bench.servers import free_port


@contextmanager
def mail_server(handler: Any) -> Iterator[str]:
    """Start a server that gives what it receives to a handler of aiosmtpd; yields its URL."""
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
