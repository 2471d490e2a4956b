"""What was made of a quote so far: its order, delivery notes and invoices."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import notes_of, receipts_of
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.answers import open_question
from checkout.invoices.cure_rules import Question
from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import Invoice, ObjectionAnswer
from checkout.invoices.objection_rules import Objection
from checkout.invoices.objections import answers_to_objections, may_answer, objections_of
from checkout.orders.amendments import may_amend, may_tell_references
from checkout.orders.models import Order
from checkout.web.deliveries.shown import DeliveryShown, delivery_shown, told_of
from checkout.web.invoices.lives import Life, lives_of
from shop.core.actors import Actor
from shop.dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class Objected:
    """An invoice that is contested or suspended, what was answered, and whether the reader may."""

    objection: Objection
    answers: Sequence[ObjectionAnswer]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Made:
    """`notes`: the delivery notes that stand; `takes_references`: whether the reader may still give
    the payer's numbers, `is_amendable` whether they may amend the order; `question`: what they are
    asked for, of an invoice that was refused; `objected`: the invoices that are contested or
    suspended; `lives`: the status of each invoice.
    """

    order: Order | None = None
    notes: Sequence[DeliveryNote] = ()
    delivery: DeliveryShown | None = None
    invoices: Sequence[Invoice] = ()
    takes_references: bool = False
    is_amendable: bool = False
    question: Question | None = None
    objected: Sequence[Objected] = ()
    lives: Sequence[Life] = ()


def read_made(session: Session, dossier: Dossier, *, by: Actor) -> Made:
    """What was made of the quote of a dossier, for a reader."""
    order = session.scalar(select(Order).where(Order.dossier_id == dossier.id))
    if order is None:
        return Made()
    notes, invoices = notes_of(session, order.id), invoices_of(session, order.id)
    told = told_of(session, order.id)
    question = open_question(session, order, invoices, by)
    return Made(
        order=order,
        notes=told.standing(notes),
        delivery=delivery_shown(order, notes, receipts_of(session, order.id), told),
        invoices=invoices,
        takes_references=may_tell_references(order, by, invoiced=bool(invoices)),
        is_amendable=may_amend(order, by, invoiced=bool(invoices)),
        question=question,
        objected=_objected(session, order, invoices, by),
        lives=lives_of(session, order, invoices, asked=question.number if question else ""),
    )


def _objected(
    session: Session, order: Order, invoices: Sequence[Invoice], by: Actor
) -> list[Objected]:
    found = objections_of(session, order, invoices)
    if not found:
        return []
    answers = answers_to_objections(session, [one.invoice_id for one in found.values()])
    return [
        Objected(
            found[invoice.number],
            [one for one in answers if one.invoice_id == invoice.id],
            may_answer(invoice, by),
        )
        for invoice in invoices
        if invoice.number in found
    ]
