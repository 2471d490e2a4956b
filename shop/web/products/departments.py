"""The sales staff: the families and the brands of the catalogue."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from shop.catalogue.departments import (
    BrandNamed,
    FamilyNamed,
    FamilyNames,
    add_family,
    brand_rows,
    change_family,
    delete_brand,
    delete_family,
    family_rows,
    rename_brand,
)
from shop.catalogue.models import Category
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.web.kit.fields import words
from shop.web.kit.forms import ShopForm, required
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.products import blueprint

#: The choice of a new chapter, which is in none.
_NO_CHAPTER = 0


class FamilyForm(ShopForm):
    """What a family is called, and its place."""

    name = words(_l("Name in French"), missing=_l("Enter the name of the family."), most=80)
    name_en = words(_l("Name in English"), missing=_l("Enter the name of the family."), most=80)
    position = IntegerField(
        _l("Place in its chapter"),
        [required(), NumberRange(0, 999, _l("Enter a whole number from 0 to 999."))],
        default=1,
    )

    @property
    def names(self) -> FamilyNames:
        """The answers of a valid form."""
        return FamilyNames(self.name.data or "", self.name_en.data or "", self.position.data or 0)


class NewFamilyForm(FamilyForm):
    """A family to add to a chapter, or a chapter."""

    chapter = SelectField(_l("Chapter"), [required(_l("Choose the chapter."))], coerce=int)


class BrandForm(ShopForm):
    """What a brand is called."""

    name = words(_l("Name of the brand"), missing=_l("Enter the brand."), most=80)


@blueprint.get("/bureau/produits/familles")
@staff_only(SALES, SALES_ADMIN)
def departments() -> Any:
    """The families by chapter, the brands, and the form of a new family."""
    return _departments(NewFamilyForm(formdata=None))


@blueprint.post("/bureau/produits/familles")
@staff_only(SALES, SALES_ADMIN)
@key_required
def open_family() -> Any:
    """Add a family or a chapter: a new shop has none."""
    form, then = NewFamilyForm(), url_for(".departments")
    _offer(form, family_rows(reading()))
    if not form.validate_on_submit():
        return _departments(form, 422)
    try:
        with database(then).transaction() as session:
            add_family(session, form.chapter.data or None, form.names, by=actor(), at=now())
    except FamilyNamed as refusal:
        form.name.errors = [sentence_of(refusal)]
        return _departments(form, 422)
    flash(_("The family was added."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/produits/familles/<int:category_id>")
@staff_only(SALES, SALES_ADMIN)
def family(category_id: int) -> Any:
    """The names and the place of a family."""
    row, _count = _family_row(category_id)
    form = FamilyForm(formdata=None, name=row.name, name_en=row.name_en, position=row.position)
    return _family(category_id, form)


@blueprint.post("/bureau/produits/familles/<int:category_id>")
@staff_only(SALES, SALES_ADMIN)
def rename_family(category_id: int) -> Any:
    """Rename a family, or change its place."""
    form, then = FamilyForm(), url_for(".departments")
    if not form.validate_on_submit():
        return _family(category_id, form, 422)
    with database(then).transaction() as session:
        change_family(session, category_id, form.names, by=actor(), at=now())
    flash(_("The family was saved."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/produits/familles/<int:category_id>/suppression")
@staff_only(SALES, SALES_ADMIN)
def close_family(category_id: int) -> Any:
    """Delete a family without products."""
    then = url_for(".departments")
    with database(then).transaction() as session:
        delete_family(session, category_id, by=actor(), at=now())
    flash(_("The family was deleted."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/produits/marques/<int:brand_id>")
@staff_only(SALES, SALES_ADMIN)
def brand(brand_id: int) -> Any:
    """The name of a brand."""
    return _brand(brand_id, BrandForm(formdata=None, name=_brand_row(brand_id).name))


@blueprint.post("/bureau/produits/marques/<int:brand_id>")
@staff_only(SALES, SALES_ADMIN)
def save_brand(brand_id: int) -> Any:
    """Rename a brand."""
    form, then = BrandForm(), url_for(".departments")
    if not form.validate_on_submit():
        return _brand(brand_id, form, 422)
    try:
        with database(then).transaction() as session:
            rename_brand(session, brand_id, form.name.data or "", by=actor(), at=now())
    except BrandNamed as refusal:
        form.name.errors = [sentence_of(refusal)]
        return _brand(brand_id, form, 422)
    flash(_("The brand was saved."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/produits/marques/<int:brand_id>/suppression")
@staff_only(SALES, SALES_ADMIN)
def close_brand(brand_id: int) -> Any:
    """Delete a brand that no product has."""
    then = url_for(".departments")
    with database(then).transaction() as session:
        delete_brand(session, brand_id, by=actor(), at=now())
    flash(_("The brand was deleted."), "good")
    return redirect(then, 303)


def _offer(form: NewFamilyForm, rows: list[tuple[Category, int]]) -> None:
    form.chapter.choices = [
        *(SelectChoice(one.id, one.name) for one, _count in rows if one.parent_id is None),
        SelectChoice(_NO_CHAPTER, _l("A new chapter")),
    ]


def _departments(form: NewFamilyForm, status: int = 200) -> Any:
    rows = family_rows(reading())
    _offer(form, rows)
    html = render_template(
        "products/departments.html",
        rows=rows,
        brands=brand_rows(reading()),
        form=form,
        here="products.index",
    )
    return html, status


def _family_row(category_id: int) -> tuple[Category, int]:
    """A family with the number of its products. Raises NotFound."""
    found = [row for row in family_rows(reading()) if row[0].id == category_id]
    if not found:
        raise NotFound
    return found[0]


def _family(category_id: int, form: FamilyForm, status: int = 200) -> Any:
    row, products = _family_row(category_id)
    html = render_template(
        "products/department.html",
        name=row.name,
        form=form,
        action=url_for(".rename_family", category_id=category_id),
        delete=url_for(".close_family", category_id=category_id) if row.parent_id else None,
        products=products,
        here="products.index",
    )
    return html, status


def _brand_row(brand_id: int) -> Any:
    """A brand with the number of its products. Raises NotFound."""
    found = [row for row in brand_rows(reading()) if row.id == brand_id]
    if not found:
        raise NotFound
    return found[0]


def _brand(brand_id: int, form: BrandForm, status: int = 200) -> Any:
    row = _brand_row(brand_id)
    html = render_template(
        "products/department.html",
        name=row.name,
        form=form,
        action=url_for(".save_brand", brand_id=brand_id),
        delete=url_for(".close_brand", brand_id=brand_id),
        products=row.products,
        here="products.index",
    )
    return html, status
