"""The lines of a quote in preparation: products with their quantities and discounts, free lines."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from checkout.drafts.granting_rules import DiscountReasonMissing, DiscountTooHigh
from quotes.client_quotes.adjustments import (
    Granted,
    add_free_line,
    remove_free_line,
    set_discounts,
)
from quotes.client_quotes.client_quotes import get_client_quote
from quotes.client_quotes.limits import limits_at
from quotes.client_quotes.rules import (
    ensure_discount,
)
from quotes.web.client_quotes import blueprint
from quotes.web.client_quotes.forms import FreeLineForm, LineForm
from quotes.web.client_quotes.page import prepared, show_page
from shop.cart.carts import NotForSale, add_to_cart, set_quantities
from shop.cart.rules import MAX_QUANTITY
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.ops.clock import now
from shop.web.kit.forms import parse_percent
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of

#: Longest reason of a discount.
_LONGEST_REASON = 200


@blueprint.post("/bureau/devis/<int:client_quote_id>/lignes")
@staff_only(SALES, SALES_ADMIN)
def add(client_quote_id: int) -> Any:
    """Add a line by its reference; what is no reference is searched."""
    form, found = LineForm(), prepared(client_quote_id)
    if not form.validate_on_submit():
        return show_page(found, line=form, status=422)
    then, sku = url_for(".show", client_quote_id=client_quote_id), (form.sku.data or "").strip()
    try:
        with database(then).transaction() as session:
            get_client_quote(session, client_quote_id, by=actor(), lock=True)
            add_to_cart(session, found.token, sku.upper(), form.quantity.data or 1, at=now())
    except NotFound:
        return redirect(url_for(".show", client_quote_id=client_quote_id, q=sku), 303)
    except NotForSale as refusal:
        form.sku.errors = [sentence_of(refusal)]
        return show_page(found, line=form, status=422)
    return redirect(then, 303)


@blueprint.post("/bureau/devis/<int:client_quote_id>/quantites")
@staff_only(SALES, SALES_ADMIN)
def quantities(client_quote_id: int) -> Any:
    """The quantities and discounts of all lines; 0 takes a line out."""
    found, then = prepared(client_quote_id), url_for(".show", client_quote_id=client_quote_id)
    units, granted, faults = _typed_lines()
    if faults:
        return show_page(found, faults=faults, status=422)
    by = actor()
    with database(then).transaction() as session:
        row = get_client_quote(session, client_quote_id, by=by, lock=True).row
        set_quantities(session, found.token, units)
        set_discounts(session, row, granted, limits_at(session, now()), by=by)
    return redirect(then, 303)


@blueprint.post("/bureau/devis/<int:client_quote_id>/lignes-libres")
@staff_only(SALES, SALES_ADMIN)
def add_free(client_quote_id: int) -> Any:
    """Add a line that is no product."""
    form, found = FreeLineForm(), prepared(client_quote_id)
    if not form.validate_on_submit():
        return show_page(found, free=form, status=422)
    then, price = url_for(".show", client_quote_id=client_quote_id), form.unit_price.data or Money()
    with database(then).transaction() as session:
        row = get_client_quote(session, client_quote_id, by=actor(), lock=True).row
        name, units = form.name.data or "", form.units.data or 1
        add_free_line(session, row, name, price, form.vat_rate.data, units)
    return redirect(then, 303)


@blueprint.post("/bureau/devis/<int:client_quote_id>/lignes-libres/<int:line_id>/retrait")
@staff_only(SALES, SALES_ADMIN)
def take_free(client_quote_id: int, line_id: int) -> Any:
    """Take a free line out."""
    then = url_for(".show", client_quote_id=client_quote_id)
    with database(then).transaction() as session:
        row = get_client_quote(session, client_quote_id, by=actor(), lock=True).row
        remove_free_line(session, row, line_id)
    return redirect(then, 303)


def _typed_lines() -> tuple[dict[str, int], dict[str, Granted], dict[str, str]]:
    """What was typed of each line, by reference; faults by the name of the field."""
    units: dict[str, int] = {}
    granted: dict[str, Granted] = {}
    faults: dict[str, str] = {}
    for name, value in request.form.items():
        kind, _hyphen, sku = name.partition("-")
        if kind == "quantity" and not _is_quantity(value.strip()):
            faults[name] = _("Enter a quantity from 0 to %(most)s.", most=MAX_QUANTITY)
        elif kind == "quantity":
            units[sku] = int(value)
        elif kind == "discount":
            discount = parse_percent(value)
            if discount is None:
                faults[name] = _("Enter a discount in per cent, such as 7.5.")
            else:
                reason = request.form.get(f"reason-{sku}", "").strip()[:_LONGEST_REASON]
                granted[sku] = Granted(discount, reason)
    return units, granted, faults | _refused(granted)


def _refused(granted: dict[str, Granted]) -> dict[str, str]:
    """The discounts that whoever asks may not grant, told beside their fields."""
    limits, faults = limits_at(reading(), now()), {}
    for sku, one in granted.items():
        try:
            ensure_discount(one.discount, one.reason, limits, actor())
        except DiscountTooHigh as refusal:
            faults[f"discount-{sku}"] = sentence_of(refusal)
        except DiscountReasonMissing as refusal:
            faults[f"reason-{sku}"] = sentence_of(refusal)
    return faults


def _is_quantity(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 8 and int(value) <= MAX_QUANTITY
