"""The accounting staff: orders to invoice, and files to send to the paying service."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField

from checkout.batches.batches import Wanted
from checkout.batches.lists import next_file
from checkout.batches.sendings import request_file, send_or_prepare
from checkout.credits.remainders import credit_notes_of
from checkout.deliveries.rules import ReceiptInFuture, ReceivedBeforeShipped
from checkout.invoices.corrections import parties_of
from checkout.invoices.interruptions import (
    cancel_interruption,
    interrupt_payment,
    resume_payment,
)
from checkout.invoices.invoice_files import (
    find_invoice_file,
    form_for,
)
from checkout.invoices.invoices import get_invoice, invoice_with_order
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import late_of
from checkout.invoices.procedure import PROCEDURE as LIFE
from checkout.invoices.queue import count_to_do, to_invoice, to_send, unpaid
from checkout.invoices.receipts import record_invoice_receipt
from checkout.invoices.rules import DayInFuture, DayTooEarly, PeriodOver
from checkout.invoices.sendings import forward_invoice_file, last_sending
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from checkout.payments.receipts import payments_of
from checkout.web.deposits.shown import summary_of
from checkout.web.invoices import blueprint
from checkout.web.invoices.bundles import composed_of
from checkout.web.invoices.forms import (
    ForwardForm,
    InterruptionForm,
    MistakeForm,
    ReceiptForm,
    ResumptionForm,
    SendForm,
)
from checkout.web.invoices.shown import period_forms, preparation_shown, send_form
from shop.core.actors import ACCOUNTING
from shop.core.days import paris_day
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from, kept, place_asked, place_before, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "invoices.queue",
    _l("Invoices"),
    frozenset({ACCOUNTING}),
    lambda at: count_to_do(paris_day(at)),
    order=40,
    about=_l("to issue or to send"),
    group=Group.MONEY,
)
#: Writes what happened to the payment period of an invoice on a day.
Write = Callable[[Session, Invoice, Order, date], None]
#: What a day that cannot be is refused with.
IMPOSSIBLE_DAYS = (ReceivedBeforeShipped, ReceiptInFuture, DayTooEarly, DayInFuture, PeriodOver)


@blueprint.get("/bureau/factures")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """To invoice, to send, awaiting payment."""
    session, day = reading(), today()
    waiting = to_invoice(session, day, place_asked(name="orders"))
    unsent = to_send(session, day, place_asked(name="files"))
    due = unpaid(session, day, place_asked(name="due"))
    return render_template(
        "invoices/queue.html",
        waiting=waiting,
        unsent=unsent,
        unpaid=due,
        query=kept(waiting, unsent, due),
        today=day,
    )


@blueprint.get("/bureau/factures/<number>")
@staff_only(ACCOUNTING)
def show(number: str) -> Any:
    """One invoice: its documents, its recipient, its payments."""
    return _page(number)


@blueprint.post("/bureau/factures/<number>")
@staff_only(ACCOUNTING)
@key_required
def send(number: str) -> Any:
    """Send one file to the paying service: now where it is made, else the worker makes it first."""
    form, by = SendForm(), actor()
    if not form.validate_on_submit():
        return _page(number, form, status=422)
    to = form.to.data or ""
    with database().transaction() as session:
        then = leads_to(session, _after_sending(session, number))
        invoice, order = get_invoice(session, number, by=by)
        wanted = Wanted(to, form.wanted)
        leaves = send_or_prepare(session, invoice, order, wanted, by=by, at=now())
    if leaves:
        told = _("The file of %(number)s is being sent to %(to)s.", number=number, to=to)
    else:
        told = _(
            "The file of %(number)s is being prepared: it is then sent to %(to)s.",
            number=number,
            to=to,
        )
    flash(told, "good")
    return redirect(then, 303)


def _after_sending(session: Session, number: str) -> str:
    """The next file to send of the list from which the invoice was opened, or that list; the
    invoice again when it was opened from elsewhere.
    """
    desk = url_for(".queue")
    place = place_before(desk, name="files")
    if place is None:
        return place_url(".show", number=number)
    following = next_file(session, number, today(), place)
    return place_url(".show", number=following) if following else came_from(desk)


@blueprint.post("/bureau/factures/<number>/dossier")
@staff_only(ACCOUNTING)
@key_required
def prepare(number: str) -> Any:
    """One file that the staff forward themselves: the worker makes it."""
    by, shown = actor(), place_url(".show", number=number)
    with database(shown).transaction() as session:
        invoice, order = get_invoice(session, number, by=by)
        request_file(session, invoice, order, by=by, at=now())
    flash(_("The PDF is being prepared: it appears on this page when it is made."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/factures/<number>/transmission")
@staff_only(ACCOUNTING)
def forward(number: str) -> Any:
    """The day on which the staff forwarded the file."""
    form = ForwardForm(prefix="forward")

    def write(session: Session, invoice: Invoice, order: Order, day: date) -> None:
        forward_invoice_file(session, invoice, order, day, by=actor(), at=now())

    said = _("Sending recorded: the payment period is counted from it.")
    return _recorded(number, "forward", form, form.forwarded_on, write, said)


@blueprint.post("/bureau/factures/<number>/reception")
@staff_only(ACCOUNTING)
def record_receipt(number: str) -> Any:
    """The day on which the paying service received the invoice: its period runs from it."""
    form = ReceiptForm(prefix="receipt")

    def write(session: Session, invoice: Invoice, order: Order, day: date) -> None:
        record_invoice_receipt(session, invoice, order, day, by=actor(), at=now())

    said = _("Receipt recorded: the last day to pay is counted from it.")
    return _recorded(number, "receipt", form, form.received_on, write, said)


@blueprint.post("/bureau/factures/<number>/interruption")
@staff_only(ACCOUNTING)
def interrupt(number: str) -> Any:
    """The body interrupts the payment period, by a notification."""
    form = InterruptionForm(prefix="interruption")

    def write(session: Session, invoice: Invoice, order: Order, day: date) -> None:
        interrupt_payment(
            session, invoice, order, day, form.reason.data or "", by=actor(), at=now()
        )

    said = _("Interruption recorded: the payment period does not run until its end.")
    return _recorded(number, "interruption", form, form.notified_on, write, said)


@blueprint.post("/bureau/factures/<number>/reprise")
@staff_only(ACCOUNTING)
def resume(number: str) -> Any:
    """The body has received everything: a new payment period is counted."""
    form = ResumptionForm(prefix="resumption")

    def write(session: Session, invoice: Invoice, order: Order, day: date) -> None:
        resume_payment(session, invoice, order, day, by=actor(), at=now())

    said = _("End of the interruption recorded: the new last day to pay is counted.")
    return _recorded(number, "resumption", form, form.completed_on, write, said)


def _recorded(
    number: str, name: str, form: ShopForm, day: DateField, write: Write, said: str
) -> Any:
    """Write what happened to the payment period of an invoice on the `day` of a form, the one
    called `name` on the page; a day that cannot be is refused beside its field.
    """
    if not form.validate_on_submit() or day.data is None:
        return _page(number, status=422, **{name: form})
    shown = place_url(".show", number=number)
    try:
        with database(shown).transaction() as session:
            invoice, order = get_invoice(session, number, by=actor())
            write(session, invoice, order, day.data)
    except IMPOSSIBLE_DAYS as refusal:
        day.errors = [sentence_of(refusal)]
        return _page(number, status=422, **{name: form})
    flash(said, "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/factures/<number>/interruption/annulation")
@staff_only(ACCOUNTING)
def cancel(number: str) -> Any:
    """An interruption was recorded by mistake: it counts no more."""
    form, by = MistakeForm(prefix="mistake"), actor()
    if not form.validate_on_submit():
        return _page(number, mistake=form, status=422)
    shown = place_url(".show", number=number)
    with database(shown).transaction() as session:
        invoice, order = get_invoice(session, number, by=by)
        cancel_interruption(session, invoice, order, form.reason.data or "", by=by, at=now())
    flash(_("The interruption counts no more."), "good")
    return redirect(shown, 303)


def _page(
    number: str,
    form: SendForm | None = None,
    *,
    status: int = 200,
    **forms: ShopForm,
) -> Any:
    session = reading()
    invoice, order = invoice_with_order(session, number)
    dossier = session.get_one(Dossier, order.dossier_id)
    parties = parties_of(invoice, order)
    sending = last_sending(session, invoice.id)
    form = form or send_form(parties, sending, form_for(session, order))
    return render_template(
        "invoices/show.html",
        invoice=invoice,
        order=order,
        dossier=dossier,
        composed=composed_of(dossier, order, [invoice]),
        parties=parties,
        payments=payments_of(session, invoice.id),
        credits=credit_notes_of(session, invoice.id),
        file=find_invoice_file(session, invoice, order),
        form=form,
        sending=sending,
        late=late_of(invoice, today=today()),
        acts={
            transition.name: transition
            for transition in (
                *PROCEDURE.open_transitions(order.stage, actor()),
                *LIFE.open_transitions(invoice.state, actor()),
            )
        },
        due=invoice.due,
        back=came_from(url_for(".queue")),
        here="invoices.queue",
        **preparation_shown(session, invoice),
        **summary_of(session, number),
        **period_forms(invoice) | forms,
    ), status
