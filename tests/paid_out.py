"""Payouts of the card processor as a test stores them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from checkout.card.payout_gateway import FoundPayout, FoundTransaction
from checkout.payouts.models import CardPayout
from checkout.payouts.payouts import store_payout
from tests.factories import AT


def part(
    amount: int, *, fee: int = 0, kind: str = "charge", intent: str = "", source: str = ""
) -> FoundTransaction:
    """A part of a payout."""
    key = f"txn_{kind}_{intent or source or amount}"
    origin = source or f"ch_{intent}"
    return FoundTransaction(key, kind, origin, intent, amount, fee, amount - fee, "eur", AT)


def make_payout(
    session: Session,
    amount: int,
    parts: Sequence[FoundTransaction] = (),
    *,
    key: str = "po_1",
    status: str = "paid",
    currency: str = "eur",
    at: datetime = AT,
) -> CardPayout:
    """A payout of so many cents, that arrives on that day."""
    found = FoundPayout(key, amount, currency, status, "", at, at)
    store_payout(session, found, parts, at=at)
    return session.get_one(CardPayout, key)
