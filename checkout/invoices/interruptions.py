"""The interruption of a payment period by the body, once (CCP R2192-27 to R2192-29)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from checkout.invoices.events import Told, write_event
from checkout.invoices.models import Invoice, InvoiceEvent
from checkout.invoices.objection_rules import Ending
from checkout.invoices.objections import tell_of_its_end, tell_of_objection
from checkout.invoices.procedure import PROCEDURE
from checkout.invoices.receipts import count_the_period, uninterrupted_last_day
from checkout.invoices.rules import (
    InterruptionReasonMissing,
    InvoicePaid,
    MistakeReasonMissing,
    NotInterrupted,
    ensure_between,
    ensure_interruption,
    ensure_sent,
)
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.text import one_line, paris_day


def interrupt_payment(
    session: Session,
    invoice: Invoice,
    order: Order,
    notified_on: date,
    reason: str,
    *,
    code: str = "",
    by: Actor,
    at: datetime,
) -> InvoiceEvent:
    """Record that the body interrupts the payment period of an invoice: the day on which its
    notification was received, and the reason that it states. Until this ends, there is no last day
    to pay; the buyer is told so. Recorded again, the last record counts. `code`: the platform's.

    Raises NotAllowed, IllegalTransition, InvoicePaid, InvoiceNotSent, InterruptedBefore,
    InterruptionReasonMissing, DayTooEarly, DayInFuture, PeriodOver.
    """
    _ensure_unpaid(invoice)
    transition = PROCEDURE.ensure("interrupt_payment", invoice.state, by)
    ensure_sent(invoice.number, is_sent=invoice.is_sent)
    told = one_line(reason)
    if not told:
        raise InterruptionReasonMissing
    ensure_interruption(
        invoice.number,
        notified_on,
        issued_on=invoice.issued_on,
        last_day=uninterrupted_last_day(session, invoice, order),
        today=paris_day(at),
        earlier=invoice.interruption,
    )
    is_new, invoice.interrupted_on = not invoice.is_interrupted, notified_on
    invoice.interruption_reason = told
    count_the_period(session, invoice, order)
    told_so, noted = Told(notified_on, told, code), {"notified_on": notified_on.isoformat()}
    event = write_event(session, invoice, order, transition, told_so, by=by, at=at, **noted)
    if is_new:
        tell_of_objection(session, invoice, order, event, at=at)
    return event


def resume_payment(
    session: Session,
    invoice: Invoice,
    order: Order,
    completed_on: date,
    *,
    code: str = "",
    by: Actor,
    at: datetime,
) -> InvoiceEvent:
    """Record the day on which the body received everything that it had asked for: a new payment
    period is counted from it. Recorded again, the last day counts; the journal keeps each.

    Raises NotAllowed, IllegalTransition, InvoicePaid, NotInterrupted, DayTooEarly, DayInFuture.
    """
    _ensure_unpaid(invoice)
    if invoice.interrupted_on is None:
        raise NotInterrupted(number=invoice.number)
    transition = PROCEDURE.ensure("resume_payment", invoice.state, by)
    ensure_between(completed_on, since=invoice.interrupted_on, today=paris_day(at))
    is_new, invoice.resumed_on = invoice.is_interrupted, completed_on
    count_the_period(session, invoice, order)
    told = Told(completed_on, code=code)
    noted = {"completed_on": completed_on.isoformat()}
    event = write_event(session, invoice, order, transition, told, by=by, at=at, **noted)
    if is_new:
        tell_of_its_end(session, invoice, order, Ending.COMPLETED, at=at)
    return event


def cancel_interruption(
    session: Session, invoice: Invoice, order: Order, reason: str, *, by: Actor, at: datetime
) -> InvoiceEvent:
    """Take back an interruption that was recorded by mistake, with its end: the payment period is
    counted as if there had been none. The journal keeps what was recorded.

    Raises NotAllowed, IllegalTransition, InvoicePaid, NotInterrupted, MistakeReasonMissing.
    """
    _ensure_unpaid(invoice)
    if invoice.interrupted_on is None:
        raise NotInterrupted(number=invoice.number)
    transition = PROCEDURE.ensure("cancel_interruption", invoice.state, by)
    told = one_line(reason)
    if not told:
        raise MistakeReasonMissing
    invoice.interrupted_on, invoice.interruption_reason, invoice.resumed_on = None, "", None
    count_the_period(session, invoice, order)
    told_so = Told(paris_day(at), told)
    event = write_event(session, invoice, order, transition, told_so, by=by, at=at)
    tell_of_its_end(session, invoice, order, Ending.MISTAKE, at=at)
    return event


def _ensure_unpaid(invoice: Invoice) -> None:
    if not invoice.is_due:
        raise InvoicePaid(number=invoice.number)
