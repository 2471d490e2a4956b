"""The desk of returns: decided, received, credited or replaced."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.returns.lists import count_open, returns
from checkout.returns.models import Return
from checkout.returns.procedure import PROCEDURE
from checkout.returns.returns import (
    accept_return,
    announced_of,
    find_return,
    receive_return,
    refuse_return,
)
from checkout.returns.rules import MoreThanAnnounced, NothingReceived
from checkout.returns.settlements import replace_return, settle_return
from checkout.web.returns import blueprint
from checkout.web.returns.forms import (
    REASONS,
    InstructionsForm,
    RefusalForm,
    count_form,
)
from checkout.web.returns.shown import STATES, show_return
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN
from shop.core.parties import parties_from
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.storage.db import get_locked
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "returns.queue",
    _l("Returns"),
    frozenset({SALES_ADMIN, LOGISTICS, ACCOUNTING}),
    lambda _at: count_open(),
    order=53,
    group=Group.GOODS,
    about=_l("returns to decide, to receive or to credit"),
)


@blueprint.get("/bureau/retours")
@staff_only(SALES_ADMIN, LOGISTICS, ACCOUNTING)
def queue() -> Any:
    """The open returns, the oldest first, then the others."""
    rows = returns(reading(), place_asked())
    return render_template(
        "returns/queue.html",
        rows=rows,
        query=kept(rows),
        states=STATES,
        reasons=REASONS,
        today=today(),
        at=now(),
    )


@blueprint.get("/bureau/retours/<number>")
@staff_only(SALES_ADMIN, LOGISTICS, ACCOUNTING)
def show(number: str) -> Any:
    """One return: what was asked, what came back, what can be done."""
    return _desk(number)


@blueprint.post("/bureau/retours/<number>/acceptation")
@staff_only(SALES_ADMIN, LOGISTICS)
def accept(number: str) -> Any:
    """The goods may come back."""
    form, shown = InstructionsForm(), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _desk(number, 422, instructions=form)
    with database(shown).transaction() as session:
        row, order = _locked(session, number)
        told = form.instructions.data or ""
        accept_return(session, row, order, instructions=told, by=actor(), at=now())
    flash(_("The return is accepted, and the client is told."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/retours/<number>/refus")
@staff_only(SALES_ADMIN, LOGISTICS)
def refuse(number: str) -> Any:
    """The goods stay with the client."""
    form, shown = RefusalForm(prefix="refusal"), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _desk(number, 422, refusal=form)
    with database(shown).transaction() as session:
        row, order = _locked(session, number)
        refuse_return(session, row, order, reason=form.reason.data or "", by=actor(), at=now())
    flash(_("The return is refused, and the client is told."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/retours/<number>/reception")
@staff_only(LOGISTICS)
@key_required
def receive(number: str) -> Any:
    """Count what came back."""
    row, order = find_return(reading(), number)
    announced = announced_of(reading(), row, lines_of(reading(), order.id))
    form, shown = count_form(announced), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _desk(number, 422, count=form)
    try:
        with database(shown).transaction() as session:
            row, order = _locked(session, number)
            receive_return(session, row, order, form.counted(announced), by=actor(), at=now())
    except NothingReceived as refusal:
        form.say(refusal)
        return _desk(number, 422, count=form)
    except MoreThanAnnounced as refusal:
        first = form.counts_of(refusal.facts["position"])[0]
        first.errors = [sentence_of(refusal)]
        return _desk(number, 422, count=form)
    flash(_("What came back is counted, and the client is told."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/retours/<number>/avoir")
@staff_only(ACCOUNTING)
@key_required
def settle(number: str) -> Any:
    """Credit what came back, in one press; the refund is made on the page of the credit note."""
    with database().transaction() as session:
        row, order = _locked(session, number)
        numbers = settle_return(session, row, order, by=actor(), at=now())
        shown = (
            url_for("credits.show", number=numbers[-1])
            if numbers
            else place_url(".show", number=number)
        )
        leads_to(session, shown)
    told = (
        _("Credit note %(number)s has been issued.", number=", ".join(numbers))
        if numbers
        else _("These goods are not invoiced any more.")
    )
    flash(told, "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/retours/<number>/remplacement")
@staff_only(SALES_ADMIN, LOGISTICS)
@key_required
def redeliver(number: str) -> Any:
    """What came back is delivered again."""
    form, shown = ShopForm(), place_url(".show", number=number)
    try:
        with database(shown).transaction() as session:
            row, order = _locked(session, number)
            replace_return(session, row, order, by=actor(), at=now())
    except OutOfStock as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _desk(number, 422, again=form)
    flash(_("The goods are to be delivered again, and the client is told."), "good")
    return redirect(shown, 303)


def _locked(session: Any, number: str) -> tuple[Return, Order]:
    """The return and its order, both locked, the order first. Raises NotFound."""
    row, order = find_return(session, number)
    locked = get_locked(session, Order, order.id)
    return get_locked(session, Return, row.id), locked


def _desk(number: str, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    row, order = find_return(session, number)
    shown = show_return(session, row, order)
    forms: dict[str, ShopForm] = {
        "instructions": InstructionsForm(formdata=None),
        "refusal": RefusalForm(formdata=None, prefix="refusal"),
        "count": typed.get("count") or count_form(shown.lines),
        "again": ShopForm(formdata=None),
    }
    html = render_template(
        "returns/show.html",
        one=shown,
        order=order,
        dossier=session.get_one(Dossier, order.dossier_id),
        parties=parties_from(order.parties),
        reason=str(REASONS[row.reason]),
        acts={each.name for each in PROCEDURE.open_transitions(row.state, actor())},
        forms=forms | typed,
        back=came_from(url_for(".queue")),
        here="returns.queue",
    )
    return html, status
