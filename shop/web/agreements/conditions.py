"""What the draft of an agreement gives, and to whom: added and removed."""

from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _

from shop.agreements.drafts import add_client, add_condition, remove_client, remove_condition
from shop.agreements.lists import find_organisation_named
from shop.agreements.procedure import PREPARING
from shop.agreements.rules import Condition
from shop.catalogue.product_lists import products_named
from shop.core.errors import DomainError
from shop.core.money import UnitPrice
from shop.ops.clock import now
from shop.web.agreements import blueprint
from shop.web.agreements.forms import ClientForm, ConditionForm
from shop.web.agreements.page import condition_form, record_page, say
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading


@blueprint.post("/bureau/accords/<int:agreement_id>/organismes")
@staff_only(*PREPARING)
def add_organisation(agreement_id: int) -> Any:
    """The agreement is for one more organisation."""
    form, then = ClientForm(prefix="client"), place_url(".show", agreement_id=agreement_id)
    if not form.validate_on_submit():
        return record_page(agreement_id, 422, client=form)
    found = find_organisation_named(reading(), form.code.data or "")
    if found is None:
        form.code.errors = [_("No organisation has this customer code or SIREN.")]
        return record_page(agreement_id, 422, client=form)
    try:
        with database(then).transaction() as session:
            add_client(session, agreement_id, found.id, by=actor(), at=now())
    except DomainError as refusal:
        say(form, refusal)
        return record_page(agreement_id, 422, client=form)
    flash(_("Added: %(name)s.", name=found.name), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/accords/<int:agreement_id>/organismes/<int:organisation_id>/retrait")
@staff_only(*PREPARING)
def remove_organisation(agreement_id: int, organisation_id: int) -> Any:
    """The agreement is not for this organisation."""
    then = place_url(".show", agreement_id=agreement_id)
    with database(then).transaction() as session:
        remove_client(session, agreement_id, organisation_id, by=actor(), at=now())
    flash(_("The organisation is removed."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/accords/<int:agreement_id>/conditions")
@staff_only(*PREPARING)
def add(agreement_id: int) -> Any:
    """Add a condition."""
    form, then = condition_form(), place_url(".show", agreement_id=agreement_id)
    asked = _asked(form) if form.validate_on_submit() else None
    if asked is None:
        return record_page(agreement_id, 422, condition=form)
    try:
        with database(then).transaction() as session:
            add_condition(session, agreement_id, asked, by=actor(), at=now())
    except DomainError as refusal:
        say(form, refusal)
        return record_page(agreement_id, 422, condition=form)
    flash(_("The condition is added."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/accords/<int:agreement_id>/conditions/<int:condition_id>/retrait")
@staff_only(*PREPARING)
def remove(agreement_id: int, condition_id: int) -> Any:
    """Take a condition out."""
    then = place_url(".show", agreement_id=agreement_id)
    with database(then).transaction() as session:
        remove_condition(session, agreement_id, condition_id, by=actor(), at=now())
    flash(_("The condition is removed."), "good")
    return redirect(then, 303)


def _asked(form: ConditionForm) -> Condition | None:
    """The condition that was entered; None, with a sentence beside the field, for a reference that
    no product has.
    """
    product_id = None
    if form.sku.data:
        product_id = products_named(reading(), [form.sku.data]).get(form.sku.data)
        if product_id is None:
            form.sku.errors = [_("No product has this reference.")]
            return None
    price = form.price.data
    return Condition(
        "",
        form.discount.data or 0,
        UnitPrice.of(price) if price is not None else None,
        form.category.data or None,
        product_id,
        form.units.data or 0,
    )
