"""Invoices: issued once, in a gapless series; of what is delivered, or of a whole order that was
paid by card (CGI 269-2 a: VAT is due when the payment is received).

Its rows are written in writing.py. The file for the paying service (invoice, purchase order,
delivery notes) is in invoice_files.py; payments.billing adds what was paid by card.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.contrary import standing_notes
from checkout.deliveries.deliveries import receipts_of
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.grouping import group_of
from checkout.invoices.models import Invoice
from checkout.invoices.rules import (
    ensure_billable,
    is_billed,
)
from checkout.invoices.writing import Ground, write_invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import get_order, lines_of, progress_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import send_email, subject_of
from checkout.orders.rules import ensure_not_reversed
from shop.core import series
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.text import paris_day
from shop.core.workflow import Transition
from shop.dossiers.models import Paper
from shop.letterheads.letterheads import current_letterhead
from shop.settings import numbering
from shop.storage.db import locking
from shop.storage.transitions import advance


def issue_invoice(session: Session, order: Order, *, by: Actor, at: datetime) -> Invoice:
    """Invoice what is delivered and not invoiced yet, of one calendar month; VAT once per rate on
    this invoice's lines.

    The state changes when everything is delivered and invoiced. Raises NotAllowed,
    IllegalTransition, NothingToInvoice, PaymentReversed, UnsoundInvoice.
    """
    transition = PROCEDURE.ensure("issue_invoice", order.stage, by)
    ground = ground_of(session, order)
    number = numbering.take_number(session, series.INVOICE, at=at)
    invoice, facts = write_invoice(session, order, number, ground, by=by, at=at)
    _tell(session, order, invoice, facts, ground.lines, transition, by=by, at=at)
    return invoice


def ground_of(session: Session, order: Order) -> Ground:
    """What the next invoice of an order is composed from. Raises PaymentReversed,
    NothingToInvoice.
    """
    ensure_not_reversed(order.number, is_reversed=order.is_reversed)
    lines = lines_of(session, order.id)
    billable = ensure_billable(progress_of(lines))
    group = group_of(session, notes_to_invoice(session, order), billable)
    return Ground(
        lines,
        group.units,
        current_letterhead(session),
        [one for one in invoices_of(session, order.id) if not one.is_replaced],
        group.notes,
        receipts_of(session, order.id),
    )


def wait_of(session: Session, order: Order, *, at: datetime) -> date | None:
    """The later day on which the next invoice of an order is due, where its client has deliveries
    invoiced by month. Raises NothingToInvoice.
    """
    billable = ensure_billable(progress_of(lines_of(session, order.id)))
    group = group_of(session, notes_to_invoice(session, order), billable)
    return group.waits_until(session, order, paris_day(at))


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """The rows of the invoice of an order that was just paid; `tell()` ends its service."""

    invoice: Invoice
    facts: dict[str, Any]
    lines: Sequence[OrderLine]

    def tell(self, session: Session, order: Order, *, by: Actor, at: datetime) -> None:
        """The e-mail and the journal entry. Raises NotAllowed, IllegalTransition."""
        transition = PROCEDURE.ensure("issue_invoice", order.stage, by)
        _tell(session, order, self.invoice, self.facts, self.lines, transition, by=by, at=at)


def write_paid_invoice(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    number: str,
    seller: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> PaidInvoice:
    """The one invoice of an order just placed and paid, of everything: nothing came before it, so
    nothing is read.
    """
    ground = Ground(lines, ensure_billable(progress_of(lines), whole=True), seller)
    invoice, facts = write_invoice(session, order, number, ground, paid=True, by=by, at=at)
    return PaidInvoice(invoice, facts, lines)


def _tell(
    session: Session,
    order: Order,
    invoice: Invoice,
    facts: dict[str, Any],
    lines: Sequence[OrderLine],
    transition: Transition,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The e-mail and the journal entry, last."""
    send_email(session, order, "invoice_issued", at=at, papers=(invoice.paper_id,), **facts)
    complete = is_billed(progress_of(lines))
    done = {"number": invoice.number, "amount": invoice.including.cents}
    advance(session, subject_of(order), transition, complete=complete, by=by, at=at, **done)


def get_invoice(session: Session, number: str, *, by: Actor) -> tuple[Invoice, Order]:
    """The invoice of that number with its order, both locked (the order first), for staff.

    Raises NotFound for everybody else.
    """
    order_number = session.scalar(
        select(Order.number)
        .join(Invoice, Invoice.order_id == Order.id)
        .where(Invoice.number == number)
    )
    if order_number is None:
        raise NotFound(number=number)
    order = get_order(session, order_number, by=by)
    invoice = session.scalars(
        locking(session, select(Invoice).where(Invoice.number == number))
    ).one()
    return invoice, order


def get_invoices(
    session: Session, numbers: Collection[str], *, by: Actor
) -> dict[str, tuple[Invoice, Order]]:
    """The invoices of those numbers that there are, with their orders, all locked: the orders
    first, in one order for everybody. Raises NotFound for whoever is not of the staff.
    """
    if not by.is_staff:
        raise NotFound
    wanted = Invoice.number.in_(numbers)
    ids = session.scalars(select(Invoice.order_id).where(wanted)).all()
    rows = select(Order).where(Order.id.in_(ids)).order_by(Order.id)
    orders = {order.id: order for order in session.scalars(locking(session, rows))}
    found = session.scalars(locking(session, select(Invoice).where(wanted).order_by(Invoice.id)))
    return {invoice.number: (invoice, orders[invoice.order_id]) for invoice in found}


def invoice_with_order(session: Session, number: str) -> tuple[Invoice, Order]:
    """The invoice of that number with its order, to be read. Raises NotFound."""
    found = session.execute(
        select(Invoice, Order)
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.number == number)
    ).first()
    if found is None:
        raise NotFound(number=number)
    return found[0], found[1]


def invoices_of(session: Session, order_id: int) -> Sequence[Invoice]:
    """The invoices of an order, oldest first."""
    return session.scalars(
        select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id)
    ).all()


def notes_to_invoice(session: Session, order: Order) -> list[DeliveryNote]:
    """The delivery notes that no earlier invoice of the order refers to, and of which contrary
    notes left something.
    """
    earlier = session.scalars(
        select(Paper.content)
        .join(Invoice, Invoice.paper_id == Paper.id)
        .where(Invoice.order_id == order.id)
    )
    named = {name for content in earlier for name in content["references"]["delivery_notes"]}
    return [note for note in standing_notes(session, order.id) if note.number not in named]
