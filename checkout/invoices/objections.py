"""Invoices that are contested or suspended: their buyer is told what is asked and may answer; the
accounting staff settle it with the recipient and end it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.correspondence import tell_accounting, tell_buyer
from checkout.invoices.events import entries_of, subject_of_invoice
from checkout.invoices.models import Invoice, InvoiceEvent, ObjectionAnswer
from checkout.invoices.objection_rules import (
    Ending,
    NothingContested,
    Objection,
    ensure_objection_answer,
)
from checkout.invoices.procedure import PROCEDURE
from checkout.invoices.receipts import uninterrupted_last_days
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from shop.core.actors import Actor
from shop.storage.transitions import advance


def objections_of(
    session: Session, order: Order, invoices: Sequence[Invoice]
) -> dict[str, Objection]:
    """What is objected to the invoices of an order now, by their number."""
    objected = [one for one in invoices if one.is_objected]
    if order.origin is not Origin.QUOTE or not objected:
        return {}
    entries = entries_of(session, objected)
    interrupted = [one for one in objected if one.is_interrupted and one.is_sent]
    days = uninterrupted_last_days(session, interrupted, order)
    return {
        one.number: _objection(one, entries[one.id], days.get(one.id))
        for one in objected
        if one.id in entries
    }


def _objection(invoice: Invoice, event: InvoiceEvent, due_without: date | None) -> Objection:
    return Objection(
        event_id=event.id,
        invoice_id=invoice.id,
        number=invoice.number,
        is_suspended=invoice.is_suspended,
        reason=event.reason,
        told_on=event.told_on,
        due_without=due_without,
    )


def answers_to_objections(
    session: Session, invoice_ids: Sequence[int]
) -> Sequence[ObjectionAnswer]:
    """What buyers answered about invoices, in the order in which they did."""
    return session.scalars(
        select(ObjectionAnswer)
        .where(ObjectionAnswer.invoice_id.in_(invoice_ids))
        .order_by(ObjectionAnswer.id)
    ).all()


def may_answer(invoice: Invoice, by: Actor) -> bool:
    """Whether this person may answer for the buyer."""
    acts = PROCEDURE.open_transitions(invoice.state, by)
    return any(one.name == "answer_objection" for one in acts)


def answer_objection(
    session: Session, invoice: Invoice, order: Order, text: str, *, by: Actor, at: datetime
) -> ObjectionAnswer:
    """Keep what the buyer says about what is contested or missing (the invoice locked after its
    order), and tell the accounting staff. Raises NotAllowed, NothingContested, the refusals of
    `ensure_objection_answer()`.
    """
    objection = objections_of(session, order, [invoice]).get(invoice.number)
    if objection is None:
        raise NothingContested(number=invoice.number)
    transition = PROCEDURE.ensure("answer_objection", invoice.state, by)
    told = ensure_objection_answer(text)
    answer = ObjectionAnswer(
        event_id=objection.event_id,
        invoice_id=invoice.id,
        answer=told,
        answered_at=at,
        by_name=by.name,
    )
    session.add(answer)
    session.flush()
    facts: dict[str, Any] = {"number": invoice.number, "answer": told}
    advance(session, subject_of_invoice(invoice, order), transition, by=by, at=at, **facts)
    tell_accounting(
        session,
        "objection_answered",
        at=at,
        order=order.number,
        by=by.name,
        reason=objection.reason,
        **facts,
    )
    return answer


def tell_of_objection(
    session: Session, invoice: Invoice, order: Order, event: InvoiceEvent, *, at: datetime
) -> None:
    """Tell the buyer that their invoice is contested or suspended, and what is asked. Nothing where
    the event did not lead to it.
    """
    if not invoice.is_objected:
        return
    facts: dict[str, Any] = {
        "number": invoice.number,
        "reason": event.reason,
        "told_on": event.told_on.isoformat(),
        "suspended": invoice.is_suspended,
    }
    tell_buyer(session, order, "invoice_objected", at=at, **facts)


def tell_of_its_end(
    session: Session,
    invoice: Invoice,
    order: Order,
    ending: Ending,
    *,
    answer: str = "",
    at: datetime,
) -> None:
    """Tell the buyer that their invoice is not contested or suspended any more."""
    facts: dict[str, Any] = {
        "number": invoice.number,
        "ending": ending.value,
        "answer": answer,
        "payable_by": invoice.payable_by.isoformat() if invoice.payable_by else "",
    }
    tell_buyer(session, order, "objection_ended", at=at, **facts)
