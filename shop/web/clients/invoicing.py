"""How a client receives its invoices: the page of the sales staff."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.actors import SALES, SALES_ADMIN
from shop.ops.clock import now
from shop.organisations.invoicing import invoicing_of, set_invoicing
from shop.organisations.organisations import get_organisation
from shop.web.clients import blueprint
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import came_from, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading
from shop.web.organisations.invoicing_forms import InvoicingForm, form_with


@blueprint.get("/bureau/clients/<int:organisation_id>/factures")
@staff_only(SALES, SALES_ADMIN)
def invoicing(organisation_id: int) -> Any:
    """The present settings."""
    get_organisation(reading(), organisation_id)
    return _page(organisation_id, form_with(invoicing_of(reading(), organisation_id)))


@blueprint.post("/bureau/clients/<int:organisation_id>/factures")
@staff_only(SALES, SALES_ADMIN)
def keep_invoicing(organisation_id: int) -> Any:
    """For the client's next invoices."""
    form = InvoicingForm()
    if not form.validate():
        return _page(organisation_id, form), 422
    then = place_url(".show", organisation_id=organisation_id)
    with database(then).transaction() as session:
        organisation = get_organisation(session, organisation_id, lock=True)
        set_invoicing(session, organisation, form.wanted(), by=actor(), at=now())
    flash(_("Saved: the next invoices follow these settings."), "good")
    return redirect(then, 303)


def _page(organisation_id: int, form: InvoicingForm) -> str:
    return render_template(
        "clients/invoicing.html",
        organisation=get_organisation(reading(), organisation_id),
        form=form,
        back=came_from(url_for(".index")),
    )
