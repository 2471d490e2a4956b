"""The movements of money that the entries book, each once and on its own day, as statements.

A movement of a former day is never booked again: money that is allotted anew leaves its old place
and takes the new one on the day of that act.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import COMPLETE, REPORTS
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import REFUNDED
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import HELD
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import COMPLETED as GIVEN
from checkout.withdrawals.refunds import told_refund
from shop.core.days import end_of_day
from shop.dossiers.models import Paper
from shop.storage.journal import JournalEntry

#: The acts of the journal by which a refund of a credit note was made; `note_refund_elsewhere`
#: is not one: that money is a reversal of the card payment.
_CARD_REFUND, _CARD_FAILED = "complete_card_refund", "fail_card_refund"
_TRANSFER = "confirm_transfer"


def payment_rows(since: date, until: date) -> Select[Any]:
    """Payments on the day on which they were received."""
    return (
        _payments(Payment.received_on)
        .where(~_is_moved(), Payment.received_on.between(since, until))
        .order_by(Payment.received_on, Payment.id)
    )


def moved_rows(since: date, until: date) -> Select[Any]:
    """Money that the shop had before and that pays an invoice now, on the day of that act."""
    return (
        _payments(Payment.recorded_at)
        .where(_is_moved(), within(Payment.recorded_at, since, until))
        .order_by(Payment.recorded_at, Payment.id)
    )


def correction_rows(since: date, until: date) -> Select[Any]:
    """Payments taken off an invoice, on the day of this; their amounts are negative."""
    return (
        _payments(Payment.recorded_at, Payment.corrects_id.is_not(None))
        .where(within(Payment.recorded_at, since, until))
        .order_by(Payment.recorded_at, Payment.id)
    )


def held_rows(since: date, until: date) -> Select[Any]:
    """Transfers, or parts of them, that were held when they were received: those of a client and
    unidentified ones.
    """
    return (
        _parts(Transfer.received_on)
        .where(
            TransferPart.payment_id.is_(None),
            TransferPart.made_of_id.is_(None),
            Transfer.received_on.between(since, until),
        )
        .order_by(Transfer.received_on, TransferPart.id)
    )


def kept_rows(since: date, until: date) -> Select[Any]:
    """Money that the shop had before and that became the credit of a client."""
    return (
        _parts(TransferPart.recorded_at)
        .where(
            TransferPart.payment_id.is_(None),
            TransferPart.made_of_id.is_not(None),
            TransferPart.order_id.is_not(None),
            within(TransferPart.recorded_at, since, until),
        )
        .order_by(TransferPart.recorded_at, TransferPart.id)
    )


def used_rows(since: date, until: date) -> Select[Any]:
    """Credits of clients that were allotted to something else."""
    return _acts_on_parts("allot_transfer", since, until).where(
        TransferPart.order_id.is_not(None), JournalEntry.source.in_(HELD)
    )


def returned_rows(since: date, until: date) -> Select[Any]:
    """Held money that was given back by transfer."""
    return _acts_on_parts("confirm_return", since, until)


def refund_rows(since: date, until: date) -> Select[Any]:
    """Money of credit notes given back, and refunds to the card that came back: negative."""
    came_back = (
        (JournalEntry.act == _CARD_FAILED)
        & JournalEntry.source.in_(REFUNDED)
        & _is_own_reversal(JournalEntry.facts["reference"].as_string())
    )
    means = case((JournalEntry.act == _TRANSFER, literal("transfer")), else_=literal("card"))
    return (
        select(
            means.label("method"),
            _signed(JournalEntry.act == _CARD_FAILED, CreditRefund.amount),
            JournalEntry.at.label("day"),
            CreditNote.number,
            CreditNote.issued_on,
            Paper.content["customer"].label("customer"),
        )
        .join(CreditRefund, JournalEntry.subject == subject_is("credit_refund", CreditRefund.id))
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Paper, Paper.id == CreditNote.paper_id)
        .where(
            or_(JournalEntry.act.in_((_CARD_REFUND, _TRANSFER)), came_back),
            within(JournalEntry.at, since, until),
        )
        .order_by(JournalEntry.at, JournalEntry.id)
    )


def withdrawal_rows(since: date, until: date) -> Select[Any]:
    """Refunds of withdrawals, to the card or by transfer; those that came back: negative. A refund
    that was made on the processor's site is a reversal.
    """
    by_hand = (JournalEntry.act == "refund_withdrawal") & ~told_refund()
    failed = (JournalEntry.act == "fail_withdrawal_refund") & JournalEntry.source.in_(GIVEN)
    by_card = JournalEntry.act == "complete_withdrawal_refund"
    means = case((by_hand, literal("transfer")), else_=literal("card"))
    amount = _signed(JournalEntry.act == "fail_withdrawal_refund", Withdrawal.refunded)
    return (
        _of_invoice(select(means.label("method"), amount, JournalEntry.at.label("day")))
        .join(Withdrawal, JournalEntry.subject == subject_is("withdrawal", Withdrawal.id))
        .join(Invoice, Invoice.id == _first_invoice(Withdrawal.order_id))
        .join(Paper, Paper.id == Invoice.paper_id)
        .where(or_(by_hand, by_card, failed), within(JournalEntry.at, since, until))
        .order_by(JournalEntry.at, JournalEntry.id)
    )


def reversal_rows(since: date, until: date) -> Select[Any]:
    """What was refunded on the processor's site, and disputes that were lost; what the shop has
    again of these: negative.
    """
    taken = JournalEntry.target.in_(COMPLETE)
    again = JournalEntry.source.in_(COMPLETE)
    amount = _signed(again, CardReversal.amount)
    return (
        _of_invoice(select(literal("card").label("method"), amount, JournalEntry.at.label("day")))
        .join(CardReversal, CardReversal.id == JournalEntry.facts["reversal"].as_string())
        .join(CardPayment, CardPayment.id == CardReversal.payment_id)
        .join(Invoice, Invoice.id == _first_invoice(CardPayment.order_id))
        .join(Paper, Paper.id == Invoice.paper_id)
        .where(
            JournalEntry.act.in_(REPORTS),
            JournalEntry.subject == subject_is("card", CardPayment.id),
            or_(taken, again),
            CardReversal.key == "",
            within(JournalEntry.at, since, until),
        )
        .order_by(JournalEntry.at, JournalEntry.id)
    )


def within(moment: Any, since: date, until: date) -> ColumnElement[bool]:
    """Whether a moment is one of the days, in Paris."""
    return and_(moment >= end_of_day(since - timedelta(days=1)), moment < end_of_day(until))


def _payments(day: Any, kind: ColumnElement[bool] | None = None) -> Select[Any]:
    """Payments of invoices; those that were received, unless another kind is asked."""
    received = Payment.corrects_id.is_(None) if kind is None else kind
    return (
        _of_invoice(select(Payment.method, Payment.amount, day.label("day")))
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(Paper, Paper.id == Invoice.paper_id)
        .where(received)
    )


def _is_moved() -> ColumnElement[bool]:
    """Whether a payment is of money that the shop had before: of a part of a transfer that was
    allotted anew, or taken off another invoice in the same act.
    """
    before = aliased(Payment)
    taken_off = select(before.id).where(
        before.corrects_id < Payment.id,
        before.recorded_at == Payment.recorded_at,
        before.reference == Payment.reference,
        before.method == Payment.method,
    )
    parts = select(TransferPart.id).where(
        TransferPart.payment_id == Payment.id, TransferPart.made_of_id.is_not(None)
    )
    return or_(taken_off.exists(), parts.exists())


def _parts(day: Any) -> Select[Any]:
    """Parts of transfers that are held; `parties` of the client's order, None if unidentified."""
    return (
        select(
            TransferPart.amount,
            day.label("day"),
            Transfer.id.label("transfer"),
            Transfer.received_on,
            Order.parties,
        )
        .join(Transfer, Transfer.id == TransferPart.transfer_id)
        .outerjoin(Order, Order.id == TransferPart.order_id)
    )


