"""The sales staff: a product is put on sale, or taken off sale."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.catalogue.product_lists import get_office_product
from shop.catalogue.sale import publish_product, withdraw_product
from shop.core.actors import SALES, SALES_ADMIN
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading
from shop.web.products import blueprint
from shop.web.products.forms import WithdrawalForm


@blueprint.post("/bureau/produits/<int:product_id>/vente")
@staff_only(SALES, SALES_ADMIN)
def publish(product_id: int) -> Any:
    """Put the product on sale."""
    then = url_for(".show", product_id=product_id)
    with database(then).transaction() as session:
        product = publish_product(session, product_id, by=actor(), at=now())
    flash(_("%(name)s is on sale.", name=product.name), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/produits/<int:product_id>/retrait")
@staff_only(SALES, SALES_ADMIN)
def withdrawing(product_id: int) -> Any:
    """Asks why, before a product is taken off sale."""
    return _withdrawing(product_id, WithdrawalForm(formdata=None))


@blueprint.post("/bureau/produits/<int:product_id>/retrait")
@staff_only(SALES, SALES_ADMIN)
def withdraw(product_id: int) -> Any:
    """Take the product off sale."""
    form, then = WithdrawalForm(), url_for(".show", product_id=product_id)
    if not form.validate_on_submit():
        return _withdrawing(product_id, form, 422)
    with database(then).transaction() as session:
        reason = form.reason.data or ""
        product = withdraw_product(session, product_id, reason, by=actor(), at=now())
    flash(_("%(name)s is not on sale any more.", name=product.name), "good")
    return redirect(then, 303)


def _withdrawing(product_id: int, form: WithdrawalForm, status: int = 200) -> Any:
    product = get_office_product(reading(), product_id).row
    html = render_template(
        "products/withdraw.html", product=product, form=form, here="products.index"
    )
    return html, status
