"""Logistics: the orders to prepare, and the delivery note of one order."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.cancellations.cancellations import find_waiting
from checkout.deliveries.deliveries import goods_of, issue_delivery_note, notes_of, receipts_of
from checkout.deliveries.queue import count_late, count_to_prepare, next_to_prepare, to_prepare
from checkout.deliveries.rules import (
    MoreSerials,
    PackagesMiscounted,
    SerialKnown,
    SerialTooLong,
    SerialTwice,
    TooManyPackages,
)
from checkout.orders.models import Order
from checkout.orders.orders import get_order, lines_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.rules import PaymentReversed, ensure_not_reversed
from checkout.receivables.holds import ensure_not_on_hold
from checkout.web.deliveries import blueprint
from checkout.web.deliveries.notes import known_order
from checkout.web.deliveries.shipping import DeliveryForm, delivery_form
from checkout.web.deliveries.shown import delivery_shown, told_of
from checkout.withdrawals.withdrawals import is_withdrawn
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN
from shop.core.days import paris_day
from shop.core.errors import DomainError
from shop.core.parties import parties_from
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.web.kit.client_notices import notices_about
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings
from shop.web.kit.tabs import Group, Late, Tab
from shop.web.kit.told import tell_done

TAB = Tab(
    "deliveries.queue",
    _l("Deliveries"),
    frozenset({LOGISTICS, SALES_ADMIN}),
    lambda _at: count_to_prepare(),
    order=30,
    about=_l("orders to prepare"),
    group=Group.GOODS,
    late=Late(
        lambda at: count_late(paris_day(at)),
        ("state", "late"),
        _l("%(num)s after the promised day"),
    ),
)


@blueprint.get("/bureau/livraisons")
@staff_only(LOGISTICS, SALES_ADMIN)
def queue() -> Any:
    """Orders to prepare, oldest first."""
    return _render()


@blueprint.get("/bureau/livraisons/<number>")
@staff_only(LOGISTICS, SALES_ADMIN, ACCOUNTING)
def show(number: str) -> Any:
    """One order: its remaining units, and the notes that were issued."""
    return _desk(number)


@blueprint.post("/bureau/livraisons/<number>")
@staff_only(LOGISTICS)
@key_required
def issue(number: str) -> Any:
    """Issue the delivery note, or show the form with its errors."""
    order = known_order(number)
    goods = goods_of(lines_of(reading(), order.id))
    form = delivery_form(goods)
    if "describe" in request.form:
        asked = request.form.get("parcels", "")
        return _desk(number, delivery_form(goods, described=int(asked) if asked.isdecimal() else 0))
    if not form.validate_on_submit():
        return _desk(number, form, 422)
    by, shipment = actor(), form.shipment(settings().public_url)
    try:
        with database().transaction() as session:
            after = next_to_prepare(session, number, today(), place_asked())
            order = get_order(session, number, by=by)
            ensure_not_on_hold(session, order.organisation_id, at=now())
            note = issue_delivery_note(session, order, form.quantities, shipment, by=by, at=now())
            then = leads_to(session, _after(order, after))
    except DomainError as refusal:
        if refusal.suspicious:
            raise
        _say(form, refusal)
        return _desk(number, form, 422)
    tell_done(
        _(
            "Delivery note %(number)s of order %(order)s has been issued. The buyer is notified by "
            "e-mail.",
            number=note.number,
            order=number,
        ),
        undo=_("Take this delivery note back"),
        url=url_for(".contrary", number=number, note=note.number),
    )
    return redirect(then, 303)


def _say(form: DeliveryForm, refusal: DomainError) -> None:
    """Show a refusal beside its field, or above the form."""
    if isinstance(refusal, PackagesMiscounted | TooManyPackages):
        form.parcels.errors = [sentence_of(refusal)]
    elif isinstance(refusal, MoreSerials | SerialTwice | SerialTooLong | SerialKnown):
        form.serials_of(refusal.facts["position"]).errors = [sentence_of(refusal)]
    else:
        form.form_errors.append(sentence_of(refusal))
    if isinstance(refusal, SerialKnown):
        form.shipped_again.errors = [sentence_of(refusal)]


def _after(order: Order, following: str | None) -> str:
    """The same order while goods are left to deliver, then the next one, or the queue."""
    left = any(
        transition.name == "issue_delivery_note"
        for transition in PROCEDURE.open_transitions(order.stage, actor())
    )
    shown = order.number if left else following
    return place_url(".show", number=shown) if shown else place_url(".queue")


def _desk(number: str, form: DeliveryForm | None = None, status: int = 200) -> Any:
    session, order = reading(), known_order(number)
    lines = lines_of(session, order.id)
    goods, notes = goods_of(lines), notes_of(session, order.id)
    return _render(
        status,
        order=order,
        dossier=session.get_one(Dossier, order.dossier_id),
        parties=parties_from(order.parties),
        lines=[line for line in lines if not line.is_shipping],
        left={line.position: line.remaining for line in goods},
        form=form or delivery_form(goods),
        notes=notes,
        shown=delivery_shown(
            order, notes, receipts_of(session, order.id), told_of(session, order.id)
        ),
        cancelling=find_waiting(session, order.id) is not None,
        withdrawn=is_withdrawn(session, order),
        stopped=_stopped(order),
        notices=notices_about(session, order.organisation_id) if order.organisation_id else [],
        may_issue=not order.is_reversed
        and any(
            transition.name == "issue_delivery_note"
            for transition in PROCEDURE.open_transitions(order.stage, actor())
        ),
    )


def _stopped(order: Order) -> str:
    """Why nothing of an order is shipped, as the service refuses it; "" when it may be."""
    try:
        ensure_not_reversed(order.number, is_reversed=order.is_reversed)
    except PaymentReversed as refusal:
        return sentence_of(refusal)
    return ""


def _render(status: int = 200, **page: Any) -> Any:
    context = {"order": None, **page}
    order = context["order"]
    rows = to_prepare(reading(), today(), place_asked(order.number if order else None))
    html = render_template(
        "deliveries/desk.html",
        rows=rows,
        query=kept(rows),
        today=today(),
        at=now(),
        here="deliveries.queue",
        **context,
    )
    return html, status
