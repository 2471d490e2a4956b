"""The lines of a sale in preparation: products with their quantities and discounts."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from checkout.drafts.granting_rules import DiscountReasonMissing, DiscountTooHigh, ensure_within
from checkout.payment_links.preparation import (
    Discount,
    get_prepared,
    most_discount,
    set_link_discounts,
)
from checkout.payment_links.procedure import DRAWING
from checkout.web.payment_links import blueprint
from checkout.web.payment_links.forms import LineForm
from checkout.web.payment_links.page import prepared, prepared_page
from shop.cart.carts import NotForSale, add_to_cart, set_quantities
from shop.cart.rules import MAX_QUANTITY
from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.web.kit.forms import parse_percent
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of

_LONGEST_REASON = 200


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/lignes")
@staff_only(*DRAWING)
def add(link_id: int) -> Any:
    """Add a line by its reference; what is no reference is searched."""
    form, found = LineForm(), prepared(link_id)
    if not form.validate_on_submit():
        return prepared_page(found, line=form, status=422)
    then, sku = url_for(".show", link_id=link_id), (form.sku.data or "").strip()
    try:
        with database(then).transaction() as session:
            get_prepared(session, link_id, by=actor(), lock=True)
            add_to_cart(session, found.token, sku.upper(), form.quantity.data or 1, at=now())
    except NotFound:
        return redirect(url_for(".show", link_id=link_id, q=sku), 303)
    except NotForSale as refusal:
        form.sku.errors = [sentence_of(refusal)]
        return prepared_page(found, line=form, status=422)
    return redirect(then, 303)


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/quantites")
@staff_only(*DRAWING)
def quantities(link_id: int) -> Any:
    """The quantities and discounts of all lines; 0 takes a line out."""
    found, then = prepared(link_id), url_for(".show", link_id=link_id)
    units, granted, faults = _typed_lines()
    if faults:
        return prepared_page(found, faults=faults, status=422)
    with database(then).transaction() as session:
        row = get_prepared(session, link_id, by=actor(), lock=True).row
        set_quantities(session, found.token, units)
        set_link_discounts(session, row, granted, by=actor(), at=now())
    return redirect(then, 303)


def _typed_lines() -> tuple[dict[str, int], dict[str, Discount], dict[str, str]]:
    """What was typed of each line, by reference; faults by the name of the field."""
    units: dict[str, int] = {}
    granted: dict[str, Discount] = {}
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
                granted[sku] = Discount(discount, reason)
    return units, granted, faults | _refused(granted)


def _refused(granted: dict[str, Discount]) -> dict[str, str]:
    """The discounts that whoever asks may not grant, told beside their fields."""
    most, faults = most_discount(reading(), by=actor(), at=now()), {}
    for sku, one in granted.items():
        try:
            ensure_within(one.discount, one.reason, most)
        except DiscountTooHigh as refusal:
            faults[f"discount-{sku}"] = sentence_of(refusal)
        except DiscountReasonMissing as refusal:
            faults[f"reason-{sku}"] = sentence_of(refusal)
    return faults


def _is_quantity(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 8 and int(value) <= MAX_QUANTITY
