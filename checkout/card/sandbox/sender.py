"""Webhook delivery: sends events to the shop, signed, repeatedly until it answers 2xx."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import threading
from urllib.parse import urlsplit

from checkout.card.sandbox import events, sessions
from checkout.card.sandbox.state import State
from shop.ops import clock

_log = logging.getLogger(__name__)
TRIES = 7  # the first one and six retries: Stripe retries for days, a demonstration need not
TIMEOUT_SECONDS = 10.0
_ON_THE_WAY = "SELECT id FROM deliveries WHERE outcome IN ('pending', 'sending')"


def signature(body: str, secret: str, at: int) -> str:
    """The Stripe-Signature header: HMAC-SHA256 of "time.body", scheme v1."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class WebhookSender:
    """A thread that sends events that are due. `backoff` is the first delay in seconds, then
    doubled.
    """

    def __init__(self, state: State, *, backoff: float = 0.5) -> None:
        self._state = state
        self._backoff = backoff
        self._stopping = False
        self._carrying = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Start; deliveries that an earlier process left unfinished are due again."""
        with self._state.transaction():
            self._state.write("UPDATE deliveries SET outcome='pending' WHERE outcome='sending'")
        self._thread.start()

    def stop(self) -> None:
        with self._state.changed:
            self._stopping = True
            self._state.changed.notify_all()
        self._thread.join()

    def flush(self, *, dropped: bool = False) -> int:
        """Send all pending events now, once, whenever they are due; returns how many.

        `dropped` also sends the events that the setting `drop` held back: a webhook that is
        received much later.
        """
        with self._carrying:
            with self._state.transaction():
                if dropped:
                    self._state.write(
                        "UPDATE deliveries SET outcome='pending' WHERE outcome='dropped'"
                    )
                wanted = {ident for (ident,) in self._state.rows(_ON_THE_WAY)}
            left = set(wanted)
            while (job := self._claim(before=float("inf"), among=left)) is not None:
                left.discard(job[0])
                self._deliver(*job)
        return len(wanted)

    def pending(self) -> int:
        """How many deliveries are pending."""
        return len(self._state.rows(_ON_THE_WAY))

    def _run(self) -> None:
        while not self._stopping:
            if self._send_one():
                continue
            sessions.expire_due(self._state)
            with self._state.changed:
                if not self._stopping:
                    self._state.changed.wait(self._pause())

    def _send_one(self) -> bool:
        """Send the delivery that is due first; False when there is none. A lock keeps the order."""
        with self._carrying:
            job = self._claim(before=clock.machine_seconds())
            if job is not None:
                self._deliver(*job)
        return job is not None

    def _pause(self) -> float:
        """Seconds until the next delivery is due, one at most: sessions expire meanwhile."""
        rows = self._state.rows("SELECT min(due) FROM deliveries WHERE outcome='pending'")
        due = rows[0][0]
        return 1.0 if due is None else min(1.0, max(0.005, due - clock.machine_seconds()))

    def _claim(
        self, *, before: float, among: set[int] | None = None
    ) -> tuple[int, str, str, int] | None:
        """Claim the next delivery that is due: the oldest event, or the newest if so configured."""
        with self._state.transaction():
            due = self._state.rows(
                "SELECT id, event, url, tries FROM deliveries WHERE outcome='pending' AND due<=?"
                " ORDER BY CASE WHEN ? THEN -id ELSE id END",
                before,
                events.knobs(self._state).order == "reverse",
            )
            for ident, event, url, tries in due:
                if among is None or ident in among:
                    self._state.write("UPDATE deliveries SET outcome='sending' WHERE id=?", ident)
                    return ident, event, url, tries
        return None

    def _deliver(self, ident: int, event: str, url: str, tries: int) -> None:
        status = self._post(event, url)
        tries += 1
        done = 200 <= status < 300
        outcome = "done" if done else "given_up" if tries >= TRIES else "pending"
        if not done:
            _log.warning("event %s: %s answered %s, try %s", event, url, status or "nothing", tries)
        with self._state.transaction():
            self._state.write(
                "UPDATE deliveries SET outcome=?, tries=?, due=? WHERE id=?",
                outcome,
                tries,
                clock.machine_seconds() + self._backoff * 2 ** (tries - 1),
                ident,
            )

    def _post(self, event: str, url: str) -> int:
        """Send one event; returns the answer's status, 0 when there was none."""
        subject, to = self._state.find("event", event), events.hook(self._state)
        if subject is None or to is None:
            return 0
        body = json.dumps(subject, indent=2)
        parts = urlsplit(url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                "POST",
                parts.path + (f"?{parts.query}" if parts.query else ""),
                body.encode(),
                {
                    "Content-Type": "application/json; charset=utf-8",
                    "Stripe-Signature": signature(body, to.secret, int(clock.machine_seconds())),
                    "User-Agent": "Comptoir sandbox card processor",
                },
            )
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
