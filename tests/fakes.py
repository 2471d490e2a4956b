"""Fakes of outside services: small, and as strict as the real ones."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from checkout.card.gateway import (
    BadSignature,
    CardProcessorRefused,
    CardProcessorUnavailable,
    Event,
    EventPage,
    FoundReversal,
    Payment,
    PaymentRequest,
    Refund,
    RefundReason,
    SessionNotOpen,
    Started,
)

_CREATED = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@dataclass
class FakeGateway:
    """A card processor in memory. A test pays with `pay()`; `down` makes it unreachable."""

    down: bool = False
    payments: dict[str, Payment] = field(default_factory=dict)
    started: dict[str, tuple[Started, int]] = field(default_factory=dict)
    #: The status of the refunds to come.
    refund_status: str = "succeeded"
    refunds: dict[str, Refund] = field(default_factory=dict)
    #: Why each payment was refunded, by intent.
    refund_reasons: dict[str, RefundReason] = field(default_factory=dict)
    #: Refunds and disputes made elsewhere than in the shop, by payment intent.
    made_elsewhere: dict[str, list[FoundReversal]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, request: PaymentRequest) -> Started:
        self._reached()
        with self.lock:
            key = f"{request.reference}-{request.attempt}"
            if key not in self.started:
                session_id = f"cs_{len(self.started) + 1}"
                total = sum(line.amount_cents * line.quantity for line in request.lines)
                url = f"https://pay.example/{session_id}"
                started = Started(session_id, url, request.expires_at)
                self.started[key] = started, total
                self.payments[session_id] = Payment(
                    session_id, None, request.reference, "open", 0, "eur", None, None
                )
            return self.started[key][0]

    def fetch(self, session_id: str) -> Payment:
        self._reached()
        if session_id not in self.payments:
            raise CardProcessorRefused("no such session", "resource_missing")
        return self.payments[session_id]

    def expire(self, session_id: str) -> None:
        payment = self.fetch(session_id)
        if payment.status != "open":
            raise SessionNotOpen(payment.status)
        self.payments[session_id] = replace(payment, status="expired")

    def refund(
        self, payment_intent: str, *, amount: int | None = None, reason: RefundReason, key: str
    ) -> Refund:
        self._reached()
        with self.lock:
            self.refund_reasons.setdefault(payment_intent, reason)
            number = f"-{len(self.refunds)}" if self.refunds else ""
            made = Refund(
                f"re_{payment_intent}{number}",
                amount or self._paid(payment_intent),
                self.refund_status,
            )
            return self.refunds.setdefault(key, made)

    def find_refund(self, payment_intent: str, *, key: str) -> Refund | None:
        self._reached()
        return self.refunds.get(key)

    def _paid(self, payment_intent: str) -> int:
        """The amount that was paid of that intent."""
        return next(
            payment.amount_received
            for payment in self.payments.values()
            if payment.payment_intent == payment_intent
        )

    def reversals(self, payment_intent: str) -> Sequence[FoundReversal]:
        self._reached()
        own = f"re_{payment_intent}"
        ours = [
            FoundReversal(made.id, "refund", made.amount, made.status, "", _CREATED, key=key)
            for key, made in self.refunds.items()
            if made.id == own or made.id.startswith(f"{own}-")
        ]
        return [*ours, *self.made_elsewhere.get(payment_intent, ())]

    def events_since(
        self, since: datetime, types: Sequence[str], *, after: str = "", pages: int = 1
    ) -> EventPage:
        self._reached()
        return EventPage([event for event in self.events if event.type in types][::-1])

    def decide_refund(self, session_id: str, status: str) -> None:
        """The bank has decided on the refund of that page's payment."""
        key = f"refund-pi_{session_id}"
        self.refunds[key] = replace(self.refunds[key], status=status)

    def event(self, raw_body: bytes, signature: str) -> Event:
        if signature != "good":
            raise BadSignature("not signed")
        event_id, subject = raw_body.decode().split()
        if subject.startswith("pi_"):
            return Event(event_id, "refund.failed", None, subject, None)
        return Event(event_id, "checkout.session.completed", subject, None, None)

    def pay(self, session_id: str, *, amount: int | None = None, currency: str = "eur") -> None:
        """The customer pays that page, or another amount on it."""
        asked = {started.session_id: total for started, total in self.started.values()}
        self.payments[session_id] = replace(
            self.payments[session_id],
            status="succeeded",
            payment_intent=f"pi_{session_id}",
            amount_received=asked[session_id] if amount is None else amount,
            currency=currency,
            card_last4="4242",
        )

    def _reached(self) -> None:
        if self.down:
            raise CardProcessorUnavailable("nobody answers")
