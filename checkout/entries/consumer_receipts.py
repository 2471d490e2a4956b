"""The payments of consumers by day and rate, what was refunded taken off: beside their sales, for
the accountant. The e-reporting asks it for services and for VAT on receipts (CGI 290 A); a shop of
goods, whose VAT is due on the invoice, reconciles its takings with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from checkout.entries.entries import BATCH, day_of
from checkout.entries.money import (
    correction_rows,
    moved_rows,
    payment_rows,
    refund_rows,
    reversal_rows,
    withdrawal_rows,
)
from checkout.entries.rules import parts_by_rate
from checkout.invoices.rules import CONSUMER, ensure_period
from shop.core.money import Money
from shop.dossiers.models import Paper

_RECEIVED = (payment_rows, moved_rows, correction_rows)
_GIVEN_BACK = (refund_rows, withdrawal_rows, reversal_rows)


@dataclass(frozen=True, slots=True)
class DayReceipt:
    """What consumers paid on a day at one rate, in basis points, VAT included."""

    day: date
    rate: int
    amount: Money


def consumer_receipts(session: Session, since: date, until: date) -> list[DayReceipt]:
    """The sums of the days, both included, the oldest first. Raises PeriodTurned."""
    ensure_period(since, until)
    sums: dict[tuple[date, int], Money] = {}
    for day, amount, totals in _received(session, since, until):
        for rate, part in parts_by_rate(amount, totals).items():
            sums[day, rate] = sums.get((day, rate), Money()) + part
    return [DayReceipt(*key, amount) for key, amount in sorted(sums.items())]


def _received(session: Session, since: date, until: date) -> Iterator[tuple[date, Money, Any]]:
    """The day and the amount of each payment of a consumer, a refund negative, and the totals of
    its document.
    """
    for rows in (*_RECEIVED, *_GIVEN_BACK):
        for row in _read(session, rows(since, until)):
            if row.audience == CONSUMER:
                amount = -row.amount if rows in _GIVEN_BACK else row.amount
                yield day_of(row.day), amount, row.totals


def _read(session: Session, statement: Any) -> Any:
    said = statement.add_columns(
        Paper.content["audience"].label("audience"), Paper.content["totals"].label("totals")
    )
    return session.execute(said.execution_options(yield_per=BATCH))
