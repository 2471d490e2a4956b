"""What is left of an invoice after its credit notes, and what was given back of its money."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import counts
from checkout.credits.composition_rules import CreditableLine, Remainder
from checkout.credits.models import CreditNote, CreditNoteLine, CreditRefund
from checkout.credits.rules import Goods
from checkout.invoices.models import Invoice, InvoiceLine
from checkout.orders.models import Order
from checkout.orders.orders import lines_of, progress_of
from checkout.withdrawals.desk import refund_due
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.refunds import is_told
from checkout.withdrawals.withdrawals import withdrawals_of
from shop.core.money import Money, total
from shop.core.sales import line_of
from shop.core.vat import VatLine
from shop.dossiers.dossiers import content_of

#: How the key of a refund to the card begins that a credit note gave back.
KEY = "credit-"


def credit_notes_of(session: Session, invoice_id: int) -> Sequence[CreditNote]:
    """The credit notes of an invoice, oldest first."""
    return session.scalars(
        select(CreditNote).where(CreditNote.invoice_id == invoice_id).order_by(CreditNote.id)
    ).all()


def remainder_of(session: Session, invoice: Invoice) -> Remainder:
    """What the credit notes of an invoice have left of it."""
    notes = credit_notes_of(session, invoice.id)
    return Remainder(
        _lines_left(session, invoice, [note.id for note in notes]),
        _vat_left(session, invoice, notes),
        invoice.including - invoice.credited,
    )


def _lines_left(
    session: Session, invoice: Invoice, note_ids: Sequence[int]
) -> tuple[CreditableLine, ...]:
    sold = {line.position: line for line in lines_of(session, invoice.order_id)}
    taken: dict[int, list[CreditNoteLine]] = {}
    for credited in session.scalars(
        select(CreditNoteLine).where(CreditNoteLine.credit_note_id.in_(note_ids))
    ):
        taken.setdefault(credited.position, []).append(credited)
    rows = session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice.id)
        .order_by(InvoiceLine.position)
    )
    lines = []
    for row in rows:
        gone = taken.get(row.position, [])
        lines.append(
            CreditableLine(
                position=row.position,
                sold=line_of(sold[row.position], quantity=row.quantity),
                units=row.quantity - sum(one.quantity for one in gone),
                amount=row.amount - total([one.amount for one in gone]),
                is_reduced=any(not one.quantity for one in gone),
            )
        )
    return tuple(lines)


def _vat_left(
    session: Session, invoice: Invoice, notes: Sequence[CreditNote]
) -> tuple[VatLine, ...]:
    """The base and the VAT of each rate, as the documents state them."""
    left = _vat_of(session, invoice.paper_id)
    for note in notes:
        for rate, (base, amount) in _vat_of(session, note.paper_id).items():
            left[rate] = left[rate][0] - base, left[rate][1] - amount
    return tuple(VatLine(rate, base, amount) for rate, (base, amount) in sorted(left.items()))


def _vat_of(session: Session, paper_id: int) -> dict[int, tuple[Money, Money]]:
    return {
        part["rate"]: (Money(part["base"]), Money(part["amount"]))
        for part in content_of(session, paper_id)["totals"]["vat"]
    }


def shipped_of(session: Session, order: Order) -> dict[int, int]:
    """Units of the goods of an order that were shipped and did not come back, by a return or by a
    credit note that took them into stock; by position.
    """
    back = credited_units(session, order, CreditNote.goods == Goods.RETURNED)
    return {
        line.position: line.delivered - line.returned - back.get(line.position, 0)
        for line in lines_of(session, order.id)
        if line.product_id is not None
    }


def credited_units(
    session: Session, order: Order, *conditions: ColumnElement[bool]
) -> Mapping[int, int]:
    """Units that the credit notes of an order took, by position; of those notes that meet the
    conditions.
    """
    rows = session.execute(
        select(CreditNoteLine.position, func.sum(CreditNoteLine.quantity).label("units"))
        .join(CreditNote, CreditNote.id == CreditNoteLine.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Invoice.order_id == order.id, *conditions)
        .group_by(CreditNoteLine.position)
    )
    return {row.position: int(row.units) for row in rows}


def unshipped_of(session: Session, order: Order) -> dict[int, int]:
    """Units of the goods of an order that are still to be shipped, by position."""
    goods = [line for line in lines_of(session, order.id) if line.product_id is not None]
    return {line.position: line.remaining for line in progress_of(goods)}


def overpaid(session: Session, order: Order) -> Money:
    """What was received for the invoices of an order beyond what their credit notes left."""
    invoices = session.scalars(select(Invoice).where(Invoice.order_id == order.id))
    return total([max(one.covered - one.including, Money()) for one in invoices])


def given_back(session: Session, order: Order) -> Money:
    """What was given back of an order, or is to be: for its credit notes, for withdrawals, and what
    the card processor or the bank took back.
    """
    credited = session.scalars(
        select(CreditRefund.amount)
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Invoice.order_id == order.id)
    ).all()
    reversals = session.scalars(
        select(CardReversal)
        .join(CardPayment, CardPayment.id == CardReversal.payment_id)
        .where(CardPayment.order_id == order.id)
    ).all()
    taken = [row for row in reversals if counts(row.state) and not row.key.startswith(KEY)]
    keys = {row.key for row in taken}
    elsewhere = [
        _given_for(session, row, order)
        for row in withdrawals_of(session, order)
        if f"withdrawal-{row.id}" not in keys
    ]
    return total([*credited, *(row.amount for row in taken), *elsewhere])


def _given_for(session: Session, row: Withdrawal, order: Order) -> Money:
    """What a withdrawal gives back that the card processor has not told: it is due, ordered, or was
    made by transfer.
    """
    if row.refunded is None:
        return refund_due(session, row, order) or Money()
    return Money() if is_told(session, row, row.refunded) else row.refunded


def given_without_credit(session: Session, order: Order) -> Money:
    """What was given back of an order, or is to be, for which there is no credit note yet: the next
    ones give back that much less.
    """
    return max(given_back(session, order) - overpaid(session, order), Money())
