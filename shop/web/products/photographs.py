"""The sales staff: the photographs of a product, their order and their words."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms.validators import Optional

from shop.catalogue.product_lists import get_office_product
from shop.core.actors import SALES, SALES_ADMIN
from shop.documents.photographs import BROKEN, LARGE, LEAST_SIDE, MOST_PIXELS, SMALL
from shop.ops.clock import now
from shop.photographs.models import Photograph
from shop.photographs.photographs import (
    Words,
    add_photographs,
    arrange_photographs,
    get_photograph,
    photographs_of,
    remove_photograph,
)
from shop.photographs.rules import (
    LONGEST_ALT,
    MOST,
    MOST_BYTES,
    NoPhotograph,
    NotAPhotograph,
    PhotographTooHeavy,
    SentPhotograph,
    TooManyPictures,
)
from shop.web.kit.confirming import confirmation
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sent_files import takes_file
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.products import blueprint

#: What is told of a photograph whose files cannot be made.
REFUSALS = {
    BROKEN: _l("This file is damaged and cannot be opened. Remove it, and send another one."),
    LARGE: _l(
        "This picture has more than %(most)s million pixels. Remove it, and send a smaller one.",
        most=MOST_PIXELS // 1_000_000,
    ),
    SMALL: _l(
        "This picture is too small: its shorter side needs %(least)s pixels. Remove it, and send a "
        "larger one.",
        least=LEAST_SIDE,
    ),
}


class PhotographsForm(ShopForm):
    """Photographs to add."""

    photographs = MultipleFileField(
        _l("Photographs"),
        [Optional()],
        description=_l(
            "JPEG, PNG or WebP, at most %(most)s MB each.", most=MOST_BYTES // 1_000_000
        ),
    )

    @property
    def sent(self) -> list[SentPhotograph]:
        """The files that were chosen."""
        return [
            SentPhotograph(one.filename, one.stream.read(MOST_BYTES + 1))
            for one in (self.photographs.data or [])[: MOST + 1]
            if getattr(one, "filename", "")
        ]


@blueprint.get("/bureau/produits/<int:product_id>/photographies")
@staff_only(SALES, SALES_ADMIN)
def photographs(product_id: int) -> Any:
    """The photographs of a product, and the form that adds some."""
    return _photographs(product_id, PhotographsForm(formdata=None))


@blueprint.post("/bureau/produits/<int:product_id>/photographies")
@staff_only(SALES, SALES_ADMIN)
@takes_file
@key_required
def add(product_id: int) -> Any:
    """Add photographs; the worker makes their files."""
    form, then = PhotographsForm(), url_for(".photographs", product_id=product_id)
    if not form.validate_on_submit():
        return _photographs(product_id, form, 422)
    try:
        with database(then).transaction() as session:
            add_photographs(session, product_id, form.sent, by=actor(), at=now())
    except (NoPhotograph, NotAPhotograph, PhotographTooHeavy, TooManyPictures) as refusal:
        form.photographs.errors = [sentence_of(refusal)]
        return _photographs(product_id, form, 422)
    flash(_("The photographs are being prepared: the shop shows them in a moment."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/produits/<int:product_id>/photographies/ordre")
@staff_only(SALES, SALES_ADMIN)
def arrange(product_id: int) -> Any:
    """Save the order and the words of the photographs."""
    form, then = ShopForm(), url_for(".photographs", product_id=product_id)
    if not form.validate_on_submit():
        return _photographs(product_id, PhotographsForm(formdata=None), 422, form)
    with database(then).transaction() as session:
        rows = photographs_of(session, product_id)
        words = {row.id: _typed(row, place) for place, row in enumerate(rows, 1)}
        arrange_photographs(session, product_id, words, by=actor(), at=now())
    flash(_("The order and the words of the photographs were saved."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/produits/<int:product_id>/photographies/<int:photograph_id>/suppression")
@staff_only(SALES, SALES_ADMIN)
def removing(product_id: int, photograph_id: int) -> Any:
    """Asks before a photograph is removed."""
    product = get_office_product(reading(), product_id).row
    row = get_photograph(reading(), product_id, photograph_id)
    return confirmation(
        _("Remove a photograph"),
        f"{product.sku} {product.name}, {row.filename}",
        _("The shop no longer shows it. It has to be sent again to come back."),
        act=_("Remove the photograph"),
        back=url_for(".photographs", product_id=product_id),
    )


@blueprint.post("/bureau/produits/<int:product_id>/photographies/<int:photograph_id>/suppression")
@staff_only(SALES, SALES_ADMIN)
def remove(product_id: int, photograph_id: int) -> Any:
    """Remove a photograph."""
    then = url_for(".photographs", product_id=product_id)
    with database(then).transaction() as session:
        remove_photograph(session, product_id, photograph_id, by=actor(), at=now())
    flash(_("The photograph was removed."), "good")
    return redirect(then, 303)


def _typed(row: Photograph, place: int) -> Words:
    """The answers about the photograph at that place; what was not sent stays as it is."""
    typed = request.form.get(f"position_{row.id}", "")
    is_place = typed.isascii() and typed.isdecimal() and len(typed) <= 3
    return Words(
        int(typed) if is_place else place,
        request.form.get(f"alt_{row.id}", row.alt)[:LONGEST_ALT],
        request.form.get(f"alt_en_{row.id}", row.alt_en)[:LONGEST_ALT],
    )


def _photographs(
    product_id: int, form: PhotographsForm, status: int = 200, arranged: ShopForm | None = None
) -> Any:
    html = render_template(
        "products/photographs.html",
        product=get_office_product(reading(), product_id).row,
        rows=photographs_of(reading(), product_id),
        form=form,
        arranged=arranged or ShopForm(formdata=None),
        refusals=REFUSALS,
        here="products.index",
    )
    return html, status
