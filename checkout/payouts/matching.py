"""A line of a bank statement is a payout of the card processor: it is no payment of a client."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.payouts.models import CardPayout
from checkout.payouts.procedure import FAILED
from checkout.payouts.rules import EARLY, EURO, LATE, PayoutSeen, PayoutUnlike, ensure_like, may_be
from checkout.statements.models import StatementMovement
from checkout.statements.movements import leave_out_movement
from checkout.statements.procedure import LEFT_OUT, OPEN, is_left_out
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.storage.db import locking
from shop.storage.journal import record


def proposed_payouts(session: Session, movement: StatementMovement) -> Sequence[CardPayout]:
    """The payouts that an open movement may be, the nearest day first: of its amount, and without a
    line of a statement.
    """
    if movement.currency != EURO:
        return ()
    rows = session.scalars(
        select(CardPayout).where(
            CardPayout.amount == movement.amount,
            CardPayout.currency == movement.currency,
            CardPayout.state.not_in(FAILED),
            CardPayout.arrives_on.between(movement.booked_on - LATE, movement.booked_on + EARLY),
            ~was_seen(),
        )
    )
    found = [row for row in rows if may_be(movement.booked_on, row.arrives_on)]
    return sorted(found, key=lambda row: (abs((row.arrives_on - movement.booked_on).days), row.id))


def match_payout(
    session: Session, payout_id: str, movement_id: int, *, by: Actor, at: datetime
) -> CardPayout:
    """Say that a movement is that payout: it is left out of the payments of clients, for this
    reason. Raises NotAllowed, NotFound, Changed, PayoutSeen, PayoutUnlike.
    """
    if not by.is_staff:
        raise NotFound
    statement = select(CardPayout).where(CardPayout.id == payout_id)
    row = session.scalars(locking(session, statement)).one_or_none()
    if row is None:
        raise NotFound
    if is_seen(session, row):
        raise PayoutSeen
    movement = session.get(StatementMovement, movement_id)
    if movement is None:
        raise PayoutUnlike
    ensure_like(movement.amount, movement.currency, row.amount, row.currency)
    leave_out_movement(session, movement_id, f"Stripe {row.id}", by=by, at=at)
    row.movement_id, row.matched_by = movement.id, by.name
    record(
        session,
        f"card_payout:{row.id}"[:64],
        "match_payout",
        by=by,
        at=at,
        amount=row.amount.cents,
        movement=movement.id,
    )
    return row


def is_seen(session: Session, row: CardPayout) -> bool:
    """Whether the bank's line of a payout was found; one that was taken up again is open."""
    if row.movement_id is None:
        return False
    movement = session.get_one(StatementMovement, row.movement_id)
    return is_left_out(movement.state)


def open_movements(session: Session, row: CardPayout) -> Sequence[StatementMovement]:
    """The open movements that may be a payout."""
    rows = session.scalars(
        select(StatementMovement)
        .where(
            StatementMovement.amount == row.amount,
            StatementMovement.currency == row.currency,
            StatementMovement.state.in_(OPEN),
            StatementMovement.booked_on.between(row.arrives_on - EARLY, row.arrives_on + LATE),
        )
        .order_by(StatementMovement.booked_on, StatementMovement.id)
    )
    return rows.all()


def was_seen() -> ColumnElement[bool]:
    """`is_seen()` of a payout, in a statement."""
    seen = select(StatementMovement.id).where(
        StatementMovement.id == CardPayout.movement_id, StatementMovement.state.in_(LEFT_OUT)
    )
    return seen.exists()
