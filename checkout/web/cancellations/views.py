"""The buyer asks to cancel an order of their organisation, or takes the request back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.cancellations.cancellations import (
    ask_cancellation,
    cancellations_of,
    find_waiting,
    take_cancellation_back,
)
from checkout.cancellations.procedure import PROCEDURE
from checkout.cancellations.rules import CancellationReasonMissing, NothingToCancel
from checkout.deliveries.deliveries import goods_of
from checkout.orders.consumers import is_consumers
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.web.cancellations import blueprint
from checkout.web.cancellations.forms import ReasonForm
from checkout.web.cancellations.shown import STATES, read_own_order
from shop.ops.clock import now
from shop.storage.db import get_locked
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/commandes/<number>/annulation")
@reader_of_dossier()
def ask(number: str) -> Any:
    """What was asked and decided, and the form of a request; a consumer withdraws instead."""
    order, _dossier = read_own_order(number)
    if is_consumers(order):
        return redirect(url_for("withdrawals.declaration", order=number), 303)
    return _page(number, ReasonForm(formdata=None))


@blueprint.post("/commandes/<number>/annulation")
@reader_of_dossier(PROCEDURE, "ask_cancellation")
def send(number: str) -> Any:
    """Ask to cancel what is left of the order."""
    order, _dossier = read_own_order(number)
    form, shown = ReasonForm(), url_for(".ask", number=number)
    if not form.validate_on_submit():
        return _page(number, form), 422
    try:
        with database(shown).transaction() as session:
            locked = get_locked(session, Order, order.id)
            ask_cancellation(session, locked, reason=form.reason.data or "", by=actor(), at=now())
    except (CancellationReasonMissing, NothingToCancel) as refusal:
        form.reason.errors = [sentence_of(refusal)]
        return _page(number, form), 422
    flash(_("Your request has been sent: we answer by e-mail."), "good")
    return redirect(shown, 303)


@blueprint.post("/commandes/<number>/annulation/reprise")
@reader_of_dossier(PROCEDURE, "take_cancellation_back")
def take_back(number: str) -> Any:
    """The order goes on."""
    order, _dossier = read_own_order(number)
    shown = url_for(".ask", number=number)
    with database(shown).transaction() as session:
        locked = get_locked(session, Order, order.id)
        take_cancellation_back(session, locked, by=actor(), at=now())
    flash(_("Your request has been taken back: the order goes on."), "good")
    return redirect(shown, 303)


def _page(number: str, form: ReasonForm) -> str:
    session = reading()
    order, dossier = read_own_order(number)
    goods = goods_of(lines_of(session, order.id))
    waiting = find_waiting(session, order.id)
    return render_template(
        "cancellations/ask.html",
        order=order,
        dossier=dossier,
        goods=[line for line in goods if line.remaining],
        delivered=any(line.delivered for line in goods),
        rows=cancellations_of(session, order.id),
        states=STATES,
        waiting=waiting,
        may_ask=_may("ask_cancellation") and waiting is None,
        may_take_back=_may("take_cancellation_back") and waiting is not None,
        form=form,
    )


def _may(act: str) -> bool:
    who = (one.who for one in PROCEDURE.transitions if one.name == act)
    return any(actor().has(*roles) for roles in who)
