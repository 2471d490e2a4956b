"""The buyer's pages of orders: the confirmation, the page, the list."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from checkout.deliveries.deliveries import note_of_order
from checkout.deliveries.receipts import is_receipt_awaited
from checkout.deliveries.rules import ReceiptInFuture, ReceivedBeforeShipped
from checkout.invoices.invoices import invoices_of
from checkout.invoices.receipts import record_delivery_receipt
from checkout.orders.lists import own_orders
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from checkout.web.deliveries.forms import ReceiptForm
from checkout.web.orders import blueprint
from checkout.web.orders.beside import office_side
from checkout.web.orders.listed import invoiced_late, read_orders
from checkout.web.orders.page import read_order
from checkout.web.orders.sessions import key_of, remember_order, take_thanks
from shop.core.errors import NotFound
from shop.core.parties import parties_from
from shop.dossiers.dossiers import may_read
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.questions.questions import questions_of
from shop.storage.paging import page_of
from shop.web.kit.guards import reader_of_dossier, signed_in
from shop.web.kit.paging import came_from, kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/commandes")
@signed_in
def index() -> Any:
    """« Mes commandes »: the newest first, a page at a time."""
    day = today()
    listing = own_orders(
        actor(), overdue=invoiced_late(day), awaited=is_receipt_awaited(), today=day
    )
    shown = read_orders(reading(), page_of(reading(), listing, place_asked()), today=day)
    return render_template("orders/index.html", orders=shown, query=kept(shown))


@blueprint.get("/commandes/<number>")
@reader_of_dossier(guests=True)
def show(number: str) -> Any:
    """An order, for its owner, their organisation, the shop, or a guest with its key."""
    order, dossier = own_order(number)
    if request.args.get("key"):
        remember_order(number, request.args["key"])
        return redirect(url_for(".show", number=number), 303)
    if order.origin is Origin.QUOTE:
        back = came_from() or None
        return redirect(url_for("quotes.show", number=dossier.number, back=back), 303)
    return _page(number, order, dossier)


def _page(number: str, order: Order, dossier: Dossier) -> str:
    page, by = read_order(reading(), order, dossier), actor()
    invoices = invoices_of(reading(), order.id) if by.is_staff else ()
    return render_template(
        "orders/show.html",
        page=page,
        office=office_side(reading(), dossier, order, invoices) if by.is_staff else None,
        questions=questions_of(reading(), dossier.id, by=by),
        number=number,
        back=came_from() or None,
        just_paid=take_thanks(number),
    )


@blueprint.post("/commandes/<number>/bons-de-livraison/<note>/reception")
@reader_of_dossier(guests=True)
def record_receipt(number: str, note: str) -> Any:
    """The recipient, or whoever reads the order for them, says on which day it was received."""
    order, _dossier = own_order(number)
    back = came_from() or None if actor().is_staff else None
    shown = url_for(".show", number=number, back=back, _anchor="delivery")
    form = ReceiptForm(prefix=note)
    if not form.validate_on_submit() or form.received_on.data is None:
        return _refused(number, note, form)
    by = actor()
    who = by if by.name else replace(by, name=parties_from(order.parties).contact.name)
    try:
        with database(shown).transaction() as session:
            record_delivery_receipt(
                session,
                note,
                session.get_one(Order, order.id),
                form.received_on.data,
                by=who,
                at=now(),
            )
    except (ReceivedBeforeShipped, ReceiptInFuture) as refusal:
        form.received_on.errors = [sentence_of(refusal)]
        return _refused(number, note, form)
    flash(_("Receipt recorded. Thank you."), "good")
    return redirect(back or shown, 303)


def _refused(number: str, note: str, form: ReceiptForm) -> Any:
    """The form on a page of its own, with what was entered and what is wrong with it. Raises
    NotFound for a delivery note of another order.
    """
    order, _dossier = own_order(number)
    found = note_of_order(reading(), order.id, note)
    back = came_from() or None
    place = url_for(".show", number=number, back=back, _anchor="delivery")
    page = render_template("orders/receipt.html", order=order, note=found, form=form, place=place)
    return page, 422


def own_order(number: str) -> tuple[Order, Dossier]:
    """Raises NotFound for a stranger, who does not learn that the order exists."""
    found = (
        reading()
        .execute(
            select(Order, Dossier)
            .join(Dossier, Dossier.id == Order.dossier_id)
            .where(Order.number == number)
        )
        .first()
    )
    key = request.args.get("key") or key_of(number)
    if found is None or not may_read(found[1], actor(), key):
        raise NotFound(number=number)
    return found[0], found[1]
