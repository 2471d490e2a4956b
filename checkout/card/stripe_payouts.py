"""Stripe's payouts to the bank, and what each is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from checkout.card.payout_gateway import FoundPayout, FoundTransaction
from checkout.card.stripe_gateway import LISTED, StripeGateway, answering

if TYPE_CHECKING:
    import stripe

#: A payout is listed with itself.
_ITSELF = "payout"


class StripePayouts:
    """A PayoutGateway, with the client of the gateway of payments."""

    def __init__(self, gateway: StripeGateway) -> None:
        self._client = gateway.client

    def payouts_since(self, since: datetime) -> Sequence[FoundPayout]:
        """Every payout that was created since that moment, the oldest first."""
        with answering():
            listed = self._client.v1.payouts.list(
                {"created": {"gte": int(since.timestamp())}, "limit": LISTED}
            )
            return [_payout(one) for one in listed.auto_paging_iter()][::-1]

    def transactions_of(self, payout_id: str) -> Sequence[FoundTransaction]:
        """What a payout is made of, the oldest first; sources are expanded for their payment."""
        with answering():
            listed = self._client.v1.balance_transactions.list(
                {"payout": payout_id, "limit": LISTED, "expand": ["data.source"]}
            )
            found = [one for one in listed.auto_paging_iter() if one.type != _ITSELF]
        return [_transaction(one) for one in found][::-1]


def _payout(made: stripe.Payout) -> FoundPayout:
    return FoundPayout(
        id=made.id,
        amount=made.amount,
        currency=made.currency,
        status=made.status,
        failure=made.failure_message or made.failure_code or "",
        created_at=datetime.fromtimestamp(made.created, UTC),
        arrives_at=datetime.fromtimestamp(made.arrival_date, UTC),
    )


def _transaction(made: stripe.BalanceTransaction) -> FoundTransaction:
    source = cast(Any, made.source)
    named: dict[str, Any] = {"id": source or ""}
    if source is not None and not isinstance(source, str):
        named = source.to_dict()
    intent = named.get("payment_intent")
    return FoundTransaction(
        id=made.id,
        kind=made.type,
        source=named["id"],
        payment_intent=str(intent["id"] if isinstance(intent, dict) else intent or ""),
        amount=made.amount,
        fee=made.fee,
        net=made.net,
        currency=made.currency,
        made_at=datetime.fromtimestamp(made.created, UTC),
    )
