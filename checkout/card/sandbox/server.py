"""Serving the processor: permanently on a port, or in a thread during a test."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from checkout.card.sandbox import events
from checkout.card.sandbox.app import create_processor
from checkout.card.sandbox.customer import Customer
from checkout.card.sandbox.sender import WebhookSender
from checkout.card.sandbox.state import State

LOOPBACK = "127.0.0.1"
TEST_SECRET = "whsec_sandbox"  # noqa: S105 - signs the sandbox's own webhooks, protects nothing


class _Quiet(WSGIRequestHandler):
    """Requests are logged, and not printed."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        logging.getLogger(__name__).debug("%s %s", self.requestline, code)


@dataclass(frozen=True)
class Sandbox:
    """A running processor; `customer` pays on its pages as a browser would."""

    base_url: str
    state: State
    sender: WebhookSender
    customer: Customer

    def hook(
        self, url: str | None, secret: str = TEST_SECRET, events_: tuple[str, ...] | None = None
    ) -> None:
        """Send events to `url`; None sends none."""
        new = events.Hook(url, secret, events_ or events.SUBSCRIBED) if url else None
        with self.state.transaction():
            events.set_hook(self.state, new)

    def knobs(
        self, *, dup: int = 0, delay: float = 0.0, drop: bool = False, order: str = "forward"
    ) -> None:
        """Set the webhook's simulated faults; without an argument there are none."""
        with self.state.transaction():
            events.set_knobs(self.state, events.Knobs(dup, delay, drop, order))

    def flush(self, *, dropped: bool = False) -> int:
        """Send what is pending; `dropped` events too if asked. Returns how many were sent."""
        return self.sender.flush(dropped=dropped)


def server(state: State, sender: WebhookSender, port: int) -> BaseWSGIServer:
    """A threaded server bound to this machine only; port 0 uses a free one."""
    app = create_processor(state, sender)
    return make_server(LOOPBACK, port, app, threaded=True, request_handler=_Quiet)


@contextmanager
def running(
    hook_url: str | None = None,
    *,
    secret: str = TEST_SECRET,
    path: str | Path = ":memory:",
    now: Callable[[], float] | None = None,
    backoff: float = 0.02,
) -> Iterator[Sandbox]:
    """A processor in a thread, on a free port, stopped when the block ends."""
    state = State(path, now=now) if now else State(path)
    sender = WebhookSender(state, backoff=backoff)
    httpd = server(state, sender, 0)
    thread = threading.Thread(
        target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox", daemon=True
    )
    base_url = f"http://{LOOPBACK}:{httpd.server_port}"
    sandbox = Sandbox(base_url, state, sender, Customer())
    if hook_url:
        sandbox.hook(hook_url, secret)
    sender.start()
    thread.start()
    try:
        yield sandbox
    finally:
        sender.stop()
        httpd.shutdown()
        thread.join()
        httpd.server_close()
        state.close()
