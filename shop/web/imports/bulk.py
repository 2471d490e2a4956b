"""The sales staff: one field of many products changed, from the list that shows them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from shop.catalogue.price_rules import PriceDayInPast, PriceDayTooFar
from shop.catalogue.product_lists import all_brands, all_departments
from shop.catalogue.sheet_rules import LONGEST_BRAND, MOST_MONTHS
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.core.text import percent
from shop.imports.bulk_changes import Selection, begin_bulk_change, count_selected
from shop.imports.bulk_rules import (
    PRICED,
    BulkAct,
    BulkChange,
    NothingSelected,
    PercentageMissing,
    Rounding,
    SelectionTooLarge,
    ValueMissing,
)
from shop.ops.clock import now, today
from shop.web.imports import blueprint
from shop.web.kit.fields import words
from shop.web.kit.forms import PercentField, ShopForm, required
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.tariff import vat_choices
from shop.web.products.office import asked_of_list

#: What is done, as the choice of the form says it.
ACTS: dict[BulkAct, Any] = {
    BulkAct.RAISE: _l("Raise the prices by a percentage"),
    BulkAct.LOWER: _l("Lower the prices by a percentage"),
    BulkAct.VAT_RATE: _l("Give another VAT rate"),
    BulkAct.FAMILY: _l("Move to another family"),
    BulkAct.BRAND: _l("Give another brand"),
    BulkAct.WARRANTY: _l("Give another warranty"),
    BulkAct.PUBLISH: _l("Put on sale"),
    BulkAct.WITHDRAW: _l("Take off sale"),
}
ROUNDINGS: dict[Rounding, Any] = {
    Rounding.CENT: _l("to the cent"),
    Rounding.DIME: _l("to ten cents"),
    Rounding.EURO: _l("to the euro"),
    Rounding.NINETY: _l("to an amount ending in 90 cents"),
}
#: The field that holds what an act needs.
_VALUE_OF = {
    BulkAct.RAISE: "share",
    BulkAct.LOWER: "share",
    BulkAct.VAT_RATE: "vat_rate",
    BulkAct.FAMILY: "family",
    BulkAct.BRAND: "brand",
    BulkAct.WARRANTY: "months",
}


class BulkForm(ShopForm):
    """What is done, and the value that it needs; the other values are not read."""

    act = SelectField(
        _l("What is changed"),
        [required(_l("Choose what is changed."))],
        coerce=BulkAct,
        choices=[SelectChoice(act.value, label) for act, label in ACTS.items()],
    )
    share = PercentField(_l("Percentage"), [Optional()], description=_l("Of the present price."))
    rounding = SelectField(
        _l("Rounded"),
        coerce=Rounding,
        choices=[SelectChoice(one.value, label) for one, label in ROUNDINGS.items()],
    )
    starts_on = DateField(
        _l("Prices apply from"),
        [Optional()],
        description=_l("From midnight, Paris time; today: as soon as the change is applied."),
    )
    vat_rate = SelectField(
        _l("VAT rate"),
        coerce=int,
        choices=vat_choices,
    )
    family = SelectField(_l("Family"))
    brand = words(_l("Brand"), most=LONGEST_BRAND, hint=_l("A brand of the list, or a new one."))
    months = IntegerField(
        _l("Warranty in months"),
        [
            Optional(),
            NumberRange(
                0, MOST_MONTHS, _l("Enter a whole number from 0 to %(most)s.", most=MOST_MONTHS)
            ),
        ],
    )

    @property
    def change(self) -> BulkChange:
        """The answers of a valid form."""
        act: BulkAct = self.act.data
        if act in PRICED:
            return BulkChange(act, share=self.share.data or 0, rounding=self.rounding.data)
        name = _VALUE_OF.get(act)
        return BulkChange(act, value=self[name].data if name else None)

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal beside the field that it is about."""
        days = isinstance(refusal, PriceDayInPast | PriceDayTooFar)
        name = "starts_on" if days else _VALUE_OF.get(self.act.data, "act")
        self[name].errors = [sentence_of(refusal)]


@blueprint.get("/bureau/imports/modification")
@staff_only(SALES, SALES_ADMIN)
def bulk() -> Any:
    """The form of a bulk change, for the products of the list or for those that were ticked."""
    return _bulk(BulkForm(formdata=None, starts_on=today()))


@blueprint.post("/bureau/imports/modification")
@staff_only(SALES, SALES_ADMIN)
@key_required
def begin_bulk() -> Any:
    """The worker compares the new values; the page of the import shows them."""
    form, then = BulkForm(), place_url(".bulk")
    _offer(form)
    if not form.validate_on_submit():
        return _bulk(form, 422)
    try:
        with database(then).transaction() as session:
            row = begin_bulk_change(
                session,
                _selection(),
                form.change,
                form.starts_on.data or today(),
                name=_name(form),
                by=actor(),
                at=now(),
            )
            shown = leads_to(session, url_for(".show", import_id=row.id))
    except (PercentageMissing, ValueMissing, PriceDayInPast, PriceDayTooFar) as refusal:
        form.refuse(refusal)
        return _bulk(form, 422)
    except (NothingSelected, SelectionTooLarge) as refusal:
        form.act.errors = [sentence_of(refusal)]
        return _bulk(form, 422)
    flash(_("The new values are being compared: nothing is changed yet."), "good")
    return redirect(shown, 303)


def _selection() -> Selection:
    """The products that the address asks for."""
    typed = request.args.getlist("product")
    ids = tuple(int(key) for key in typed if key.isascii() and key.isdecimal() and len(key) < 19)
    return Selection(asked_of_list()[1], place_asked(), ids, is_ticked=_is_ticked())


def _is_ticked() -> bool:
    """Whether products were ticked one by one, none possibly: not all those of the list."""
    return "ticked" in request.args or "product" in request.args


def _name(form: BulkForm) -> str:
    """What the history of prices and the journal call the change."""
    act: BulkAct = form.act.data
    if act in PRICED:
        share = percent(form.share.data or 0, current_language())
        if act is BulkAct.RAISE:
            return _("Bulk change: prices raised by %(share)s", share=share)
        return _("Bulk change: prices lowered by %(share)s", share=share)
    return _("Bulk change: %(act)s", act=ACTS[act])


def _offer(form: BulkForm) -> None:
    form.family.choices = [
        SelectChoice(one.slug, f"{'– ' if one.parent_id else ''}{one.name}")
        for one in all_departments(reading())
    ]


def _bulk(form: BulkForm, status: int = 200) -> Any:
    _offer(form)
    session, selection = reading(), _selection()
    count = count_selected(session, selection)
    html = render_template(
        "imports/bulk.html",
        form=form,
        count=count,
        ticked=selection.is_ticked,
        brands=all_brands(session),
        back=url_for("products.index", **_kept()),
        here="products.index",
    )
    return html, status


def _kept() -> dict[str, Any]:
    """The parameters that bring the reader back to the list."""
    return {key: value for key, value in request.args.items() if key not in {"product", "ticked"}}
