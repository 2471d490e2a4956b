"""The totals of the e-reporting of sales to consumers (CGI 290), due from 1 September 2027 for a
small company: by day and rate, in the category of goods. Credit notes are taken off on their day.

Its data of payments concern services only, or VAT on receipts: a shop of goods has none to report.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote
from checkout.entries.entries import BATCH
from checkout.entries.rules import ensure_period
from checkout.invoices.models import Invoice
from checkout.invoices.rules import CONSUMER
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
    sums: dict[tuple[date, int], tuple[Money, Money]] = defaultdict(lambda: (Money(), Money()))
    for kind, sign in ((Invoice, 1), (CreditNote, -1)):
        statement = _documents(kind, since, until).execution_options(yield_per=BATCH)
        for day, audience, totals in session.execute(statement):
            for one in totals["vat"] if audience == CONSUMER else ():
                base, vat = sums[day, one["rate"]]
                more = Money(one["base"] * sign), Money(one["amount"] * sign)
                sums[day, one["rate"]] = base + more[0], vat + more[1]
    return [DaySum(*key, *amounts) for key, amounts in sorted(sums.items())]


def _documents(kind: Any, since: date, until: date) -> Select[Any]:
    return (
        select(kind.issued_on, Paper.content["audience"], Paper.content["totals"])
        .join(Paper, Paper.id == kind.paper_id)
        .where(kind.issued_on.between(since, until))
    )
