"""The payer's numbers of an order, given until its first invoice."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from checkout.invoices.invoices import invoices_of
from checkout.orders.amendments import may_tell_references, tell_references
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from checkout.orders.rules import CommitmentNumberNeeded, NothingAmended, OrderInvoiced
from checkout.web.orders import blueprint
from checkout.web.orders.views import own_order
from shop.core.errors import IllegalTransition
from shop.core.parties import Parties, parties_from
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.payer_rules import requires_engagement
from shop.storage.db import get_locked
from shop.web.kit.fields import service_code, stripped
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.paging import came_from
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


class ReferencesForm(ShopForm):
    """The numbers by which the payer's accountant finds the commitment and the service."""

    engagement = StringField(_l("Commitment no."), [at_most(50)], filters=[stripped])
    service_code = service_code(_l("Service code"))


@blueprint.get("/commandes/<number>/references")
@reader_of_dossier(PROCEDURE, "tell_references")
def references(number: str) -> Any:
    """The numbers as they stand, to be completed or corrected."""
    order, _dossier = own_order(number)
    service = parties_from(order.parties).paying_service
    form = ReferencesForm(
        formdata=None,
        engagement=order.engagement or "",
        service_code=service.service_code if service else "",
    )
    return _page(order, form)


@blueprint.post("/commandes/<number>/references")
@reader_of_dossier(PROCEDURE, "tell_references")
def give_references(number: str) -> Any:
    """The invoices to come bear them."""
    order, dossier = own_order(number)
    form, by = ReferencesForm(), actor()
    if not form.validate_on_submit():
        return _page(order, form), 422
    shown = came_from() or url_for("quotes.show", number=dossier.number)
    try:
        with database(shown).transaction() as session:
            tell_references(
                session,
                get_locked(session, Order, order.id),
                engagement=form.engagement.data or "",
                service_code=form.service_code.data or "",
                by=by,
                at=now(),
            )
    except CommitmentNumberNeeded as refusal:
        form.engagement.errors = [sentence_of(refusal)]
        return _page(order, form), 422
    except (NothingAmended, OrderInvoiced, IllegalTransition) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(order, form), 422
    flash(_("Numbers recorded: they will be on the invoice."), "good")
    return redirect(shown, 303)


def _page(order: Order, form: ReferencesForm) -> str:
    _order, dossier = own_order(order.number)
    parties = parties_from(order.parties)
    return render_template(
        "orders/references.html",
        order=order,
        dossier=dossier,
        form=form,
        service=parties.paying_service,
        required=_requires(order, parties),
        is_open=may_tell_references(
            order, actor(), invoiced=bool(invoices_of(reading(), order.id))
        ),
        back=came_from() or None,
    )


def _requires(order: Order, parties: Parties) -> bool:
    if order.organisation_id is None:
        return False
    body = reading().get_one(Organisation, order.organisation_id)
    return requires_engagement(parties, body.engagement_rule)
