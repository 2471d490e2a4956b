"""The sales staff: the prices of a product, planned, in force and past."""

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from shop.catalogue.price_rules import (
    LONGEST_REASON,
    AskedPrice,
    DayPlanned,
    PriceDayInPast,
    PriceDayTooFar,
    PriceReasonMissing,
    PriceSame,
    PriceState,
    WrongPrice,
)
from shop.catalogue.prices import cancel_price, lowest_before_reduction, plan_price, prices_of
from shop.catalogue.product_lists import get_office_product
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.core.money import UnitPrice
from shop.core.text import day
from shop.ops.clock import now, today
from shop.web.kit.fields import words
from shop.web.kit.forms import MoneyField, ShopForm, required
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.products import blueprint

#: The field that shows each refusal.
BESIDE: dict[type[DomainError], str] = {
    DayPlanned: "starts_on",
    PriceDayInPast: "starts_on",
    PriceDayTooFar: "starts_on",
    PriceReasonMissing: "reason",
    PriceSame: "price",
    WrongPrice: "price",
}


class PriceForm(ShopForm):
    """Another price of a product, from a day on."""

    price = MoneyField(_l("Price including VAT"), [required(_l("Enter the price including VAT."))])
    starts_on = DateField(
        _l("From"),
        [required(_l("Enter the day from which the price applies."))],
        description=_l("It applies from midnight, Paris time; today: at once."),
    )
    reason = words(_l("Reason"), missing=_l("Give the reason."), most=LONGEST_REASON)


@blueprint.get("/bureau/produits/<int:product_id>/prix")
@staff_only(SALES, SALES_ADMIN)
def prices(product_id: int) -> Any:
    """The prices of a product, and the form of another one."""
    return _prices(product_id, PriceForm(formdata=None, starts_on=today()))


@blueprint.post("/bureau/produits/<int:product_id>/prix")
@staff_only(SALES, SALES_ADMIN)
@key_required
def plan(product_id: int) -> Any:
    """Give the product another price, today or on a day to come."""
    form, then = PriceForm(), place_url(".prices", product_id=product_id)
    if not form.validate_on_submit() or form.price.data is None or form.starts_on.data is None:
        return _prices(product_id, form, 422)
    asked = AskedPrice(form.price.data, form.starts_on.data, form.reason.data or "")
    try:
        with database(then).transaction() as session:
            row = plan_price(session, product_id, asked, by=actor(), at=now())
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _prices(product_id, form, 422)
    if row.is_planned:
        starts = day(row.starts_on, current_language())
        flash(_("The price is planned: it applies from %(day)s.", day=starts), "good")
    else:
        flash(_("The price applies from now on."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/produits/<int:product_id>/prix/<int:price_id>/annulation")
@staff_only(SALES, SALES_ADMIN)
def cancel(product_id: int, price_id: int) -> Any:
    """Cancel a planned price."""
    then = place_url(".prices", product_id=product_id)
    with database(then).transaction() as session:
        cancel_price(session, product_id, price_id, by=actor(), at=now())
    flash(_("The planned price is cancelled."), "good")
    return redirect(then, 303)


def state_words(state: PriceState) -> tuple[str, str]:
    """The kind and the words of the state of a price."""
    return {
        PriceState.PLANNED: ("you", _("planned")),
        PriceState.APPLIED: ("good", _("applied")),
        PriceState.CANCELLED: ("plain", _("cancelled")),
    }[state]


def _prices(product_id: int, form: PriceForm, status: int = 200) -> Any:
    session = reading()
    product = get_office_product(session, product_id).row
    rows = prices_of(session, product_id, place_asked())

    def excluding(price: Any) -> UnitPrice:
        return UnitPrice.from_including(price, product.vat_rate)

    html = render_template(
        "products/prices.html",
        product=product,
        rows=rows,
        query=kept(rows),
        form=form,
        excluding=excluding,
        words=state_words,
        reduction=lowest_before_reduction(session, product_id),
        here="products.index",
    )
    return html, status
