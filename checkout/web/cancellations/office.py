"""The office decides on cancellations: of an order before delivery, of a rest, asked for or not."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.cancellations.cancellations import (
    accept_cancellation,
    cancellations_of,
    decide_cancellation,
    find_waiting,
    held_of,
    refuse_cancellation,
    reopen_cancellation,
)
from checkout.cancellations.lists import cancellations, count_waiting
from checkout.cancellations.money import needs_credit
from checkout.cancellations.rules import (
    CancellationReasonMissing,
    MoreThanLeft,
    NothingToCancel,
    NotReopened,
)
from checkout.deliveries.deliveries import goods_of
from checkout.orders.models import Order
from checkout.orders.orders import get_order, lines_of
from checkout.orders.procedure import Origin
from checkout.web.cancellations import blueprint
from checkout.web.cancellations.forms import DecisionForm, ReasonForm, decision_form
from checkout.web.cancellations.shown import STATES, read_own_order
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ACCOUNTING, ADMIN, SALES_ADMIN
from shop.core.parties import parties_from
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Tab

TAB = Tab(
    "cancellations.queue",
    _l("Cancellations"),
    frozenset({SALES_ADMIN, ACCOUNTING}),
    lambda _at: count_waiting(),
    order=52,
    about=_l("cancellations to decide"),
)


@blueprint.get("/bureau/annulations")
@staff_only(SALES_ADMIN, ACCOUNTING)
def queue() -> Any:
    """The requests to decide, then what was decided, the newest first."""
    rows = cancellations(reading(), place_asked())
    return render_template(
        "cancellations/queue.html", rows=rows, query=kept(rows), states=STATES, today=today()
    )


@blueprint.get("/bureau/annulations/<number>")
@staff_only(SALES_ADMIN, ACCOUNTING)
def show(number: str) -> Any:
    """One order: what is left of it, what was asked, what can be decided."""
    return _desk(number)


@blueprint.post("/bureau/annulations/<number>")
@staff_only(SALES_ADMIN, ACCOUNTING)
@key_required
def decide(number: str) -> Any:
    """Cancel units of an order by decision of the office."""
    order, _dossier = read_own_order(number)
    form, shown = _decision(order), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _desk(number, 422, decision=form)
    try:
        with database(shown).transaction() as session:
            locked = get_order(session, number, by=actor())
            reason = form.reason.data or ""
            decide_cancellation(
                session, locked, form.quantities, reason=reason, by=actor(), at=now()
            )
    except (CancellationReasonMissing, NothingToCancel) as refusal:
        form.say(refusal)
        return _desk(number, 422, decision=form)
    except MoreThanLeft as refusal:
        form[f"units_{refusal.facts['position']}"].errors = [sentence_of(refusal)]
        return _desk(number, 422, decision=form)
    flash(_("The units are cancelled, and the buyer is told."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/annulations/<number>/acceptation")
@staff_only(SALES_ADMIN, ACCOUNTING)
@key_required
def accept(number: str) -> Any:
    """Cancel what is left, as the buyer asked."""
    shown = place_url(".show", number=number)
    with database(shown).transaction() as session:
        order = get_order(session, number, by=actor())
        accept_cancellation(session, order, by=actor(), at=now())
    flash(_("The units are cancelled, and the buyer is told."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/annulations/<number>/refus")
@staff_only(SALES_ADMIN, ACCOUNTING)
def refuse(number: str) -> Any:
    """The order goes on; the buyer reads why."""
    form, shown = ReasonForm(prefix="refusal"), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _desk(number, 422, refusal=form)
    with database(shown).transaction() as session:
        order = get_order(session, number, by=actor())
        reason = form.reason.data or ""
        refuse_cancellation(session, order, reason=reason, by=actor(), at=now())
    flash(_("The request is refused, and the buyer is told."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/annulations/<number>/reouverture/<int:cancellation_id>")
@staff_only(SALES_ADMIN, ACCOUNTING)
@key_required
def reopen(number: str, cancellation_id: int) -> Any:
    """The units are delivered after all."""
    form, shown = ReasonForm(prefix=f"again-{cancellation_id}"), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _desk(number, 422, **{f"again-{cancellation_id}": form})
    try:
        with database(shown).transaction() as session:
            order = get_order(session, number, by=actor())
            reason = form.reason.data or ""
            reopen_cancellation(
                session, cancellation_id, order, reason=reason, by=actor(), at=now()
            )
    except (NotReopened, OutOfStock) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _desk(number, 422, **{f"again-{cancellation_id}": form})
    flash(_("The units are to be delivered after all, and the buyer is told."), "good")
    return redirect(shown, 303)


def _decision(order: Order) -> DecisionForm:
    return decision_form(goods_of(lines_of(reading(), order.id)))


def _desk(number: str, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    order, dossier = read_own_order(number)
    goods = goods_of(lines_of(session, order.id))
    held = held_of(session, order)
    forms: dict[str, ShopForm] = {
        "decision": typed.get("decision") or decision_form(goods),
        "refusal": ReasonForm(formdata=None, prefix="refusal"),
        **{f"again-{row.id}": ReasonForm(formdata=None, prefix=f"again-{row.id}") for row in held},
    }
    by_card = order.origin is Origin.CARD
    invoiced = needs_credit(order, lines_of(session, order.id))
    html = render_template(
        "cancellations/show.html",
        order=order,
        dossier=dossier,
        parties=parties_from(order.parties),
        goods=goods,
        left=[line for line in goods if line.remaining],
        rows=cancellations_of(session, order.id),
        held={row.id for row in held},
        waiting=find_waiting(session, order.id),
        states=STATES,
        by_card=by_card,
        may_decide=not invoiced or actor().has(ACCOUNTING, ADMIN),
        forms=forms | typed,
        back=came_from(url_for(".queue")),
        here="cancellations.queue",
    )
    return html, status
