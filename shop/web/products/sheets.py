"""The sales staff: a new product, and the sheet of one that is edited."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.catalogue.product_lists import (
    OfficeProduct,
    all_brands,
    all_departments,
    all_usages,
    get_office_product,
    last_edit_of,
)
from shop.catalogue.products import UnknownShelf
from shop.catalogue.receipts import ReturnInPast, ReturnTooFar
from shop.catalogue.sheet_rules import (
    BrandMissing,
    EanNotValid,
    EanTaken,
    SheetChanged,
    SkuNotValid,
    SkuTaken,
    SupplyPromised,
)
from shop.catalogue.sheets import Edit, create_product, edit_product, sheet_of
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.products import blueprint
from shop.web.products.forms import NewSheetForm, SheetForm
from shop.web.products.history import FIELDS, value_words

#: The field that shows each refusal.
BESIDE: dict[type[DomainError], str] = {
    BrandMissing: "brand",
    EanNotValid: "ean",
    EanTaken: "ean",
    ReturnInPast: "restock_on",
    ReturnTooFar: "restock_on",
    SkuNotValid: "sku",
    SkuTaken: "sku",
    SupplyPromised: "supply",
    UnknownShelf: "family",
}
#: What the name of the answer to a disputed field begins with.
CHOICE = "choice-"


@blueprint.get("/bureau/produits/nouveau")
@staff_only(SALES, SALES_ADMIN)
def compose() -> Any:
    """The form of a new product."""
    return _new(NewSheetForm(formdata=None))


@blueprint.post("/bureau/produits/nouveau")
@staff_only(SALES, SALES_ADMIN)
@key_required
def create() -> Any:
    """Add a product, which is not on sale yet."""
    form = NewSheetForm()
    _offer(form)
    if not form.validate_on_submit() or form.price.data is None:
        return _new(form, 422)
    if not form.price.data:
        form.price.errors = [_("Enter a price of at least one cent.")]
        return _new(form, 422)
    try:
        with database().transaction() as session:
            product = create_product(session, form.sheet, form.price.data, by=actor(), at=now())
            then = leads_to(session, url_for(".show", product_id=product.id))
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _new(form, 422)
    flash(_("%(name)s was added. It is not on sale yet.", name=form.name.data), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/produits/<int:product_id>/fiche")
@staff_only(SALES, SALES_ADMIN)
def edit(product_id: int) -> Any:
    """The form of a product's sheet, as it is recorded."""
    product = get_office_product(reading(), product_id)
    form, sheet = SheetForm(formdata=None), sheet_of(reading(), product.row)
    form.show(sheet)
    form.remember(sheet)
    return _sheet(product, form)


@blueprint.post("/bureau/produits/<int:product_id>/fiche")
@staff_only(SALES, SALES_ADMIN)
def save(product_id: int) -> Any:
    """Save what was changed; what somebody else changed meanwhile stays, or is chosen."""
    form, then = SheetForm(), url_for(".show", product_id=product_id)
    product = get_office_product(reading(), product_id)
    _offer(form)
    if not form.validate_on_submit():
        return _sheet(product, form, 422)
    chosen = {
        name.removeprefix(CHOICE): value
        for name, value in request.form.items()
        if name.startswith(CHOICE)
    }
    asked = Edit(form.sheet, form.remembered, chosen)
    try:
        with database(then).transaction() as session:
            changes = edit_product(session, product_id, asked, by=actor(), at=now())
    except SheetChanged as refusal:
        form.form_errors.append(sentence_of(refusal))
        form.show(refusal.facts["merged"])
        return _sheet(product, form, 422, refusal.facts["conflicts"])
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _sheet(product, form, 422)
    if changes:
        flash(_("The product sheet was saved."), "good")
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(then, 303)


def _offer(form: NewSheetForm) -> None:
    session = reading()
    form.offer(all_departments(session), all_usages(session))


def _new(form: NewSheetForm, status: int = 200) -> Any:
    _offer(form)
    html = render_template(
        "products/compose.html", form=form, brands=all_brands(reading()), here="products.index"
    )
    return html, status


def _sheet(
    product: OfficeProduct,
    form: SheetForm,
    status: int = 200,
    conflicts: dict[str, tuple[Any, Any]] | None = None,
) -> Any:
    """`conflicts`: the answers that somebody else has changed too, recorded and typed."""
    _offer(form)
    disputed = [
        (name, FIELDS[name], value_words(name, recorded), value_words(name, typed))
        for name, (recorded, typed) in (conflicts or {}).items()
    ]
    html = render_template(
        "products/edit.html",
        product=product.row,
        form=form,
        brands=all_brands(reading()),
        disputed=disputed,
        last_edit=last_edit_of(reading(), product.row.id) if disputed else None,
        here="products.index",
    )
    return html, status
