"""The payments of consumers by day and rate, what was refunded taken off: beside their sales, for
the accountant. The e-reporting asks it for services and for VAT on receipts (CGI 290 A); a shop of
goods, whose VAT is due on the invoice, reconciles its takings with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from checkout.entries.entries import (
    BATCH,
    FAILED,
    correction_rows,
    payment_rows,
    refund_rows,
)
from checkout.entries.rules import parts_by_rate
from checkout.invoices.rules import CONSUMER, ensure_period
from shop.core.money import Money
from shop.core.text import paris_day
from shop.dossiers.models import Paper


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
    for statement in (payment_rows(since, until), correction_rows(since, until)):
        for row in _read(session, statement):
            if row.audience == CONSUMER:
                day = row.day if type(row.day) is date else paris_day(row.day)
                yield day, row.amount, row.totals
    for row in _read(session, refund_rows(since, until)):
        if row.audience == CONSUMER:
            yield paris_day(row.at), row.amount if row.act == FAILED else -row.amount, row.totals


def _read(session: Session, statement: Any) -> Any:
    said = statement.add_columns(
        Paper.content["audience"].label("audience"), Paper.content["totals"].label("totals")
    )
    return session.execute(said.execution_options(yield_per=BATCH))
