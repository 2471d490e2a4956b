"""Invoices that somebody has to do something about: refused, rejected, contested, suspended."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import customer_of
from checkout.invoices.models import Invoice, InvoiceEvent
from checkout.invoices.overdue import late_of
from checkout.invoices.procedure import DISPUTED, SUSPENDED, TO_CURE, InvoiceState
from checkout.invoices.procedure import NEVER_BOOKED as REFUSED
from checkout.orders.lists import BY_CUSTOMER
from checkout.orders.models import Order
from shop.core.errors import N_
from shop.core.money import Money
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class ToCure:
    """An invoice, with what was told of it last, when, and the days since; `late` are the days by
    which it is overdue.
    """

    invoice: Invoice
    late: int
    number: str
    customer: str
    state: InvoiceState
    reason: str
    told_on: date | None
    days: int
    due: Money


def to_cure(session: Session, today: date, place: Place = FIRST) -> Page[ToCure]:
    """The invoices to do something about, the oldest status first."""
    return page_of(session, _listing(), place).of(lambda row: _row(row, today))


def count_to_cure() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(_listing())


def _listing() -> Listing:
    last = (
        select(func.max(InvoiceEvent.id))
        .where(InvoiceEvent.invoice_id == Invoice.id)
        .correlate(Invoice)
        .scalar_subquery()
    )
    rows = (
        select(Invoice, Order.parties, InvoiceEvent.reason, InvoiceEvent.told_on)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .outerjoin(InvoiceEvent, InvoiceEvent.id == last)
        .where(Invoice.state.in_(TO_CURE))
    )
    states = (
        Choice("refused", N_("Refused or rejected"), Invoice.state.in_(REFUSED)),
        Choice("disputed", N_("Contested"), Invoice.state.in_(DISPUTED)),
        Choice("suspended", N_("Payment suspended"), Invoice.state.in_(SUSPENDED)),
    )
    return Listing(
        rows,
        (InvoiceEvent.told_on, Invoice.id),
        Invoice.number,
        (Filter("state", N_("Status"), states),),
        (
            BY_CUSTOMER,
            Sort("number", N_("Invoice"), (Invoice.number,)),
            Sort("told", N_("Since"), (InvoiceEvent.told_on,)),
        ),
        "told",
    )


def _row(row: Any, today: date) -> ToCure:
    invoice, parties, reason, told_on = row
    return ToCure(
        invoice=invoice,
        late=late_of(invoice, today=today),
        number=invoice.number,
        customer=customer_of(invoice.corrected, parties),
        state=invoice.state,
        reason=reason or "",
        told_on=told_on,
        days=(today - told_on).days if told_on else 0,
        due=invoice.due,
    )
