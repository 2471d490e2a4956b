"""The VAT of a period by territory and rate, from the issued documents: due on goods when they are
invoiced (CGI 269, 2 a), less what credit notes take off. Equal to the VAT accounts of the journal.
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
from checkout.invoices.corrections import parties_of
from checkout.invoices.models import Invoice
from checkout.invoices.rules import ensure_period
from checkout.orders.models import Order
from shop.core.money import Money
from shop.core.sales import PICK_UP
from shop.dossiers.models import Paper
from shop.places.rules import MAINLAND, TERRITORIES, territory_of_place

_ORDER = {one.key: place for place, one in enumerate(TERRITORIES)}


@dataclass(frozen=True, slots=True)
class VatSum:
    """One territory, by its key, and one rate in basis points."""

    territory: str
    rate: int
    base: Money
    vat: Money


def vat_of_period(session: Session, since: date, until: date) -> list[VatSum]:
    """The sums of the days, both included, by territory, the highest rate first. Raises
    PeriodTurned.
    """
    ensure_period(since, until)
    sums = sums_by_rate(_documents(session, since, until))
    found = sorted(sums.items(), key=lambda item: (_ORDER[item[0][0]], -item[0][1]))
    return [VatSum(*key, *amounts) for key, amounts in found]


def _documents(session: Session, since: date, until: date) -> Iterator[tuple[str, Any, int]]:
    """The territory, the totals and the sign of each document."""
    for statement, sign in ((_invoices(since, until), 1), (_credit_notes(since, until), -1)):
        rows = session.execute(statement.execution_options(yield_per=BATCH))
        for invoice, order, totals in rows:
            yield _territory(invoice, order), totals, sign


def _invoices(since: date, until: date) -> Select[Any]:
    return (
        select(Invoice, Order, Paper.content["totals"])
        .join(Order, Order.id == Invoice.order_id)
        .join(Paper, Paper.id == Invoice.paper_id)
        .where(Invoice.issued_on.between(since, until))
    )


def _credit_notes(since: date, until: date) -> Select[Any]:
    return (
        select(Invoice, Order, Paper.content["totals"])
        .join(CreditNote, CreditNote.invoice_id == Invoice.id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Paper, Paper.id == CreditNote.paper_id)
        .where(CreditNote.issued_on.between(since, until))
    )


def _territory(invoice: Invoice, order: Order) -> str:
    """Where the goods went; what is collected stays in the mainland."""
    if order.shipping == PICK_UP:
        return MAINLAND.key
    return territory_of_place(parties_of(invoice, order).delivery).key
