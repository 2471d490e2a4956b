"""What a person said of their orders, deliveries and invoices, or what was recorded of it: for the
export. Nothing of it is erased: it is the proof of an action, with the documents it concerns.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from checkout.cancellations.models import Cancellation
from checkout.deliveries.models import DeliveryAcceptance, DeliveryNote, DeliveryReceipt
from checkout.invoices.models import Invoice, ObjectionAnswer, RefusalAnswer
from checkout.orders.models import Order, OrderAmendment
from shop.core.errors import N_
from shop.dossiers.models import StoredFile
from shop.members.models import Membership
from shop.privacy.holdings import Holding, Subject, iso


def _refusal_answers(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Invoice.number, RefusalAnswer)
        .join(Invoice, Invoice.id == RefusalAnswer.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .where(_concerns(who, RefusalAnswer.by_name))
        .order_by(RefusalAnswer.event_id)
    )
    return [
        {
            "invoice": number,
            "field": row.field.value,
            "value": row.value,
            "answered_at": iso(row.answered_at),
            "answered_by": row.by_name,
        }
        for number, row in rows
    ]


def _objection_answers(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Invoice.number, ObjectionAnswer)
        .join(Invoice, Invoice.id == ObjectionAnswer.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .where(_concerns(who, ObjectionAnswer.by_name))
        .order_by(ObjectionAnswer.id)
    )
    return [
        {
            "invoice": number,
            "answer": row.answer,
            "answered_at": iso(row.answered_at),
            "answered_by": row.by_name,
        }
        for number, row in rows
    ]


def _acceptances(session: Session, who: Subject) -> list[dict[str, Any]]:
    """Of the deliveries of their orders: who told the acceptance has no account for it."""
    rows = list(_of_deliveries(session, DeliveryAcceptance, who))
    kept = select(StoredFile.id, StoredFile.filename).where(
        StoredFile.id.in_([row.file_id for _number, row in rows])
    )
    papers = {row.id: row.filename for row in session.execute(kept)}
    return [
        {
            "delivery_note": number,
            "accepted_on": row.accepted_on.isoformat(),
            "accepted_by": row.accepted_by,
            "reference": row.reference,
            "paper": papers.get(row.file_id),
        }
        for number, row in rows
    ]


def _receipts(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = _of_deliveries(session, DeliveryReceipt, who)
    return [
        {
            "delivery_note": number,
            "received_on": row.received_on.isoformat(),
            "recorded_by": row.by_name,
        }
        for number, row in rows
    ]


def _cancellations(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Order.number, Cancellation)
        .join(Order, Order.id == Cancellation.order_id)
        .where(_concerns(who, Cancellation.begun_by))
        .order_by(Cancellation.id)
    )
    return [
        {
            "order": number,
            "asked_at": iso(row.begun_at),
            "asked_by": row.begun_by,
            "state": row.state.value,
            "reason": row.reason,
            "answer": row.answer,
        }
        for number, row in rows
    ]


def _amendments(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Order.number, OrderAmendment)
        .join(Order, Order.id == OrderAmendment.order_id)
        .where(or_(Order.user_id == who.user_id, OrderAmendment.user_id == who.user_id))
        .order_by(OrderAmendment.id)
    )
    return [
        {
            "order": number,
            "changed_at": iso(row.at),
            "changed_by": row.by_name,
            "reason": row.reason,
            "before": row.before,
            "after": row.after,
        }
        for number, row in rows
    ]


def _of_deliveries(session: Session, kind: Any, who: Subject) -> Iterator[tuple[str, Any]]:
    """The rows of a kind on the deliveries of their orders, or that they recorded themselves."""
    rows = session.execute(
        select(DeliveryNote.number, kind)
        .join(DeliveryNote, DeliveryNote.id == kind.delivery_note_id)
        .join(Order, Order.id == DeliveryNote.order_id)
        .where(or_(Order.user_id == who.user_id, kind.user_id == who.user_id))
        .order_by(DeliveryNote.id)
    )
    return ((number, row) for number, row in rows)


def _concerns(who: Subject, said_by: Any) -> ColumnElement[bool]:
    """Of their own orders, or said under their name of an order of their organisation."""
    theirs = select(Membership.organisation_id).where(Membership.user_id == who.user_id)
    said = and_(said_by == who.name, Order.organisation_id.in_(theirs))
    return or_(Order.user_id == who.user_id, said)


HOLDINGS = (
    Holding(
        "refusal_answers",
        N_("Answers given for your invoices that were refused."),
        _refusal_answers,
    ),
    Holding(
        "objection_answers",
        N_("Answers given for your invoices that were contested or suspended."),
        _objection_answers,
    ),
    Holding(
        "delivery_acceptances",
        N_("Who accepted the deliveries of your orders."),
        _acceptances,
    ),
    Holding(
        "delivery_receipts",
        N_("When the deliveries of your orders were received, and who recorded it."),
        _receipts,
    ),
    Holding("cancellations", N_("Cancellations of your orders."), _cancellations),
    Holding("order_changes", N_("Changes of your orders."), _amendments),
)
