"""Credit notes: issued once, in a gapless series, of all or part of what is left of an invoice.

Its rows are written in writing.py; refunds.py and transfers.py give the money back.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from checkout.credits.composition_rules import Credit, compose, ensure_goods, units_by_product
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import PROCEDURE as REFUNDS
from checkout.credits.remainders import (
    credited_units,
    given_back,
    overpaid,
    remainder_of,
    shipped_of,
    unshipped_of,
)
from checkout.credits.rules import (
    CreditedMeanwhile,
    CreditRequest,
    Goods,
    NothingLeftToCredit,
    ensure_credit_reason,
    to_give_back,
)
from checkout.credits.writing import Credited, Effect, effect_of, write_credit_note
from checkout.invoices.models import Invoice
from checkout.invoices.rules import is_billed
from checkout.invoices.sendings import last_sending
from checkout.orders.cancellations import Cause, Ground, cancel_units
from checkout.orders.models import Order
from checkout.orders.orders import lines_of, progress_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import send_email, subject_of
from checkout.withdrawals.withdrawals import sum_units, withdrawals_of
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.duties.duties import ensure_separate_in_dossier
from shop.duties.rules import CREDIT
from shop.settings import numbering
from shop.storage.transitions import Subject, advance, begin


def propose(
    session: Session, invoice: Invoice, order: Order, asked: CreditRequest
) -> tuple[Credit, Effect]:
    """The credit note that would be issued, and what it would change; nothing is written.

    Raises NothingLeftToCredit, CreditReasonMissing, MoreThanShipped, MoreThanUnshipped and the
    refusals of `compose()`.
    """
    ensure_credit_reason(asked.reason)
    remainder = remainder_of(session, invoice)
    if remainder.is_empty:
        raise NothingLeftToCredit(number=invoice.number)
    credit = compose(remainder, asked)
    ensure_goods(
        credit,
        asked.goods,
        shipped=shipped_of(session, order),
        unshipped=unshipped_of(session, order),
    )
    before = max(invoice.covered - invoice.including, Money())
    after = max(invoice.covered + credit.totals.payable - invoice.including, Money())
    paid_back = overpaid(session, order) - before + after
    refund = to_give_back(paid_back, given_back(session, order))
    return credit, effect_of(order, invoice, credit, refund)


def issue_credit_note(
    session: Session,
    invoice: Invoice,
    order: Order,
    asked: CreditRequest,
    *,
    expected: Money | None = None,
    by: Actor,
    at: datetime,
) -> CreditNote:
    """Credit what is asked of an invoice (locked after its order). `expected`: the amount that was
    shown to whoever confirms it.

    Raises NotAllowed, IllegalTransition, RecordedByYou, CreditedMeanwhile and the refusals of
    `propose()`.
    """
    transition = PROCEDURE.ensure("issue_credit_note", order.stage, by)
    alone = ensure_separate_in_dossier(session, CREDIT, by, dossier_id=order.dossier_id, at=at)
    asked = replace(asked, reason=ensure_credit_reason(asked.reason))
    credit, effect = propose(session, invoice, order, asked)
    if expected is not None and credit.totals.payable != expected:
        raise CreditedMeanwhile
    number = _take_number(session, order, credit, asked, by=by, at=at)
    subject = Credited(invoice, order, number, is_alone=bool(alone))
    note = write_credit_note(session, subject, credit, asked, effect, by=by, at=at)
    if not asked.is_replacing:
        _count_credited(session, order, credit)
    if asked.goods is Goods.RETURNED:
        stock.take_back(session, units_by_product(credit), reference=number, at=at)
    _tell(session, subject, note, effect, at=at)
    facts = _facts(note, invoice) | alone
    advance(session, subject_of(order), transition, by=by, at=at, **facts)
    _open_refund(session, order, note, effect.refund, by=by, at=at)
    settle(session, order, at=at)
    return note


def _facts(note: CreditNote, invoice: Invoice) -> dict[str, Any]:
    """What the journal keeps of a credit note."""
    return {
        "number": note.number,
        "invoice": invoice.number,
        "amount": note.including.cents,
        "reason": note.reason,
        "goods": note.goods.value,
    }


def _count_credited(session: Session, order: Order, credit: Credit) -> None:
    """Count the units that are credited and that no withdrawal states: a consumer cannot withdraw
    them any more, they would be refunded twice.
    """
    stated = sum_units(withdrawals_of(session, order))
    before = credited_units(session, order)
    for line in lines_of(session, order.id):
        units = credit.goods.get(line.position, 0)
        if units:
            covered = before.get(line.position, 0) - units - line.credited
            line.credited += max(0, units - max(0, stated[line.position] - covered))


def reverse_invoice(
    session: Session, invoice: Invoice, order: Order, reason: str, *, by: Actor, at: datetime
) -> CreditNote:
    """Reverse an invoice in the books of the shop: a row and a document like those of a credit
    note, in its series, which nobody receives. Its caller (replacements.py) has asked the table,
    moved what was paid, and writes the journal entry. Raises the refusals of `propose()`.
    """
    asked = CreditRequest(reason, whole=True, is_internal=True)
    credit, effect = propose(session, invoice, order, asked)
    number = numbering.take_number(session, series.CREDIT_NOTE, at=at)
    subject = Credited(invoice, order, number)
    return write_credit_note(session, subject, credit, asked, effect, by=by, at=at)


def _take_number(
    session: Session, order: Order, credit: Credit, asked: CreditRequest, *, by: Actor, at: datetime
) -> str:
    """The number, the last lock, after those of the stock that the goods move."""
    if asked.goods is Goods.RETURNED:
        stock.lock(session, units_by_product(credit))
    if asked.goods is Goods.UNSHIPPED:
        cause = Cause(Ground.CREDIT, asked.reason)
        cancel_units(session, order, credit.goods, cause=cause, by=by, at=at)
    return numbering.take_number(session, series.CREDIT_NOTE, at=at)


def get_credit_note(session: Session, number: str) -> tuple[CreditNote, Invoice, Order]:
    """The credit note of that number with its invoice and its order, to be read. Raises
    NotFound.
    """
    found = session.execute(
        select(CreditNote, Invoice, Order)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .where(CreditNote.number == number)
    ).first()
    if found is None:
        raise NotFound(number=number)
    return found[0], found[1], found[2]


def refund_subject(refund: CreditRefund, order: Order) -> Subject:
    """The money that a credit note gives back as the subject of its transitions."""
    return Subject(refund, "state", f"credit_refund:{refund.id}", order.dossier_id)


def _open_refund(
    session: Session, order: Order, note: CreditNote, amount: Money, *, by: Actor, at: datetime
) -> None:
    """What was paid beyond what is left is to be given back."""
    if not amount:
        return
    transition = REFUNDS.ensure("open_credit_refund", None, by)
    refund = CreditRefund(
        credit_note_id=note.id, state=REFUNDS.first("open_credit_refund"), amount=amount
    )
    session.add(refund)
    session.flush()
    subject = refund_subject(refund, order)
    begin(session, subject, transition, by=by, at=at, number=note.number, amount=amount.cents)


def settle(session: Session, order: Order, *, at: datetime) -> bool:
    """An order of which nothing is left to invoice or to pay is settled; whether this did it."""
    transition = PROCEDURE.find("settle_order", order.stage)
    if transition is None or not is_billed(progress_of(lines_of(session, order.id))):
        return False
    session.flush()
    due = select(Invoice.id).where(Invoice.order_id == order.id, Invoice.is_due)
    if session.scalar(select(exists(due))):
        return False
    advance(session, subject_of(order), transition, by=THE_CLOCK, at=at)
    return True


def _tell(
    session: Session, subject: Credited, note: CreditNote, effect: Effect, *, at: datetime
) -> None:
    """The e-mails to the customer, and to the paying service that received the invoice."""
    invoice, order = subject.invoice, subject.order
    facts: dict[str, Any] = {
        "number": note.number,
        "invoice": invoice.number,
        "invoiced_on": invoice.issued_on.isoformat(),
        "including": note.including.cents,
        "reason": note.reason,
        **effect.to_json(),
    }
    papers = (note.paper_id,)
    send_email(session, order, "credit_note_issued", at=at, papers=papers, **facts)
    sending = last_sending(session, invoice.id)
    service = sending.to if sending else invoice.sent_to
    if service:
        template = "credit_note_sent_to_service"
        send_email(session, order, template, to=service, at=at, papers=papers, **facts)
