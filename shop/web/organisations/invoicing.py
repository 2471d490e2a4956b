"""How one's organisation receives its invoices: the page of its administrators."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.rights import ADMINISTER
from shop.ops.clock import now
from shop.organisations.invoicing import invoicing_of, set_invoicing
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading
from shop.web.members.views import locked_organisation, own_organisation_id
from shop.web.organisations import blueprint
from shop.web.organisations.invoicing_forms import InvoicingForm, form_with


@blueprint.get("/compte/organisation/factures")
@member_with(ADMINISTER)
def invoicing() -> Any:
    """The present settings."""
    return _page(form_with(invoicing_of(reading(), own_organisation_id())))


@blueprint.post("/compte/organisation/factures")
@member_with(ADMINISTER)
def keep_invoicing() -> Any:
    """For the next invoices."""
    form = InvoicingForm()
    if not form.validate():
        return _page(form), 422
    then = url_for("members.show")
    with database(then).transaction() as session:
        set_invoicing(session, locked_organisation(session), form.wanted(), by=actor(), at=now())
    flash(_("Saved: your next invoices follow these settings."), "good")
    return redirect(then, 303)


def _page(form: InvoicingForm) -> str:
    return render_template("organisations/invoicing.html", form=form)
