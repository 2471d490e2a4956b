"""The accounting staff: deposits on Chorus Pro, asked for, noted by hand, decided."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from checkout.deposits.deposits import (
    abandon_deposit,
    confirm_flow,
    deposits_of,
    get_deposit,
    note_status,
    record_deposit,
    request_deposit,
    send_again,
)
from checkout.deposits.documents import faults_before, get_document, is_for_chorus
from checkout.deposits.lists import count_deposits_to_do, deposits
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import PROCEDURE
from checkout.deposits.rules import (
    DepositInFuture,
    DepositsOff,
    DepositTooEarly,
    FlowMissing,
    NothingDeposited,
    StatusUnknown,
)
from checkout.invoices.corrections import parties_of
from checkout.invoices.invoice_files import find_invoice_file
from checkout.invoices.overdue import late_of
from checkout.invoices.rules import StatusReasonMissing
from checkout.orders.models import Order
from checkout.web.deposits import blueprint
from checkout.web.deposits.forms import AbandonForm, FlowForm, HandForm, StatusForm
from checkout.web.deposits.shown import password_ends, refusal_of, told_faults, words_of
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.dossiers.models import Dossier
from shop.einvoicing.fault_rules import UnsoundInvoice
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "deposits.queue",
    _l("Chorus Pro"),
    frozenset({ACCOUNTING}),
    lambda _at: count_deposits_to_do(),
    order=42,
    about=_l("deposits that need somebody"),
    group=Group.MONEY,
)
#: Changes the last deposit of a document.
Write = Callable[[Session, Deposit, Order], None]
#: The field that shows a refusal.
BESIDE: dict[type[DomainError], tuple[str, ...]] = {
    FlowMissing: ("flow",),
    StatusReasonMissing: ("reason",),
    StatusUnknown: ("code",),
    DepositInFuture: ("deposited_on", "noted_on"),
    DepositTooEarly: ("deposited_on", "noted_on"),
}


@blueprint.get("/bureau/depots")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """The deposits: those that need somebody, those under way, those on the portal."""
    rows = deposits(reading(), place_asked())
    return render_template(
        "deposits/queue.html",
        rows=rows,
        words_of=words_of,
        ends=password_ends(),
        query=kept(rows),
        today=today(),
    )


@blueprint.get("/bureau/depots/<number>")
@staff_only(ACCOUNTING)
def show(number: str) -> Any:
    """The deposits of one invoice or credit note."""
    return _page(number)


@blueprint.post("/bureau/depots/<number>")
@staff_only(ACCOUNTING)
@key_required
def ask(number: str) -> Any:
    """Let the worker deposit it."""
    shown = place_url(".show", number=number)
    try:
        if not settings().deposits_on_chorus:
            raise DepositsOff
        with database(shown).transaction() as session:
            request_deposit(session, number, by=actor(), at=now())
    except UnsoundInvoice:
        return _page(number, 422)  # it lists every rule that is broken
    flash(_("%(number)s is being deposited on Chorus Pro.", number=number), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/depots/<number>/portail")
@staff_only(ACCOUNTING)
@key_required
def record(number: str) -> Any:
    """Somebody deposited it on the portal."""
    form, shown = HandForm(prefix="hand"), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _page(number, 422, hand=form)
    try:
        with database(shown).transaction() as session:
            record_deposit(session, number, form.made, by=actor(), at=now())
    except (FlowMissing, DepositInFuture, DepositTooEarly) as refusal:
        return _beside(number, form, refusal, "hand")
    flash(_("Deposit recorded: the payment period is counted from it."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/depots/<number>/statut")
@staff_only(ACCOUNTING)
def note(number: str) -> Any:
    """The status that the portal shows."""
    form = StatusForm(prefix="status")
    form.offer_statuses()

    def write(session: Session, deposit: Deposit, order: Order) -> None:
        note_status(session, deposit, order, form.noted, by=actor(), at=now())

    return _changed(number, "status", form, write, _("Status noted."))


@blueprint.post("/bureau/depots/<number>/flux")
@staff_only(ACCOUNTING)
def confirm(number: str) -> Any:
    """A person found it on the portal."""
    form = FlowForm(prefix="flow")

    def write(session: Session, deposit: Deposit, order: Order) -> None:
        confirm_flow(session, deposit, order, form.flow.data or "", by=actor(), at=now())

    return _changed(number, "flow", form, write, _("Flow number noted: it is being followed."))


@blueprint.post("/bureau/depots/<number>/renvoi")
@staff_only(ACCOUNTING)
def again(number: str) -> Any:
    """A person looked: the portal does not have it."""

    def write(session: Session, deposit: Deposit, order: Order) -> None:
        send_again(session, deposit, order, by=actor(), at=now())

    return _changed(number, "again", ShopForm(), write, _("It is being sent again."))


@blueprint.post("/bureau/depots/<number>/abandon")
@staff_only(ACCOUNTING)
def abandon(number: str) -> Any:
    """The deposit counts no more."""
    form = AbandonForm(prefix="abandon")

    def write(session: Session, deposit: Deposit, order: Order) -> None:
        abandon_deposit(session, deposit, order, form.reason.data or "", by=actor(), at=now())

    said = _("Deposit abandoned: another one may be made.")
    return _changed(number, "abandon", form, write, said)


def _changed(number: str, name: str, form: ShopForm, write: Write, said: str) -> Any:
    """Change the last deposit of a document with the form called `name` on its page."""
    if not form.validate_on_submit():
        return _page(number, 422, **{name: form})
    shown = place_url(".show", number=number)
    try:
        with database(shown).transaction() as session:
            last = _last(session, number)
            if last is None:
                raise NothingDeposited(number=number)
            write(session, *get_deposit(session, last.id, lock=True))
    except tuple(BESIDE) as refusal:
        return _beside(number, form, refusal, name)
    flash(said, "good")
    return redirect(shown, 303)


def _beside(number: str, form: ShopForm, refusal: DomainError, name: str) -> Any:
    place = next(one for one in BESIDE[type(refusal)] if one in form)
    form[place].errors = [sentence_of(refusal)]
    return _page(number, 422, **{name: form})


def _last(session: Session, number: str) -> Deposit | None:
    found = deposits_of(session, [get_document(session, number).paper_id])
    return found[0] if found else None


def _page(number: str, code: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    document = get_document(session, number)
    made = deposits_of(session, [document.paper_id])
    last = made[0] if made else None
    is_meant = is_for_chorus(session, document)
    may_deposit = is_meant and (last is None or not last.is_open)
    faults = faults_before(session, document) if may_deposit else []
    order = document.order
    html = render_template(
        "deposits/show.html",
        document=document,
        dossier=session.get_one(Dossier, order.dossier_id),
        parties=parties_of(document.invoice, order),
        file=None if document.is_credit else find_invoice_file(session, document.invoice, order),
        late=late_of(document.invoice, today=today()),
        deposits=made,
        last=last,
        is_meant=is_meant,
        may_deposit=may_deposit,
        faults=told_faults(faults),
        by_api=settings().deposits_on_chorus,
        acts={one.name for one in PROCEDURE.open_transitions(last.state, actor())} if last else (),
        words_of=words_of,
        refusal_of=refusal_of,
        ends=password_ends(),
        forms=_forms(last) | typed,
        back=came_from(url_for(".queue")),
        here="deposits.queue",
    )
    return html, code


def _forms(last: Deposit | None) -> dict[str, ShopForm]:
    status = StatusForm(formdata=None, prefix="status", noted_on=today())
    status.offer_statuses()
    return {
        "hand": HandForm(formdata=None, prefix="hand", deposited_on=today()),
        "status": status,
        "flow": FlowForm(formdata=None, prefix="flow", flow=last.flow if last else ""),
        "abandon": AbandonForm(formdata=None, prefix="abandon"),
    }
