"""The buyer's pages of orders: the confirmation, the page, the list."""

from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from checkout.web.orders import blueprint
from checkout.web.orders.page import read_order, state_of
from checkout.web.orders.sessions import key_of, remember_order, take_thanks
from shop.core.errors import NotFound
from shop.dossiers.dossiers import may_read, readable_by
from shop.dossiers.models import Dossier
from shop.questions.questions import questions_of
from shop.web.kit.bounds import key_asked
from shop.web.kit.guards import reader_of_dossier, signed_in
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading

A_PAGE = 30


@blueprint.get("/commandes")
@signed_in
def index() -> Any:
    """« Mes commandes »: the newest first, a page at a time."""
    before = key_asked("before")
    statement = (
        select(Order, Dossier.title)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(readable_by(actor()))
        .order_by(Order.id.desc())
        .limit(A_PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Order.id < before)
    rows = reading().execute(statement).all()
    shown = [(order, title, state_of(order)) for order, title in rows[:A_PAGE]]
    older = rows[A_PAGE - 1][0].id if len(rows) > A_PAGE else None
    return render_template("orders/index.html", orders=shown, older=older)


@blueprint.get("/commandes/<number>")
@reader_of_dossier(guests=True)
def show(number: str) -> Any:
    """An order, for its owner, their organisation, the shop, or a guest with its key."""
    order, dossier = _own_order(number)
    if request.args.get("key"):
        remember_order(number, request.args["key"])
        return redirect(url_for(".show", number=number), 303)
    if order.origin is Origin.QUOTE:
        return redirect(url_for("quotes.show", number=dossier.number), 303)
    return render_template(
        "orders/show.html",
        page=read_order(reading(), order, dossier),
        questions=questions_of(reading(), dossier.id, by=actor()),
        number=number,
        just_paid=take_thanks(number),
    )


def _own_order(number: str) -> tuple[Order, Dossier]:
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
