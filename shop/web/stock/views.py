"""Logistics: goods received, and the day when a product is available again."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import NumberRange, Optional

from shop.catalogue.receipts import (
    MOST,
    NoteRecordedBefore,
    Received,
    ReturnInPast,
    ReturnTooFar,
    count_short,
    expect_goods,
    find_shelf,
    place_goods,
    receive_goods,
    shelf_rows,
)
from shop.catalogue.rules import LONGEST_SHELF_PLACE
from shop.core.actors import LOGISTICS, SALES, SALES_ADMIN
from shop.core.text import number
from shop.ops.clock import now
from shop.web.kit.fields import words
from shop.web.kit.forms import ShopForm, at_most, required
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab
from shop.web.stock import blueprint

TAB = Tab(
    "stock.shelves",
    _l("Stock"),
    frozenset({LOGISTICS, SALES, SALES_ADMIN}),
    lambda _at: count_short(),
    order=35,
    about=_l("products promised beyond the stock on hand"),
    group=Group.GOODS,
)


class ReceiptForm(ShopForm):
    """The units received, and the supplier's document."""

    units = IntegerField(
        _l("Units received"),
        [
            required(_l("Enter the number of units received.")),
            NumberRange(1, MOST, _l("Enter a whole number from 1 to 9999.")),
        ],
    )
    reference = StringField(_l("Supplier's delivery note"), [required(), at_most(40)])
    confirmed = BooleanField(_l("These goods are another delivery"))


class ReturnForm(ShopForm):
    """The day when a product is available again; empty when it is not known."""

    on = DateField(_l("Back in stock on"), [Optional()])


class ShelfPlaceForm(ShopForm):
    """Where the warehouse keeps a product; empty when it has no place of its own."""

    shelf_place = words(
        _l("Shelf place"),
        most=LONGEST_SHELF_PLACE,
        hint=_l("Aisle, rack and level, such as A-12-3: preparation lists are sorted by it."),
    )


@blueprint.get("/bureau/stock")
@staff_only(LOGISTICS, SALES, SALES_ADMIN)
def shelves() -> Any:
    """The stock, the scarcest first; `?q=` finds a reference, `?sku=` opens its two forms."""
    return _shelves()


@blueprint.post("/bureau/stock/<sku>/receptions")
@staff_only(LOGISTICS)
@key_required
def receive(sku: str) -> Any:
    """Units are received; requested e-mails are sent."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _shelves(sku, form, 422)
    shown = place_url(".shelves", sku=sku)
    received = Received(form.units.data or 0, form.reference.data or "", form.confirmed.data)
    try:
        with database(shown).transaction() as session:
            on_hand = receive_goods(session, sku, received, by=actor(), at=now())
    except NoteRecordedBefore as refusal:
        form.confirmed.errors = [sentence_of(refusal)]
        return _shelves(sku, form, 422)
    units = number(on_hand, current_language())
    flash(_("%(sku)s: %(count)s units are now in stock.", sku=sku, count=units), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/stock/<sku>/retour")
@staff_only(LOGISTICS)
def expect(sku: str) -> Any:
    """Set the day when a product is available again."""
    form = ReturnForm()
    if not form.validate_on_submit():
        return _shelves(sku, returning=form, status=422)
    then = place_url(".shelves", sku=sku)
    try:
        with database(then).transaction() as session:
            expect_goods(session, sku, form.on.data, by=actor(), at=now())
    except (ReturnInPast, ReturnTooFar) as refusal:
        form.on.errors = [sentence_of(refusal)]
        return _shelves(sku, returning=form, status=422)
    flash(_("%(sku)s: the expected date has been saved.", sku=sku), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/stock/<sku>/emplacement")
@staff_only(LOGISTICS)
def place(sku: str) -> Any:
    """Say where the warehouse keeps a product."""
    form = ShelfPlaceForm()
    if not form.validate_on_submit():
        return _shelves(sku, placing=form, status=422)
    then = place_url(".shelves", sku=sku)
    with database(then).transaction() as session:
        place_goods(session, sku, form.shelf_place.data or "", by=actor(), at=now())
    flash(_("%(sku)s: the shelf place has been saved.", sku=sku), "good")
    return redirect(then, 303)


def _shelves(
    sku: str = "",
    form: ReceiptForm | None = None,
    status: int = 200,
    *,
    returning: ReturnForm | None = None,
    placing: ShelfPlaceForm | None = None,
) -> Any:
    typed = request.args.get("q", "").strip()
    chosen = sku or request.args.get("sku", "")
    product = find_shelf(reading(), chosen) if chosen else None
    rows = shelf_rows(reading(), typed, place_asked(chosen or None))
    html = render_template(
        "stock/index.html",
        rows=rows,
        query=kept(rows, q=typed),
        words=typed,
        product=product,
        form=form or ReceiptForm(formdata=None),
        returning=returning
        or ReturnForm(formdata=None, on=product.restock_on if product else None),
        placing=placing
        or ShelfPlaceForm(formdata=None, shelf_place=product.shelf_place if product else None),
        may_write=actor().has(LOGISTICS, "admin"),
    )
    return html, status
