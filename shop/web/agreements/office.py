"""The sales staff: price agreements, prepared, put in force, ended."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.agreements.agreements import (
    change_terms,
    draft_agreement,
    end_agreement,
    sign_agreement,
    withdraw_agreement,
)
from shop.agreements.lists import count_ending
from shop.agreements.procedure import DECIDING, PREPARING
from shop.core.days import paris_day
from shop.core.errors import DomainError
from shop.ops.clock import now
from shop.web.agreements import blueprint
from shop.web.agreements.forms import EndForm, SigningForm, TermsForm
from shop.web.agreements.page import list_page, record_page, say
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "agreements.index",
    _l("Price agreements"),
    frozenset(PREPARING),
    lambda at: count_ending(paris_day(at)),
    order=30,
    about=_l("price agreements that end within 60 days"),
    group=Group.CLIENTS,
)


@blueprint.get("/bureau/accords")
@staff_only(*PREPARING)
def index() -> Any:
    """Every agreement, and the form of a new one."""
    return list_page()


@blueprint.post("/bureau/accords")
@staff_only(*PREPARING)
@key_required
def draft() -> Any:
    """Prepare an agreement."""
    form = TermsForm()
    if not form.validate_on_submit():
        return list_page(422, form)
    try:
        with database().transaction() as session:
            row = draft_agreement(session, form.terms(), by=actor(), at=now())
            then = leads_to(session, url_for(".show", agreement_id=row.id))
    except DomainError as refusal:
        say(form, refusal)
        return list_page(422, form)
    flash(_("The agreement is prepared: add its organisations and its conditions."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/accords/<int:agreement_id>")
@staff_only(*PREPARING)
def show(agreement_id: int) -> Any:
    """The record of an agreement."""
    return record_page(agreement_id)


@blueprint.post("/bureau/accords/<int:agreement_id>")
@staff_only(*PREPARING)
def change(agreement_id: int) -> Any:
    """Change what a draft says."""
    form, then = TermsForm(), place_url(".show", agreement_id=agreement_id)
    if not form.validate_on_submit():
        return record_page(agreement_id, 422, terms=form)
    try:
        with database(then).transaction() as session:
            change_terms(session, agreement_id, form.terms(), by=actor(), at=now())
    except DomainError as refusal:
        say(form, refusal)
        return record_page(agreement_id, 422, terms=form)
    flash(_("The draft is saved."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/accords/<int:agreement_id>/signature")
@staff_only(*DECIDING)
def sign(agreement_id: int) -> Any:
    """The client has signed: the agreement is in force."""
    form = SigningForm(prefix="signing")
    then = place_url(".show", agreement_id=agreement_id)
    if not form.validate_on_submit() or form.signed_on.data is None:
        return record_page(agreement_id, 422, signing=form)
    try:
        with database(then).transaction() as session:
            sign_agreement(
                session,
                agreement_id,
                signed_on=form.signed_on.data,
                signatory=form.signatory.data or "",
                by=actor(),
                at=now(),
            )
    except DomainError as refusal:
        say(form, refusal)
        return record_page(agreement_id, 422, signing=form)
    flash(_("The agreement is in force between its days: the clients are told."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/accords/<int:agreement_id>/abandon")
@staff_only(*PREPARING)
def withdraw(agreement_id: int) -> Any:
    """Give a draft up."""
    form, then = EndForm(prefix="end"), place_url(".show", agreement_id=agreement_id)
    if not form.validate_on_submit():
        return record_page(agreement_id, 422, end=form)
    with database(then).transaction() as session:
        withdraw_agreement(session, agreement_id, form.reason.data or "", by=actor(), at=now())
    flash(_("The draft is given up."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/accords/<int:agreement_id>/fin")
@staff_only(*DECIDING)
def end(agreement_id: int) -> Any:
    """End an agreement before its last day."""
    form, then = EndForm(prefix="end"), place_url(".show", agreement_id=agreement_id)
    if not form.validate_on_submit():
        return record_page(agreement_id, 422, end=form)
    with database(then).transaction() as session:
        end_agreement(session, agreement_id, form.reason.data or "", by=actor(), at=now())
    flash(_("The agreement is ended: quotes that were issued keep their prices."), "good")
    return redirect(then, 303)
