"""Stripe as the card processor: Checkout Sessions on the hosted page.

With stripe_payouts.py, the only file of the shop that knows the stripe library. With `api_base` the
same client speaks to the sandbox processor; nothing else differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import stripe

from checkout.card.gateway import (
    BadSignature,
    CardProcessorRefused,
    CardProcessorUnavailable,
    Event,
    EventPage,
    FoundReversal,
    Payment,
    PaymentRequest,
    PaymentStatus,
    Refund,
    RefundReason,
    SessionNotOpen,
    Started,
)

if TYPE_CHECKING:
    from stripe.params import EventListParams, RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

CURRENCY = "eur"
LISTED = 100  # events of a page: the most that can be asked for
REFUND_KEY = "key"  # of a refund's metadata: an idempotency key cannot be asked for
REFERENCE = "checkout"  # the metadata's name for our reference, on the session and on the intent
TIMEOUT_SECONDS = 10
RETRIES = 2


class StripeGateway:
    """A PaymentGateway. `api_base` None is Stripe itself."""

    def __init__(self, secret_key: str, webhook_secret: str, api_base: str | None = None) -> None:
        if secret_key.startswith(("sk_live_", "rk_live_")) and api_base is not None:
            raise ValueError("A live key is for Stripe itself, never for another address.")
        self._webhook_secret = webhook_secret
        self._http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
        self.client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else {},
            http_client=self._http,
            max_network_retries=RETRIES,
        )

    def close(self) -> None:
        """Let go of the connections of this thread."""
        self._http.close()

    def start(self, request: PaymentRequest) -> Started:
        """Open the hosted page, once per reference and attempt."""
        key = f"cs-{request.reference}-{request.attempt}"
        with answering():
            session = self.client.v1.checkout.sessions.create(
                _session_params(request), {"idempotency_key": key}
            )
        if not session.url:
            raise SessionNotOpen(f"session {session.id} is {session.status}")
        return Started(session.id, session.url, datetime.fromtimestamp(session.expires_at, UTC))

    def fetch(self, session_id: str) -> Payment:
        """Read the session with its intent and its last charge, in one request."""
        with answering():
            session = self.client.v1.checkout.sessions.retrieve(
                session_id, {"expand": ["payment_intent.latest_charge"]}
            )
        intent = session.payment_intent
        if isinstance(intent, str):
            raise CardProcessorRefused(f"session {session_id} came back without its payment")
        error = intent.last_payment_error if intent else None
        return Payment(
            session_id=session.id,
            payment_intent=intent.id if intent else None,
            reference=session.client_reference_id,
            status=status_of(session, intent),
            amount_received=(intent.amount_received if intent else 0) or 0,
            currency=(intent.currency if intent else session.currency) or CURRENCY,
            card_last4=_last4(intent),
            failure=error.message if error else None,
            is_reversed=_is_reversed(intent),
        )

    def expire(self, session_id: str) -> None:
        """Close the page; a session that was paid or closed meanwhile raises SessionNotOpen."""
        with answering():
            try:
                self.client.v1.checkout.sessions.expire(session_id)
            except stripe.InvalidRequestError as error:
                if error.http_status == 400:
                    raise SessionNotOpen(str(error.user_message or error)) from error
                raise

    def refund(
        self, payment_intent: str, *, amount: int | None = None, reason: RefundReason, key: str
    ) -> Refund:
        """Pay back, once per `key`."""
        params: RefundCreateParams = {
            "payment_intent": payment_intent,
            "reason": reason,
            "metadata": {REFUND_KEY: key},
        }
        if amount is not None:
            params["amount"] = amount
        with answering():
            made = self.client.v1.refunds.create(params, {"idempotency_key": key})
        return _refund(made)

    def find_refund(self, payment_intent: str, *, key: str) -> Refund | None:
        """Among the refunds of a payment, the one of ours; others were made by hand."""
        with answering():
            known = self.client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
        for made in known.data:
            if made.metadata and REFUND_KEY in made.metadata and made.metadata[REFUND_KEY] == key:
                return _refund(made)
        return None

    def reversals(self, payment_intent: str) -> Sequence[FoundReversal]:
        """Two lists: Stripe's refunds and disputes of the payment."""
        with answering():
            refunds = self.client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
            disputes = self.client.v1.disputes.list(
                {"payment_intent": payment_intent, "limit": 100}
            )
            found = [
                *map(_refund_found, refunds.auto_paging_iter()),
                *map(_dispute_found, disputes.auto_paging_iter()),
            ]
        return sorted(found, key=lambda one: (one.made_at, one.id))

    def events_since(
        self, since: datetime, types: Sequence[str], *, after: str = "", pages: int = 1
    ) -> EventPage:
        """Stripe lists events for 30 days, the newest first, whether the webhook heard them."""
        found: list[Event] = []
        more = True
        while more and pages:
            asked: EventListParams = {
                "created": {"gte": int(since.timestamp())},
                "types": list(types),
                "limit": LISTED,
            }
            if after:
                asked["starting_after"] = after
            with answering():
                listed = self.client.v1.events.list(asked)
            found += [event_of(one.to_dict()) for one in listed.data]
            more, after, pages = listed.has_more, found[-1].id if found else "", pages - 1
        return EventPage(found, more)

    def event(self, raw_body: bytes, signature: str) -> Event:
        """Check the signature over the raw bytes (at most 300 s old), then read."""
        try:
            text = raw_body.decode()
            stripe.WebhookSignature.verify_header(text, signature, self._webhook_secret, 300)
            said = json.loads(text)
            return event_of(said)
        except stripe.SignatureVerificationError as error:
            raise BadSignature(str(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignature("the body is not an event") from error


def _session_params(request: PaymentRequest) -> SessionCreateParams:
    """The session to open; metadata goes on both objects, Stripe does not copy it."""
    return {
        "mode": "payment",
        # Whatever the account's dashboard offers besides: a bank debit may be refused days later.
        "allowed_payment_method_types": ["card"],
        "client_reference_id": request.reference,
        "customer_email": request.email,
        "locale": "fr" if request.language.startswith("fr") else "en",
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "line_items": [
            {
                "quantity": line.quantity,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": line.amount_cents,
                    "product_data": {"name": line.name},
                },
            }
            for line in request.lines
        ],
        "metadata": {REFERENCE: request.reference},
        "payment_intent_data": {
            "metadata": {REFERENCE: request.reference},
            "description": request.reference,
        },
    }


def _refund(made: stripe.Refund) -> Refund:
    return Refund(made.id, made.amount, made.status or "pending")


def _refund_found(made: stripe.Refund) -> FoundReversal:
    metadata = made.metadata
    return FoundReversal(
        made.id,
        "refund",
        made.amount,
        made.status or "pending",
        made.reason or "",
        datetime.fromtimestamp(made.created, UTC),
        key=metadata[REFUND_KEY] if metadata and REFUND_KEY in metadata else "",
    )


def _dispute_found(made: stripe.Dispute) -> FoundReversal:
    due_by = made.evidence_details.due_by
    return FoundReversal(
        made.id,
        "dispute",
        made.amount,
        made.status,
        made.reason,
        datetime.fromtimestamp(made.created, UTC),
        due_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )


def _is_reversed(intent: stripe.PaymentIntent | None) -> bool:
    charge = intent.latest_charge if intent else None
    if charge is None or isinstance(charge, str):
        return False
    return bool(charge.amount_refunded or charge.disputed)


def status_of(
    session: stripe.checkout.Session, intent: stripe.PaymentIntent | None
) -> PaymentStatus:
    """One word for Stripe's three: the intent's when it has one to say, then the session's."""
    if intent and intent.status == "succeeded":
        return "succeeded"
    to_be_paid = intent is not None and intent.status == "requires_payment_method"
    if session.status == "complete" and to_be_paid:
        return "expired"  # a delayed payment was refused: this page takes no other
    if session.status == "expired" or (intent and intent.status == "canceled"):
        return "expired"
    if session.status == "complete" or (intent and intent.status == "processing"):
        return "processing"
    if intent and to_be_paid and intent.last_payment_error:
        return "failed"
    return "open"


def _last4(intent: stripe.PaymentIntent | None) -> str | None:
    charge = intent.latest_charge if intent else None
    if charge is None or isinstance(charge, str) or charge.payment_method_details is None:
        return None
    card = charge.payment_method_details.card
    return card.last4 if card else None


def event_of(said: dict[str, Any]) -> Event:
    """Where an event points, whatever it carries: session, intent, charge, refund or dispute."""
    subject = said["data"]["object"]
    kind = subject["object"]
    intent = subject["id"] if kind == "payment_intent" else subject.get("payment_intent")
    metadata = subject.get("metadata") or {}
    return Event(
        id=said["id"],
        type=said["type"],
        session_id=subject["id"] if kind == "checkout.session" else None,
        payment_intent=intent["id"] if isinstance(intent, dict) else intent,
        reference=subject.get("client_reference_id") or metadata.get(REFERENCE),
        at=datetime.fromtimestamp(said["created"], UTC) if "created" in said else None,
    )


@contextmanager
def answering() -> Iterator[None]:
    """Translate Stripe's errors: processor unavailable, or request refused."""
    try:
        yield
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as error:
        raise CardProcessorRefused(str(error.user_message or error), error.code) from error
    except stripe.StripeError as error:
        raise CardProcessorUnavailable(str(error.user_message or error)) from error
