"""A refused invoice that its buyer can cure: they are asked for one field, and their answer waits
for the accounting staff, who issue the corrected invoice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import Correction, correction_of
from checkout.invoices.correspondence import tell_accounting, tell_buyer
from checkout.invoices.cure_rules import (
    AnsweredBefore,
    AskedField,
    NothingAsked,
    Question,
    ensure_answer,
    field_named,
)
from checkout.invoices.events import subject_of_invoice
from checkout.invoices.models import Invoice, InvoiceEvent, RefusalAnswer
from checkout.invoices.procedure import PROCEDURE, is_to_be_replaced
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from shop.core.actors import Actor
from shop.storage.transitions import advance

_REFUSALS = ("refuse_invoice", "reject_invoice")


def question_of(session: Session, invoice: Invoice, order: Order) -> Question | None:
    """What the buyer of a refused or rejected invoice is asked for, answered or not; None where the
    office alone cures it.
    """
    if order.origin is not Origin.QUOTE or not is_to_be_replaced(invoice.state):
        return None
    event = session.scalar(
        select(InvoiceEvent)
        .where(InvoiceEvent.invoice_id == invoice.id, InvoiceEvent.transition.in_(_REFUSALS))
        .order_by(InvoiceEvent.id.desc())
        .limit(1)
    )
    return _question(invoice, order, event) if event else None


def _question(invoice: Invoice, order: Order, event: InvoiceEvent) -> Question | None:
    field, said = field_named(event.reason, event.code), correction_of(invoice, order)
    service = said.parties.paying_service
    if field is None or (field is AskedField.SERVICE_CODE and service is None):
        return None
    before = said.engagement
    if field is AskedField.SERVICE_CODE and service is not None:
        before = service.service_code
    return Question(event.id, invoice.number, field, event.reason, event.told_on, before)


def answer_to(session: Session, question: Question) -> RefusalAnswer | None:
    """The answer of the buyer, if there is one."""
    return session.get(RefusalAnswer, question.event_id)


def open_question(
    session: Session, order: Order, invoices: Sequence[Invoice], by: Actor
) -> Question | None:
    """The first question about the invoices of an order that this person may answer, and nobody has
    answered yet.
    """
    for invoice in invoices:
        if not any(
            one.name == "answer_refusal" for one in PROCEDURE.open_transitions(invoice.state, by)
        ):
            continue
        question = question_of(session, invoice, order)
        if question is not None and answer_to(session, question) is None:
            return question
    return None


def ask_buyer(session: Session, invoice: Invoice, order: Order, *, at: datetime) -> None:
    """The e-mail to the buyer, and to their organisation's contact for payments: why the invoice
    was refused, and where to give what is missing. Nothing where the office alone cures it.
    """
    question = question_of(session, invoice, order)
    if question is None or order.organisation_id is None:
        return
    facts: dict[str, Any] = {
        "number": invoice.number,
        "reason": question.reason,
        "field": question.field.value,
        "before": question.before,
    }
    tell_buyer(session, order, "invoice_to_complete", at=at, **facts)


def answer_refusal(
    session: Session, invoice: Invoice, order: Order, value: str, *, by: Actor, at: datetime
) -> RefusalAnswer:
    """Record what the buyer says belongs on the corrected invoice (the invoice locked after its
    order), and tell the accounting staff. The same answer given again changes nothing. Raises
    NotAllowed, IllegalTransition, NothingAsked, AnsweredBefore, the refusals of `ensure_answer()`.
    """
    transition = PROCEDURE.ensure("answer_refusal", invoice.state, by)
    question = question_of(session, invoice, order)
    if question is None:
        raise NothingAsked(number=invoice.number)
    told = ensure_answer(question, value)
    known = answer_to(session, question)
    if known is not None:
        if known.value == told:
            return known
        raise AnsweredBefore(number=invoice.number)
    answer = RefusalAnswer(
        event_id=question.event_id,
        invoice_id=invoice.id,
        field=question.field,
        value=told,
        answered_at=at,
        by_name=by.name,
    )
    session.add(answer)
    session.flush()
    facts: dict[str, Any] = {
        "number": invoice.number,
        "field": question.field.value,
        "value": told,
    }
    advance(session, subject_of_invoice(invoice, order), transition, by=by, at=at, **facts)
    tell_accounting(session, "invoice_completed", at=at, order=order.number, by=by.name, **facts)
    return answer


def completed(said: Correction, answer: RefusalAnswer) -> Correction:
    """What a refused invoice says, with the answer of its buyer."""
    if answer.field is AskedField.ENGAGEMENT:
        return replace(said, engagement=answer.value)
    return replace(said, parties=said.parties.with_service_code(answer.value))
