"""An invoice is sent by e-mail to an address that a client types."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.invoices.forwarding import forward_invoice, forwards_of, invoice_of_dossier
from checkout.invoices.forwarding_rules import TooManyForwards
from checkout.web.invoices import blueprint
from shop.dossiers.dossiers import get_dossier
from shop.ops.clock import now
from shop.web.kit.fields import checked_email, email, likely_domain
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading


class ForwardingForm(ShopForm):
    """The address to which an invoice is sent."""

    email = email(_l("E-mail address of the recipient"), rule=likely_domain)
    email_checked = checked_email()


@blueprint.get("/dossiers/<number>/factures/<int:paper_id>/envoi")
@reader_of_dossier()
def forwarding(number: str, paper_id: int) -> Any:
    """The address to type, and where the invoice was sent before."""
    return _page(number, paper_id, ForwardingForm(formdata=None))


@blueprint.post("/dossiers/<number>/factures/<int:paper_id>/envoi")
@reader_of_dossier()
def forward_by_email(number: str, paper_id: int) -> Any:
    """The e-mail is given to the outbox."""
    form, by = ForwardingForm(), actor()
    if not form.validate_on_submit():
        return _page(number, paper_id, form), 422
    to = form.email.data or ""
    shown = url_for(".forwarding", number=number, paper_id=paper_id)
    try:
        with database(shown).transaction() as session:
            dossier = get_dossier(session, number, by=by)
            invoice = invoice_of_dossier(session, dossier, paper_id)
            forward_invoice(session, dossier, invoice, to, by=by, at=now())
    except TooManyForwards as refusal:
        form.say(refusal)
        return _page(number, paper_id, form), 422
    flash(_("The invoice is on its way to %(address)s.", address=to), "good")
    return redirect(shown, 303)


def _page(number: str, paper_id: int, form: ForwardingForm) -> str:
    dossier = get_dossier(reading(), number, by=actor())
    invoice = invoice_of_dossier(reading(), dossier, paper_id)
    return render_template(
        "invoices/forwarding.html",
        dossier=dossier,
        invoice=invoice,
        form=form,
        sent=forwards_of(reading(), dossier, invoice),
    )
