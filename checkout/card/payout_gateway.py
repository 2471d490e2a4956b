"""What the shop asks of a card processor about its payouts to the bank. Amounts are whole cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FoundPayout:
    """A payout as the processor has it now: `amount` reaches the bank, in cents of `currency`;
    `status` is "pending", "in_transit", "paid", "failed" or "canceled".
    """

    id: str
    amount: int
    currency: str
    status: str
    failure: str
    created_at: datetime
    arrives_at: datetime


@dataclass(frozen=True, slots=True)
class FoundTransaction:
    """A part of a payout: `kind` is the processor's word ("charge", "refund", "adjustment",
    "stripe_fee"…), `source` the id of the charge, refund or dispute, `payment_intent` that of its
    payment. `net` is the amount less the fee.
    """

    id: str
    kind: str
    source: str
    payment_intent: str
    amount: int
    fee: int
    net: int
    currency: str
    made_at: datetime


class PayoutGateway(Protocol):
    """The payouts of a card processor. Every call may raise CardProcessorUnavailable or
    CardProcessorRefused.
    """

    def payouts_since(self, since: datetime) -> Sequence[FoundPayout]:
        """Every payout that was created since that moment, the oldest first."""
        ...

    def transactions_of(self, payout_id: str) -> Sequence[FoundTransaction]:
        """What a payout is made of, without the payout itself, the oldest first."""
        ...
