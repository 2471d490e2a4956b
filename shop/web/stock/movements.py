"""Logistics: the movements of a product, and corrections of its stock with their reason."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from shop.catalogue.correction_rules import (
    LONGEST,
    MOST,
    BelowPromised,
    Correction,
    MoreThanOnHand,
    Reason,
    WordsMissing,
)
from shop.catalogue.corrections import correct_stock, get_product, movements_of, undo_correction
from shop.catalogue.models import Stock
from shop.core.actors import LOGISTICS, SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.core.text import number
from shop.ops.clock import now
from shop.web.kit.confirming import confirmation
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.stock import blueprint

#: What the form and the list call each reason.
REASONS = {
    Reason.COUNTED: _l("Counted on the shelf"),
    Reason.BROKEN: _l("Broken"),
    Reason.LOST: _l("Lost"),
    Reason.FOUND: _l("Found"),
    Reason.ADDED: _l("Other reason, units to add"),
    Reason.REMOVED: _l("Other reason, units to take off"),
}
#: What the list calls each kind of movement.
KINDS = {
    "received": _l("Goods received"),
    "shipped": _l("Shipped"),
    "unshipped": _l("Delivery note corrected"),
    "returned": _l("Returned by a customer"),
    "repair": _l("Returned, to repair"),
    "scrapped": _l("Returned, lost"),
    "reserved": _l("Set aside"),
    "released": _l("No longer set aside"),
    "corrected": _l("Correction"),
}
#: The field that shows a refusal.
BESIDE: dict[type[DomainError], str] = {WordsMissing: "words", BelowPromised: "confirmed"}


class CorrectionForm(ShopForm):
    """Why the stock is corrected, and by how many units."""

    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose the reason of the correction."))],
        choices=[SelectChoice(one.value, label) for one, label in REASONS.items()],
    )
    units = IntegerField(
        _l("Units"),
        [
            InputRequired(_l("Enter the number of units.")),
            NumberRange(0, MOST, _l("Enter a whole number from 0 to 9999.")),
        ],
        description=_l(
            "After a count: all units on the shelf. Otherwise: those broken, lost or found."
        ),
    )
    words = StringField(_l("In words"), [at_most(LONGEST)], filters=[stripped])
    seen = HiddenField()
    confirmed = BooleanField(_l("I have checked: correct it although promised units are missing"))

    @property
    def asked(self) -> Correction:
        """The correction of a valid form."""
        seen = self.seen.data or ""
        return Correction(
            Reason(self.reason.data),
            self.units.data or 0,
            self.words.data or "",
            int(seen) if seen.isdecimal() and len(seen) < 10 else None,
            self.confirmed.data,
        )


@blueprint.get("/bureau/stock/<sku>/mouvements")
@staff_only(LOGISTICS, SALES, SALES_ADMIN)
def movements(sku: str) -> Any:
    """The movements of a product, the newest first, and the form that corrects its stock."""
    return _movements(sku)


@blueprint.post("/bureau/stock/<sku>/mouvements")
@staff_only(LOGISTICS)
@key_required
def correct(sku: str) -> Any:
    """Correct the units on hand."""
    form, shown = CorrectionForm(), place_url(".movements", sku=sku)
    if not form.validate_on_submit():
        return _movements(sku, form, 422)
    try:
        with database(shown).transaction() as session:
            made = correct_stock(session, sku, form.asked, by=actor(), at=now())
            on_hand = session.get_one(Stock, made.product_id).on_hand
    except DomainError as refusal:
        if refusal.suspicious or refusal.status != 422:
            raise
        form[BESIDE.get(type(refusal), "units")].errors = [sentence_of(refusal)]
        return _movements(sku, form, 422)
    _say(sku, on_hand)
    return redirect(shown, 303)


@blueprint.get("/bureau/stock/<sku>/mouvements/<int:correction_id>/annulation")
@staff_only(LOGISTICS)
def undoing(sku: str, correction_id: int) -> Any:
    """Asks before a correction is undone."""
    return _undoing(sku)


@blueprint.post("/bureau/stock/<sku>/mouvements/<int:correction_id>/annulation")
@staff_only(LOGISTICS)
@key_required
def undo(sku: str, correction_id: int) -> Any:
    """Undo a correction by a contrary one."""
    shown, confirmed = url_for(".movements", sku=sku), "confirmed" in request.form
    try:
        with database(shown).transaction() as session:
            made = undo_correction(
                session, correction_id, confirmed=confirmed, by=actor(), at=now()
            )
            on_hand = session.get_one(Stock, made.product_id).on_hand
    except BelowPromised as refusal:
        tick = _("I have checked: undo it although promised units are missing")
        return _undoing(sku, sentence_of(refusal), tick), 422
    except MoreThanOnHand as refusal:
        return _undoing(sku, sentence_of(refusal)), 422
    _say(sku, on_hand)
    return redirect(shown, 303)


def _say(sku: str, on_hand: int) -> None:
    units = number(on_hand, current_language())
    flash(_("%(sku)s: %(count)s units are now in stock.", sku=sku, count=units), "good")


def _undoing(sku: str, told: str = "", tick: str = "") -> str:
    product, _shelf = get_product(reading(), sku)
    usual = _(
        "A contrary correction brings the stock back to what it would have been. Both stay in the "
        "list."
    )
    return confirmation(
        _("Undo a correction of the stock"),
        f"{product.sku} {product.name}",
        told or usual,
        act=_("Undo the correction"),
        back=url_for(".movements", sku=sku),
        tick=tick,
    )


def _movements(sku: str, form: CorrectionForm | None = None, status: int = 200) -> Any:
    product, shelf = get_product(reading(), sku)
    rows = movements_of(reading(), product.id, place_asked())
    form = form or CorrectionForm(formdata=None)
    form.seen.data = str(shelf.on_hand)
    html = render_template(
        "stock/movements.html",
        product=product,
        shelf=shelf,
        rows=rows,
        query=kept(rows, sku=sku),
        form=form,
        reasons={one.value: str(label) for one, label in REASONS.items()},
        kinds={name: str(label) for name, label in KINDS.items()},
        may_write=actor().has(LOGISTICS, "admin"),
        back=came_from(url_for(".shelves", sku=sku)),
        here="stock.shelves",
    )
    return html, status
