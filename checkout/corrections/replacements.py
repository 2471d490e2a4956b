"""A wrong invoice is replaced in one act: a credit note takes it back, or a reversal in the books
where its recipient never booked it (refused, rejected), and a new invoice takes its place.

Nothing moves in stock; what was paid pays the new one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.corrections.rules import (
    CorrectionReasonMissing,
    CreditedInPart,
    NothingCorrected,
    ReplacedMeanwhile,
)
from checkout.credits.credit_notes import issue_credit_note, reverse_invoice
from checkout.credits.models import CreditNote
from checkout.credits.rules import CreditRequest
from checkout.deposits.deposits import close_deposits
from checkout.invoices.corrections import Correction, correction_of, write_correction
from checkout.invoices.events import Told, write_event
from checkout.invoices.models import Invoice
from checkout.invoices.procedure import PROCEDURE, is_never_booked
from checkout.orders.models import Order
from checkout.orders.progress import send_email
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import PROCEDURE as TRANSFERS
from checkout.payments.procedure import is_booked
from checkout.payments.receipts import conclude, correct_payment, receive, standing_payments
from checkout.payments.transfers import book_part, part_subject
from shop.core import series
from shop.core.actors import Actor
from shop.core.text import one_line, paris_day
from shop.settings import numbering
from shop.storage.transitions import advance


@dataclass(frozen=True, slots=True)
class Replaced:
    """The invoice that took the place of a wrong one, and the credit note or the reversal."""

    invoice: Invoice
    note: CreditNote


def ensure_replaceable(invoice: Invoice, *, by: Actor) -> None:
    """Raises NotAllowed, ReplacedMeanwhile, CreditedInPart."""
    if invoice.is_replaced:
        raise ReplacedMeanwhile(number=invoice.number)
    PROCEDURE.ensure("replace_invoice", invoice.state, by)
    if invoice.credited:
        raise CreditedInPart(number=invoice.number)


def ensure_correction(invoice: Invoice, order: Order, said: Correction, reason: str) -> str:
    """The reason, on one line. Raises CorrectionReasonMissing, NothingCorrected."""
    told = one_line(reason)
    if not told:
        raise CorrectionReasonMissing
    if said == correction_of(invoice, order):
        raise NothingCorrected
    return told


def replace_invoice(
    session: Session,
    wrong: Invoice,
    order: Order,
    said: Correction,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> Replaced:
    """Take a wrong invoice back and issue the corrected one (the wrong one locked after its
    order). Raises the refusals of `ensure_replaceable()`, `ensure_correction()` and UnsoundInvoice.
    """
    ensure_replaceable(wrong, by=by)
    told = ensure_correction(wrong, order, said, reason)
    transition = PROCEDURE.ensure("replace_invoice", wrong.state, by)
    number = numbering.take_number(session, series.INVOICE, at=at)
    invoice = write_correction(session, wrong, order, number, said, by=by, at=at)
    _move_payments(session, wrong, invoice, order, told, by=by, at=at)
    if is_never_booked(wrong.state):
        note = reverse_invoice(session, wrong, order, told, by=by, at=at)
    else:
        asked = CreditRequest(told, whole=True, is_replacing=True)
        note = issue_credit_note(session, wrong, order, asked, by=by, at=at)
    facts: dict[str, Any] = {"replaced_by": number, "credit": note.number}
    day = Told(paris_day(at), told)
    write_event(session, wrong, order, transition, day, by=by, at=at, **facts)
    close_deposits(session, wrong, order, number, by=by, at=at)
    _tell(session, wrong, invoice, order, told, at=at)
    return Replaced(invoice, note)


def replacement_of(session: Session, invoice: Invoice) -> Invoice | None:
    """The invoice that took the place of one, if any."""
    return session.scalar(select(Invoice).where(Invoice.replaces_id == invoice.id))


def replaced_by(session: Session, invoice: Invoice) -> Invoice | None:
    """The invoice whose place one took, if any."""
    return session.get(Invoice, invoice.replaces_id) if invoice.replaces_id else None


def _move_payments(
    session: Session,
    wrong: Invoice,
    invoice: Invoice,
    order: Order,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """What paid the wrong invoice pays the new one: rows of opposite amounts, none is changed."""
    for payment in standing_payments(session, wrong.id):
        correct_payment(session, order, wrong, payment, reason, by=by, at=at)
        part = session.scalar(select(TransferPart).where(TransferPart.payment_id == payment.id))
        if part is not None and is_booked(part.state):
            _move_part(session, part, invoice, order, reason, by=by, at=at)
        else:
            _pay_again(session, payment, invoice, order, by=by, at=at)


def _move_part(
    session: Session,
    part: TransferPart,
    invoice: Invoice,
    order: Order,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    transition = TRANSFERS.ensure("allot_transfer", part.state, by)
    part.reason = reason
    facts: dict[str, Any] = {"amount": part.amount.cents, "reason": reason}
    advance(session, part_subject(part, order), transition, by=by, at=at, **facts)
    transfer = session.get_one(Transfer, part.transfer_id)
    book_part(session, transfer, invoice, order, part.amount, made_of=part, by=by, at=at)


def _pay_again(
    session: Session,
    payment: Payment,
    invoice: Invoice,
    order: Order,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """A card payment, or a transfer recorded before transfers had parts."""
    again = receive(
        session,
        invoice,
        method=payment.method,
        amount=payment.amount,
        received_on=payment.received_on,
        reference=payment.reference,
        by=by,
        at=at,
    )
    session.flush()
    conclude(session, order, invoice, again, by=by, at=at)


def _tell(
    session: Session, wrong: Invoice, invoice: Invoice, order: Order, reason: str, *, at: datetime
) -> None:
    """The e-mail to the buyer: the new invoice, the one whose place it takes, and why."""
    send_email(
        session,
        order,
        "invoice_replaced",
        at=at,
        papers=(invoice.paper_id,),
        number=invoice.number,
        replaced=wrong.number,
        replaced_on=wrong.issued_on.isoformat(),
        reason=reason,
        including=invoice.including.cents,
        due=invoice.due.cents,
        never_booked=wrong.is_reversed,
    )
