"""What the shop asks of a card processor.

Amounts are whole cents. A payment is settled by the answer of `fetch`, never by an event or a
browser: an event only says which payment to fetch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

PaymentStatus = Literal["open", "processing", "succeeded", "failed", "expired"]
ReversalKind = Literal["refund", "dispute"]
RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class CardProcessorError(Exception):
    """Something went wrong between the shop and the card processor."""


class CardProcessorUnavailable(CardProcessorError):
    """It cannot be reached, is overloaded or does not know us: try again later."""

    #: The job log tells it from a fault of the shop.
    is_outage = True


class CardProcessorRefused(CardProcessorError):
    """It understood and said no; `code` is its own, such as "charge_already_refunded"."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class SessionNotOpen(CardProcessorError):
    """The payment page is no longer open: it may have been paid. Fetch and settle."""


class BadSignature(CardProcessorError):
    """A webhook that the processor did not sign, or signed too long ago."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One line of the payment page: `amount_cents` is the price of one, VAT included, 0 or more.

    A page holds 100 lines at most, in one currency, for 0.50 € at least in all.
    """

    name: str
    amount_cents: int
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What a payment page is opened for.

    `expires_at` is more than 30 minutes and less than 24 hours ahead; {CHECKOUT_SESSION_ID} in
    `success_url` is replaced by the session's id.
    """

    reference: str
    attempt: int
    lines: Sequence[PaymentLine]
    email: str
    language: str
    success_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Started:
    """A payment page is open at `url` until `expires_at` (aware, UTC)."""

    session_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as the processor has it now.

    `open`: the page awaits the customer (its 3-D Secure question too). `failed`: the last attempt
    failed and `failure` says why; the page is still open for another. `processing`: not decided
    yet. `amount_received` is in cents, 0 until it succeeded. `is_reversed`: it has a refund or a
    dispute.
    """

    session_id: str
    payment_intent: str | None
    reference: str | None
    status: PaymentStatus
    amount_received: int
    currency: str
    card_last4: str | None
    failure: str | None
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class FoundReversal:
    """A refund or a dispute of a payment, as the processor has it now; `amount` is in cents.

    `key` is that of a refund which the shop requested, empty for what was made elsewhere. A dispute
    is answered before `due_by`.
    """

    id: str
    kind: ReversalKind
    amount: int
    status: str
    reason: str
    made_at: datetime
    key: str = ""
    due_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back, in cents.

    `status` as the processor names it: "succeeded", "failed" or "canceled"; until it has decided,
    "pending" or "requires_action".
    """

    id: str
    amount: int
    status: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a payment: which one to fetch, not what to believe."""

    id: str
    type: str
    session_id: str | None
    payment_intent: str | None
    reference: str | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, the newest first; `more`: older ones follow."""

    events: Sequence[Event]
    more: bool = False


class PaymentGateway(Protocol):
    """A card processor. Every call may raise CardProcessorUnavailable or CardProcessorRefused."""

    def start(self, request: PaymentRequest) -> Started:
        """Open a payment page.

        The same reference and attempt answer the same page again; what changed in between needs
        the next attempt.
        """
        ...

    def fetch(self, session_id: str) -> Payment:
        """The payment of a session, as it stands now."""
        ...

    def expire(self, session_id: str) -> None:
        """Close the page: nobody can pay it any more. Raises SessionNotOpen if it was over."""
        ...

    def refund(
        self, payment_intent: str, *, amount: int | None = None, reason: RefundReason, key: str
    ) -> Refund:
        """Pay back `amount` cents, or all that is left. The same `key` never pays back twice."""
        ...

    def find_refund(self, payment_intent: str, *, key: str) -> Refund | None:
        """The refund that was made under `key`, as it stands now; None if there is none."""
        ...

    def reversals(self, payment_intent: str) -> Sequence[FoundReversal]:
        """Every refund and dispute of a payment, as it stands now, the oldest first."""
        ...

    def events_since(
        self, since: datetime, types: Sequence[str], *, after: str = "", pages: int = 1
    ) -> EventPage:
        """The events of these types (20 at most) since that moment, at most 30 days ago: so many
        pages from the newest one, or from the one that is listed `after` that event.
        """
        ...

    def event(self, raw_body: bytes, signature: str) -> Event:
        """Read a webhook's raw body. Raises BadSignature unless the processor signed it."""
        ...
