"""Refunds of credit notes to the card: ordered by the accounting staff, requested by the worker,
followed until the processor has decided. One that fails is paid by transfer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from checkout.card.gateway import PaymentGateway
from checkout.card.models import CardReversal
from checkout.card.procedure import COMPLETE, RETURNED, is_complete
from checkout.card.refund_requests import RefundRequest, key_of_row, request_refunds
from checkout.credits.credit_notes import refund_subject
from checkout.credits.elsewhere import close_refunds_made_elsewhere, made_elsewhere
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import COMPLETED, FOLLOWED, MEANWHILE, PROCEDURE, REQUESTED
from checkout.credits.remainders import KEY
from checkout.credits.rules import CardGaveBack, NotPaidByCard, RefundedInPartElsewhere
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import get_order
from checkout.orders.procedure import Origin
from checkout.orders.progress import send_email
from shop.core.actors import THE_PROCESSOR, Actor
from shop.core.errors import IllegalTransition, NotFound
from shop.core.money import Money, total
from shop.core.workflow import Transition
from shop.storage.db import Database, get_locked
from shop.storage.transitions import advance


def find_refund(session: Session, note: CreditNote) -> CreditRefund | None:
    """The money that a credit note gives back, if any."""
    return session.scalar(select(CreditRefund).where(CreditRefund.credit_note_id == note.id))


def order_card_refund(session: Session, number: str, *, by: Actor, at: datetime) -> CreditRefund:
    """Order the refund of a credit note to the card that paid: the worker requests it.

    Raises NotAllowed, NotFound, Changed, NotPaidByCard, CardGaveBack.
    """
    refund, order, transition = ready_refund(session, number, "order_card_refund", by)
    if order.origin is not Origin.CARD:
        raise NotPaidByCard
    left = order.including - order.refunded - order.disputed - _requested(session, order)
    if refund.amount > left:
        raise CardGaveBack(left=max(left, Money()))
    if made := total([one.amount for one in made_elsewhere(session, refund, order)]):
        raise RefundedInPartElsewhere(amount=made)
    subject = refund_subject(refund, order)
    facts: dict[str, Any] = {"amount": refund.amount.cents, "number": number}
    advance(session, subject, transition, by=by, at=at, **facts)
    return refund


def ready_refund(
    session: Session, number: str, act: str, by: Actor
) -> tuple[CreditRefund, Order, Transition]:
    """The refund of a credit note, locked after its order, and the transition. Raises NotAllowed,
    NotFound and, where a colleague did it first, a refusal that tells what: Changed.
    """
    found = session.execute(
        select(Order.number, CreditRefund.id)
        .join(Invoice, Invoice.order_id == Order.id)
        .join(CreditNote, CreditNote.invoice_id == Invoice.id)
        .join(CreditRefund, CreditRefund.credit_note_id == CreditNote.id)
        .where(CreditNote.number == number)
    ).first()
    if found is None:
        raise NotFound(number=number)
    order = get_order(session, found.number, by=by)
    refund = get_locked(session, CreditRefund, found.id)
    try:
        return refund, order, PROCEDURE.ensure(act, refund.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[refund.state] from late


def send_refunded(
    session: Session, refund: CreditRefund, order: Order, *, means: str, at: datetime
) -> None:
    """Write to the customer that the money of a credit note is refunded."""
    note = session.get_one(CreditNote, refund.credit_note_id)
    invoice = session.get_one(Invoice, note.invoice_id)
    send_email(
        session,
        order,
        "credit_refunded",
        at=at,
        number=note.number,
        invoice=invoice.number,
        amount=refund.amount.cents,
        means=means,
        reference=refund.reference,
    )


def refund_credits(
    database: Database,
    gateway: PaymentGateway,
    *,
    at: datetime,
    stopping: Callable[[], bool],
) -> int:
    """Request the refunds that were ordered, then follow all; how many were requested.

    One that the processor refuses goes to the staff and does not delay the others. Raises
    CardProcessorUnavailable.
    """

    def refuse(refund_id: int, told: str) -> None:
        with database.transaction() as session:
            _decide(session, refund_id, "fail_card_refund", told, at=at)

    due = _to_request(database)
    requested = request_refunds(database, gateway, due, refuse, at=at, stopping=stopping)
    follow_credit_refunds(database, at=at)
    return requested


def follow_credit_refunds(database: Database, *, at: datetime) -> None:
    """Apply what the processor has decided on the refunds, and what was refunded on its site;
    applying it again changes nothing.
    """
    close_refunds_made_elsewhere(database, at=at)
    with database.reading_session() as session:
        decided = _decided(session)
    for refund_id, reversal in decided:
        complete = is_complete(reversal.state)
        act = "complete_card_refund" if complete else "fail_card_refund"
        with database.transaction() as session:
            _decide(session, refund_id, act, reversal.id, at=at)


def _requested(session: Session, order: Order) -> Money:
    """What was ordered to be refunded to the card of an order, and is not made yet."""
    rows = session.scalars(
        select(CreditRefund.amount)
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Invoice.order_id == order.id, CreditRefund.state.in_(REQUESTED), ~_made())
    )
    return total(list(rows))


def _made() -> ColumnElement[bool]:
    """Whether the processor has made the refund of a row."""
    return select(CardReversal.id).where(CardReversal.key == _key_of_row()).exists()


def _to_request(database: Database) -> list[RefundRequest]:
    """Refunds that were ordered and that the processor has not made yet."""
    with database.reading_session() as session:
        rows = session.execute(
            select(CreditRefund.id, CreditRefund.amount, Order.proof)
            .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
            .join(Invoice, Invoice.id == CreditNote.invoice_id)
            .join(Order, Order.id == Invoice.order_id)
            .where(CreditRefund.state.in_(REQUESTED), ~_made())
            .order_by(CreditRefund.id)
        ).all()
    return [RefundRequest(row.id, row.proof, row.amount, KEY) for row in rows]


def _decided(session: Session) -> Sequence[tuple[int, CardReversal]]:
    """Refunds that have come to something else at the processor than they say. One that was paid by
    transfer after the card refused it is not reported again.
    """
    rows = session.execute(
        select(CreditRefund.id, CardReversal)
        .join(CardReversal, CardReversal.key == _key_of_row())
        .where(
            CreditRefund.account == "",
            or_(
                and_(CardReversal.state.in_(COMPLETE), CreditRefund.state.in_(COMPLETED)),
                and_(CardReversal.state.in_(RETURNED), CreditRefund.state.in_(FOLLOWED)),
            ),
        )
        .order_by(CreditRefund.id)
    )
    return [(row[0], row[1]) for row in rows]


def _decide(session: Session, refund_id: int, act: str, told: str, *, at: datetime) -> None:
    """Write what the processor decided; nothing when another thread did."""
    refund = get_locked(session, CreditRefund, refund_id)
    transition = PROCEDURE.find(act, refund.state)
    if transition is None:
        return
    note = session.get_one(CreditNote, refund.credit_note_id)
    order = session.get_one(Order, session.get_one(Invoice, note.invoice_id).order_id)
    refund.reference = told[:140]
    if act == "complete_card_refund":
        send_refunded(session, refund, order, means="card", at=at)
    subject = refund_subject(refund, order)
    facts: dict[str, Any] = {
        "amount": refund.amount.cents,
        "number": note.number,
        "reference": told,
    }
    advance(session, subject, transition, by=THE_PROCESSOR, at=at, **facts)


def _key_of_row() -> ColumnElement[str]:
    """The key of a refund to the card, in a statement."""
    return key_of_row(KEY, CreditRefund.id)
