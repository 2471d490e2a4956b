"""Refunds made on the card processor's site after a credit note: they are the money that it gives
back, and close the refund that waits for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import COMPLETE, RETURNED, ReversalKind
from checkout.credits.credit_notes import refund_subject
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import FOLLOWED, PROCEDURE, WAITING
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.progress import send_email
from checkout.withdrawals.withdrawals import withdrawals_of
from shop.core.actors import THE_PROCESSOR
from shop.core.money import total
from shop.storage.db import Database, get_locked
from shop.storage.transitions import advance


def made_elsewhere(session: Session, refund: CreditRefund, order: Order) -> list[CardReversal]:
    """The refunds of an order's payment that were made on the processor's site since the credit
    note, and that are neither another refund's nor a withdrawal's.
    """
    note = session.get_one(CreditNote, refund.credit_note_id)
    used = session.scalars(
        select(CreditRefund.reference)
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Invoice.order_id == order.id, CreditRefund.id != refund.id)
    )
    known = {one for reference in used for one in reference.split(", ")}
    withdrawn = [row.refunded for row in withdrawals_of(session, order) if row.refunded]
    rows = session.scalars(
        select(CardReversal)
        .join(CardPayment, CardPayment.id == CardReversal.payment_id)
        .where(
            CardPayment.order_id == order.id,
            CardReversal.key == "",
            CardReversal.kind == ReversalKind.REFUND,
            CardReversal.state.in_(COMPLETE),
            CardReversal.made_at >= note.issued_at,
        )
        .order_by(CardReversal.made_at, CardReversal.id)
    )
    return [row for row in rows if row.id not in known and row.amount not in withdrawn]


def close_refunds_made_elsewhere(database: Database, *, at: datetime) -> int:
    """Close the refunds that wait and were made on the processor's site; open again those whose
    money came back. How many changed; doing it again changes nothing.
    """
    with database.reading_session() as session:
        rows = session.execute(
            select(CreditRefund.id, Order.id.label("order_id"))
            .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
            .join(Invoice, Invoice.id == CreditNote.invoice_id)
            .join(Order, Order.id == Invoice.order_id)
            .join(CardPayment, CardPayment.order_id == Order.id)
            .join(CardReversal, CardReversal.payment_id == CardPayment.id)
            .where(
                CardReversal.key == "",
                CreditRefund.account == "",
                CreditRefund.state.in_((*WAITING, *FOLLOWED)),
            )
            .distinct()
            .order_by(CreditRefund.id)
        ).all()
    changed = 0
    for row in rows:
        with database.transaction() as session:
            order = get_locked(session, Order, row.order_id)
            refund = get_locked(session, CreditRefund, row.id)
            changed += _close(session, refund, order, at=at) or _reopen(session, refund, at=at)
    return changed


def _close(session: Session, refund: CreditRefund, order: Order, *, at: datetime) -> bool:
    """Close a refund that waits, by one refund of its amount, or by all of them together."""
    transition = PROCEDURE.find("note_refund_elsewhere", refund.state)
    if transition is None:
        return False
    found = made_elsewhere(session, refund, order)
    made = next(([one] for one in found if one.amount == refund.amount), found)
    if total([one.amount for one in made]) != refund.amount:
        return False
    note = session.get_one(CreditNote, refund.credit_note_id)
    refund.reference = ", ".join(one.id for one in made)[:140]
    if not order.is_reversed:
        for one in made:
            one.noted_at = at
    _tell(session, refund, note, order, at=at)
    facts: dict[str, Any] = {"amount": refund.amount.cents, "reference": refund.reference}
    subject = refund_subject(refund, order)
    advance(session, subject, transition, by=THE_PROCESSOR, at=at, number=note.number, **facts)
    return True


def _reopen(session: Session, refund: CreditRefund, *, at: datetime) -> bool:
    """A refund made on the processor's site failed after all: the money is still to be given."""
    transition = PROCEDURE.find("fail_card_refund", refund.state)
    if transition is None or not _came_back(session, refund.reference.split(", ")):
        return False
    note = session.get_one(CreditNote, refund.credit_note_id)
    order = session.get_one(Order, session.get_one(Invoice, note.invoice_id).order_id)
    facts: dict[str, Any] = {"amount": refund.amount.cents, "reference": refund.reference}
    refund.reference = ""
    subject = refund_subject(refund, order)
    advance(session, subject, transition, by=THE_PROCESSOR, at=at, number=note.number, **facts)
    return True


def _came_back(session: Session, ids: Sequence[str]) -> bool:
    found = select(CardReversal.id).where(
        CardReversal.id.in_(ids), CardReversal.key == "", CardReversal.state.in_(RETURNED)
    )
    return session.scalar(found.limit(1)) is not None


def _tell(
    session: Session, refund: CreditRefund, note: CreditNote, order: Order, *, at: datetime
) -> None:
    """The e-mail that the money of a credit note is refunded."""
    invoice = session.get_one(Invoice, note.invoice_id)
    send_email(
        session,
        order,
        "credit_refunded",
        at=at,
        number=note.number,
        invoice=invoice.number,
        amount=refund.amount.cents,
        means="card",
        reference=refund.reference,
    )
