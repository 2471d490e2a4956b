"""Helpers of the card tests: a payment to make, and a webhook that only records."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from uuid import uuid4

from checkout.card.gateway import PaymentGateway, PaymentLine, PaymentRequest, Started
from shop.ops import clock
from tests.waiting import until

KEY = "sk_test_sandbox"
SECRET = "whsec_sandbox"
LINES = (PaymentLine("Projecteur à découpe", 12_050, 2), PaymentLine("Livraison", 990))
TOTAL = 25_090
DECLINED = "4000000000000002"
SECURED = "4000002760003184"
_references = count(1)


def new_reference() -> str:
    return f"test-{uuid4().hex}-{next(_references)}"


def start(
    gateway: PaymentGateway,
    *,
    reference: str = "",
    attempt: int = 1,
    lines: tuple[PaymentLine, ...] = LINES,
    language: str = "fr",
    expires_at: datetime | None = None,
) -> Started:
    """Open a payment page as the shop does."""
    request = PaymentRequest(
        reference=reference or new_reference(),
        attempt=attempt,
        lines=lines,
        email="acheteur@ville.example",
        language=language,
        success_url="http://127.0.0.1:9/card/return?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="http://127.0.0.1:9/checkout/payment",
        expires_at=expires_at or clock.now() + timedelta(minutes=45),
    )
    return gateway.start(request)


@dataclass
class Listener:
    """A webhook that stores what it receives and answers `answers` in turn, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[bytes, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes, signature: str) -> int:
        with self._lock:
            self.heard.append((body, signature))
            return self.answers.pop(0) if self.answers else 200

    def first(self, number: int) -> list[tuple[bytes, str]]:
        """What was received once at least `number` posts came."""
        until(lambda: len(self.heard) >= number, f"the webhook's {number} posts")
        return list(self.heard)


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = listener.take(body, self.headers["Stripe-Signature"])
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    listener.url = f"http://127.0.0.1:{server.server_port}/card/webhook"
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
