"""The totals of the e-reporting of sales to consumers (CGI 290), due from 1 September 2027 for a
small company: by day and rate, in the category of goods. Credit notes are taken off on their day.

Its data of payments concern services only, or VAT on receipts: a shop of goods has none to report.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote
from checkout.entries.entries import BATCH
from checkout.entries.rules import sums_by_rate
from checkout.invoices.models import Invoice
from checkout.invoices.rules import CONSUMER, ensure_period
from shop.core.money import Money
from shop.dossiers.models import Paper

#: The category of taxed deliveries of goods.
GOODS = "TLB1"


@dataclass(frozen=True, slots=True)
class DaySum:
    """The sales of a day to consumers at one rate, in basis points."""

    day: date
    rate: int
    base: Money
    vat: Money


def consumer_sales(session: Session, since: date, until: date) -> list[DaySum]:
    """The sums of the days, both included, the oldest first. Raises PeriodTurned."""
    ensure_period(since, until)
    sums = sums_by_rate(_sold(session, since, until))
    return [DaySum(*key, *amounts) for key, amounts in sorted(sums.items())]


def _sold(session: Session, since: date, until: date) -> Iterator[tuple[date, Any, int]]:
    """The day, the totals and the sign of each document of a consumer."""
    for kind, sign in ((Invoice, 1), (CreditNote, -1)):
        statement = _documents(kind, since, until).execution_options(yield_per=BATCH)
        for day, audience, totals in session.execute(statement):
            if audience == CONSUMER:
                yield day, totals, sign


def _documents(kind: Any, since: date, until: date) -> Select[Any]:
    return (
        select(kind.issued_on, Paper.content["audience"], Paper.content["totals"])
        .join(Paper, Paper.id == kind.paper_id)
        .where(kind.issued_on.between(since, until))
    )
