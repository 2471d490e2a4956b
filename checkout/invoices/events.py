"""What was told of an invoice: one row each, with the state that follows by the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice, InvoiceEvent
from checkout.invoices.procedure import PROCEDURE
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.workflow import Transition
from shop.storage.transitions import Subject, advance


@dataclass(frozen=True, slots=True)
class Told:
    """The day from which a status counts, its reason, and the code that told it."""

    on: date
    reason: str = ""
    code: str = ""


def subject_of_invoice(invoice: Invoice, order: Order) -> Subject:
    """An invoice as the subject of its life cycle."""
    return Subject(invoice, "state", f"invoice:{invoice.id}", order.dossier_id)


def write_event(
    session: Session,
    invoice: Invoice,
    order: Order,
    transition: Transition,
    told: Told,
    *,
    by: Actor,
    at: datetime,
    **facts: Any,
) -> InvoiceEvent:
    """The row of an event, the state that follows and the journal entry, at the end of a service.
    The caller has asked the table before.
    """
    told_facts: dict[str, Any] = {
        "number": invoice.number,
        "told_on": told.on.isoformat(),
        "reason": told.reason,
        "code": told.code,
    }
    subject = subject_of_invoice(invoice, order)
    advance(session, subject, transition, by=by, at=at, **told_facts | facts)
    event = InvoiceEvent(
        invoice_id=invoice.id,
        transition=transition.name,
        code=told.code,
        state=invoice.state,
        told_on=told.on,
        reason=told.reason[:500],
        recorded_at=at,
        by_name=by.name,
    )
    session.add(event)
    session.flush()
    return event


def events_of(session: Session, invoice_id: int) -> Sequence[InvoiceEvent]:
    """What was told of an invoice, in the order in which it was recorded."""
    return session.scalars(
        select(InvoiceEvent).where(InvoiceEvent.invoice_id == invoice_id).order_by(InvoiceEvent.id)
    ).all()


def find_event(session: Session, invoice: Invoice, act: str, told: Told) -> InvoiceEvent | None:
    """The same status, if it was told before and is the last one: a platform tells it at each
    look.
    """
    last = session.scalar(
        select(InvoiceEvent)
        .where(InvoiceEvent.invoice_id == invoice.id)
        .order_by(InvoiceEvent.id.desc())
        .limit(1)
    )
    if last is None:
        return None
    same = (last.transition, last.code, last.told_on, last.reason)
    return last if same == (act, told.code, told.on, told.reason[:500]) else None


def entries_of(session: Session, invoices: Sequence[Invoice]) -> dict[int, InvoiceEvent]:
    """The event that led each invoice to its present state, by its id, in one statement; an invoice
    of which nothing was told has none. One that repeats the state, with another day or another
    reason, counts; one that was told after a later one does not.
    """
    rows = session.scalars(
        select(InvoiceEvent)
        .where(InvoiceEvent.invoice_id.in_([one.id for one in invoices]))
        .order_by(InvoiceEvent.id)
    )
    first = PROCEDURE.first("issue_invoice")
    before: dict[int, StrEnum] = {}
    found: dict[int, InvoiceEvent] = {}
    for event in rows:
        state, after = before.get(event.invoice_id, first), event.state
        step = PROCEDURE.find(event.transition, state)
        if after is not state or (step is not None and step.target is not None):
            found[event.invoice_id] = event
        before[event.invoice_id] = after
    return found