def _acts_on_parts(act: str, since: date, until: date) -> Select[Any]:
    return (
        _parts(JournalEntry.at)
        .join(JournalEntry, JournalEntry.subject == subject_is("transfer_part", TransferPart.id))
        .where(JournalEntry.act == act, within(JournalEntry.at, since, until))
        .order_by(JournalEntry.at, JournalEntry.id)
    )


def _of_invoice(statement: Select[Any]) -> Select[Any]:
    return statement.add_columns(
        Invoice.number, Invoice.issued_on, Paper.content["customer"].label("customer")
    )


def _first_invoice(order_id: Any) -> Any:
    """The invoice of a card order: the only one, unless an earlier version invoiced it in parts."""
    of_order = aliased(Invoice)
    return select(func.min(of_order.id)).where(of_order.order_id == order_id).scalar_subquery()


def _is_own_reversal(reversal_id: Any) -> ColumnElement[bool]:
    own = select(CardReversal.id).where(CardReversal.id == reversal_id, CardReversal.key != "")
    return own.exists()


def _signed(came_back: ColumnElement[bool], amount: Any) -> Any:
    """An amount given back, negative where it came back."""
    return case((came_back, -amount), else_=amount).label("amount")


def subject_is(kind: str, key: Any) -> ColumnElement[str]:
    """The subject of a row in the journal."""
    return f"{kind}:" + cast(key, String)
