"""Serving the portal: permanently on a port, or in a thread during a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from checkout.deposits.sandbox.app import create_portal
from checkout.deposits.sandbox.state import State

LOOPBACK = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Requests are not printed."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@dataclass(frozen=True)
class Sandbox:
    """A running portal."""

    base_url: str
    state: State


def server(state: State, port: int) -> BaseWSGIServer:
    """A threaded server bound to this machine only; port 0 uses a free one."""
    return make_server(LOOPBACK, port, create_portal(state), threaded=True, request_handler=_Quiet)


@contextmanager
def running(*, waits: int = 0) -> Iterator[Sandbox]:
    """A portal in a thread, on a free port, stopped when the block ends."""
    state = State(waits=waits)
    httpd = server(state, 0)
    thread = threading.Thread(
        target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, name="portal", daemon=True
    )
    thread.start()
    try:
        yield Sandbox(f"http://{LOOPBACK}:{httpd.server_port}", state)
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
