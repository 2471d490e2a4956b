"""Payouts of the card processor: asked by the worker, stored once, followed until they arrive."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkout.card.payout_gateway import FoundPayout, FoundTransaction, PayoutGateway
from checkout.payouts.fees import payout_subject, report_fees
from checkout.payouts.models import CardPayout, PayoutTransaction
from checkout.payouts.procedure import PROCEDURE, report_of
from checkout.payouts.rules import is_whole
from shop.core.actors import THE_PROCESSOR
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.storage.db import Database, locking
from shop.storage.transitions import advance, begin

#: The first question goes back so far; later ones ask again about payouts that may still fail.
AT_FIRST, AGAIN = timedelta(days=90), timedelta(days=30)


def fetch_payouts(
    database: Database, gateway: PayoutGateway, *, at: datetime, stopping: Callable[[], bool]
) -> int:
    """Ask for new payouts, and for what became of recent ones; how many are new. Asking again
    changes nothing. Raises CardProcessorError.
    """
    with database.reading_session() as session:
        newest = session.scalar(select(func.max(CardPayout.created_at)))
        whole = set(session.scalars(select(CardPayout.id).where(CardPayout.is_whole)))
    new = 0
    for found in gateway.payouts_since(newest - AGAIN if newest else at - AT_FIRST):
        if stopping():
            break
        parts = () if found.id in whole else gateway.transactions_of(found.id)
        with database.transaction() as session:
            new += store_payout(session, found, parts, at=at)
    return new


def store_payout(
    session: Session, found: FoundPayout, parts: Sequence[FoundTransaction], *, at: datetime
) -> bool:
    """Store a payout as the processor has it now, with its parts; whether it is new."""
    statement = select(CardPayout).where(CardPayout.id == found.id)
    row = session.scalars(locking(session, statement)).one_or_none()
    new = row is None
    if row is None:
        row = _begin(session, found, at=at)
    if parts:
        before = row.kept_fees
        _add_parts(session, row, parts)
        report_fees(session, row, before, at=at)
    row.arrives_on, row.failure = paris_day(found.arrives_at), found.failure[:500]
    transition = report_of(row.state, found.status)
    if transition is not None:
        advance(session, payout_subject(row), transition, by=THE_PROCESSOR, at=at, **_facts(row))
    session.flush()
    return new


def _begin(session: Session, found: FoundPayout, *, at: datetime) -> CardPayout:
    transition = PROCEDURE.ensure("send_payout", None, THE_PROCESSOR)
    row = CardPayout(
        id=found.id,
        state=PROCEDURE.first("send_payout"),
        amount=Money(found.amount),
        currency=found.currency.upper(),
        gross=Money(),
        fees=Money(),
        is_whole=False,
        created_at=found.created_at,
        arrives_on=paris_day(found.arrives_at),
    )
    session.add(row)
    session.flush()
    begin(session, payout_subject(row), transition, by=THE_PROCESSOR, at=at, **_facts(row))
    return row


def _add_parts(session: Session, row: CardPayout, parts: Sequence[FoundTransaction]) -> None:
    """Add the parts that are not stored, and sum all."""
    mine = select(PayoutTransaction).where(PayoutTransaction.payout_id == row.id)
    known = {one.id for one in session.scalars(mine)}
    session.add_all(
        PayoutTransaction(
            id=one.id,
            payout_id=row.id,
            kind=one.kind,
            source=one.source,
            payment_intent=one.payment_intent,
            amount=Money(one.amount),
            fee=Money(one.fee),
            net=Money(one.net),
            made_at=one.made_at,
        )
        for one in parts
        if one.id not in known
    )
    row.gross = total([Money(one.amount) for one in parts])
    row.fees = total([Money(one.fee) for one in parts])
    row.is_whole = is_whole(row.amount, [Money(one.net) for one in parts])


def _facts(row: CardPayout) -> dict[str, Any]:
    return {
        "amount": row.amount.cents,
        "currency": row.currency,
        "fees": row.kept_fees.cents,
        "arrives_on": row.arrives_on.isoformat(),
        "reason": row.failure,
    }
