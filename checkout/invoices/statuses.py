"""The statuses of an invoice: what its recipient or a platform says of it, told by a code.

    note_status(session, invoice, "REJETEE", on=day, reason="…", by=THE_CLOCK, at=at)

is called with the invoice locked (its order first, as `get_invoice()` does), by whoever hears of a
status: the worker that asks a platform, or the accounting staff. `code` is that of the reform
("210") or of Chorus Pro ("REJETEE"), see `status_rules.TOLD`. The same status told again changes
nothing, so that a platform can be asked as often as one likes.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from checkout.invoices.answers import ask_buyer
from checkout.invoices.events import Told, find_event, write_event
from checkout.invoices.interruptions import (
    cancel_interruption,
    interrupt_payment,
    resume_payment,
)
from checkout.invoices.models import Invoice, InvoiceEvent
from checkout.invoices.objection_rules import Ending
from checkout.invoices.objections import tell_of_its_end, tell_of_objection
from checkout.invoices.procedure import PROCEDURE, is_to_be_replaced
from checkout.invoices.rules import (
    InterruptedBefore,
    InvoiceNotSent,
    NotInterrupted,
    PeriodOver,
    StatusReasonMissing,
    StatusUnknown,
    ensure_between,
)
from checkout.invoices.status_rules import REASONED, TOLD
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from shop.core.actors import CLOCK, Actor
from shop.core.text import one_line, paris_day


def note_status(
    session: Session,
    invoice: Invoice,
    code: str,
    *,
    on: date,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> InvoiceEvent | None:
    """Record what was told of an invoice: the day from which it counts and its reason, which a
    dispute, a suspension, a refusal and a rejection need from a person (a platform may give none).
    A suspension interrupts the payment period, its end counts a new one (interruptions.py). A
    refusal that the buyer can cure asks them for what it names (answers.py); of a dispute and a
    suspension they are told (objections.py).

    None for a payment that is announced as received: only recorded payments collect an invoice.
    Raises StatusUnknown, NotAllowed, IllegalTransition, StatusReasonMissing, DayTooEarly,
    DayInFuture, and by a person the refusals of interruptions.py.
    """
    act = TOLD.get(code)
    if act is None:
        raise StatusUnknown(code=code)
    if act == "collect_invoice":
        return None
    told = Told(on, one_line(reason), code)
    transition = PROCEDURE.ensure(act, invoice.state, by)
    found = find_event(session, invoice, act, told)
    if found is not None:
        return found
    ensure_between(on, since=invoice.issued_on, today=paris_day(at))
    if act in REASONED and not told.reason and not by.has(CLOCK):
        raise StatusReasonMissing
    order = session.get_one(Order, invoice.order_id)
    event = _on_the_period(session, invoice, order, act, told, by=by, at=at)
    if event is None:
        event = write_event(session, invoice, order, transition, told, by=by, at=at)
        if transition.target is not None:
            _tell(session, invoice, order, event, at=at)
    return event


def _tell(
    session: Session, invoice: Invoice, order: Order, event: InvoiceEvent, *, at: datetime
) -> None:
    """What the buyer is told of the state that a status led to, and what they are asked for."""
    if is_to_be_replaced(event.state):
        ask_buyer(session, invoice, order, at=at)
    else:
        tell_of_objection(session, invoice, order, event, at=at)


def _on_the_period(
    session: Session,
    invoice: Invoice,
    order: Order,
    act: str,
    told: Told,
    *,
    by: Actor,
    at: datetime,
) -> InvoiceEvent | None:
    """A suspension, or its end, as the payment period knows it. What a platform tells and the law
    does not take (a second interruption, one after the last day) is kept as a status alone: None.
    """
    try:
        if act == "interrupt_payment":
            reason = told.reason or told.code
            return interrupt_payment(
                session, invoice, order, told.on, reason, code=told.code, by=by, at=at
            )
        if act == "resume_payment":
            return resume_payment(session, invoice, order, told.on, code=told.code, by=by, at=at)
    except (InterruptedBefore, InvoiceNotSent, NotInterrupted, PeriodOver):
        if not by.has(CLOCK):
            raise
    return None


def end_dispute(
    session: Session, invoice: Invoice, on: date, answer: str, *, by: Actor, at: datetime
) -> InvoiceEvent:
    """The dispute of an invoice is over, by the answer given. Raises NotAllowed,
    IllegalTransition, StatusReasonMissing, DayTooEarly, DayInFuture.
    """
    transition = PROCEDURE.ensure("end_dispute", invoice.state, by)
    told = Told(on, one_line(answer))
    ensure_between(on, since=invoice.issued_on, today=paris_day(at))
    if not told.reason:
        raise StatusReasonMissing
    order = session.get_one(Order, invoice.order_id)
    event = write_event(session, invoice, order, transition, told, by=by, at=at)
    tell_of_its_end(session, invoice, order, Ending.SETTLED, answer=told.reason, at=at)
    return event


def end_suspension(
    session: Session, invoice: Invoice, on: date, *, by: Actor, at: datetime
) -> InvoiceEvent:
    """The recipient has what it asked for. A suspension that a platform told and the law does not
    take (interruptions.py) ends without a new payment period. Raises NotAllowed,
    IllegalTransition, InvoicePaid, DayTooEarly, DayInFuture.
    """
    order = session.get_one(Order, invoice.order_id)
    if invoice.is_interrupted:
        return resume_payment(session, invoice, order, on, by=by, at=at)
    transition = PROCEDURE.ensure("resume_payment", invoice.state, by)
    ensure_between(on, since=invoice.issued_on, today=paris_day(at))
    event = write_event(session, invoice, order, transition, Told(on), by=by, at=at)
    tell_of_its_end(session, invoice, order, Ending.COMPLETED, at=at)
    return event


def correct_status(
    session: Session, invoice: Invoice, reason: str, *, by: Actor, at: datetime
) -> InvoiceEvent:
    """A status was recorded by mistake: it counts no more, and a suspension does not interrupt the
    payment period. Raises NotAllowed, IllegalTransition, StatusReasonMissing.
    """
    if invoice.is_interrupted and PROCEDURE.find("correct_status", invoice.state) is None:
        order = session.get_one(Order, invoice.order_id)
        return cancel_interruption(session, invoice, order, reason, by=by, at=at)
    transition = PROCEDURE.ensure("correct_status", invoice.state, by)
    told = Told(paris_day(at), one_line(reason))
    if not told.reason:
        raise StatusReasonMissing
    order = session.get_one(Order, invoice.order_id)
    was_objected = invoice.is_objected
    event = write_event(session, invoice, order, transition, told, by=by, at=at)
    if was_objected:
        tell_of_its_end(session, invoice, order, Ending.MISTAKE, at=at)
    return event


def follow_payments(
    session: Session, invoice: Invoice, order: Order, *, by: Actor, at: datetime
) -> None:
    """An invoice of which nothing is left to pay is collected; one of which a payment was taken
    off is to be paid again. Called by whatever changes what was paid. An invoice paid by card has
    no recipient who says anything of it.
    """
    if order.origin is Origin.CARD or not (invoice.paid or invoice.is_due):
        return
    act = "reopen_invoice" if invoice.is_due else "collect_invoice"
    transition = PROCEDURE.find(act, invoice.state)
    if transition is not None and by.has(*transition.who):
        told = Told(paris_day(at))
        write_event(session, invoice, order, transition, told, by=by, at=at)
