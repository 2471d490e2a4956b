"""Open payments: the worker asks the processor about them every minute.

It handles a tab closed after the payment, a webhook that was not received, a refund that could not
be sent.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from checkout.card.gateway import (
    CardProcessorError,
    CardProcessorRefused,
    CardProcessorUnavailable,
    PaymentGateway,
)
from checkout.card.listening import catch_up
from checkout.card.models import CardPayment
from checkout.card.outcomes import expire
from checkout.card.procedure import AWAITED, OWED_BACK
from checkout.card.refunds import send_back
from checkout.card.settlement import settle
from shop.storage.db import Database, locking

log = logging.getLogger("comptoir.card")

#: The customer's own return is usually earlier.
OLD_ENOUGH = timedelta(minutes=2)
MOST_AT_ONCE = 50


@dataclass(slots=True)
class Reconciled:
    """How many payments were checked, how many refunds are complete, and how many payments had a
    refund or a dispute that the webhook did not report. `out_of_reach`: the processor did not
    answer, which ended the round.
    """

    settled: int = 0
    closed: int = 0
    paid_back: int = 0
    reversed: int = 0
    out_of_reach: bool = False

    @property
    def total(self) -> int:
        """How many payments were dealt with."""
        return self.settled + self.closed + self.paid_back + self.reversed


def never() -> bool:
    return False


def reconcile(
    database: Database,
    gateway: PaymentGateway,
    *,
    at: datetime,
    stopping: Callable[[], bool] = never,
) -> Reconciled:
    """Settle open payments older than two minutes, close those that were never opened, pay back
    what is owed, look at refunds and disputes that were not heard. Running it twice changes
    nothing; a problem with one payment does not delay the others, but when the processor cannot be
    reached the round ends.
    """
    done = Reconciled()
    try:
        _settle_open(database, gateway, done, at=at, stopping=stopping)
        _pay_back_owed(database, gateway, done, at=at, stopping=stopping)
        if not stopping():
            done.reversed = catch_up(database, gateway, at=at)
    except CardProcessorUnavailable:
        log.warning("the processor is out of reach: the other payments wait", exc_info=True)
        done.out_of_reach = True
    return done


def _settle_open(
    database: Database,
    gateway: PaymentGateway,
    done: Reconciled,
    *,
    at: datetime,
    stopping: Callable[[], bool],
) -> None:
    opened = _next(
        database, CardPayment.state.in_(AWAITED), CardPayment.created_at < at - OLD_ENOUGH, at=at
    )
    for payment in opened:
        if stopping():
            return
        payment_id, session_id, over = payment.id, payment.session_id, payment.expires_at < at
        if session_id is None:
            done.closed += over and _closed(database, payment_id)
            continue
        try:
            settle(database, gateway, session_id, at=at)
            done.settled += 1
        except CardProcessorUnavailable:
            raise
        except CardProcessorRefused:
            # The processor does not have this session. Once the page has closed, nobody can pay it
            # any more.
            log.warning("session %s is unknown to the processor", session_id)
            done.closed += over and _closed(database, payment_id)
        except CardProcessorError:
            log.exception("session %s could not be settled yet", session_id)


def _pay_back_owed(
    database: Database,
    gateway: PaymentGateway,
    done: Reconciled,
    *,
    at: datetime,
    stopping: Callable[[], bool],
) -> None:
    for payment in _next(database, CardPayment.state.in_(OWED_BACK), at=at):
        if stopping():
            return
        try:
            done.paid_back += send_back(database, gateway, payment.id, at=at)
        except CardProcessorUnavailable:
            raise
        except CardProcessorError:
            log.exception("payment %s is still to be paid back", payment.id)


def _next(
    database: Database, *conditions: ColumnElement[bool], at: datetime
) -> Sequence[CardPayment]:
    """The payments that were not looked at for the longest time: those that stay undecided for days
    do not keep the others waiting.
    """
    with database.transaction() as session:
        rows = session.scalars(
            select(CardPayment)
            .where(*conditions)
            .order_by(func.coalesce(CardPayment.looked_at, CardPayment.created_at), CardPayment.id)
            .limit(MOST_AT_ONCE)
        ).all()
        if rows:
            session.execute(
                update(CardPayment)
                .where(CardPayment.id.in_([row.id for row in rows]))
                .values(looked_at=at)
                .execution_options(synchronize_session=False)
            )
    return rows


def _closed(database: Database, payment_id: int) -> int:
    """Expire a payment that cannot be made any more."""
    with database.transaction() as session:
        payment = session.scalars(
            locking(session, select(CardPayment).where(CardPayment.id == payment_id))
        ).one()
        expire(payment)
    return 1
