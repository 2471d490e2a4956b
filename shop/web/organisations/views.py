"""The buyer's pages of their organisation: registering it, asking again."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.rights import READ
from shop.members import registration
from shop.ops.clock import now
from shop.organisations import organisations
from shop.register.siret import grouped
from shop.signin import attempts
from shop.verification import verification
from shop.web.kit.guards import member_with, signed_in
from shop.web.kit.sessions import actor
from shop.web.kit.site import database
from shop.web.organisations import blueprint
from shop.web.organisations.forms import COMPANY, OrganisationForm
from shop.web.organisations.letterhead_fields import lacks_header
from shop.web.register import views as finder
from shop.web.register.lookups import look_up_for_page, refuse_closed, sentence_on
from shop.web.signin.entrance import siret_named


@blueprint.get("/compte/organisation")
@signed_in
def register() -> Any:
    return render_template("organisations/register.html", form=OrganisationForm())


@blueprint.post("/compte/organisation")
@signed_in
def add_organisation() -> Any:
    form = OrganisationForm()
    if finder.answers(form):
        return render_template("organisations/register.html", form=form)
    if not form.validate():
        return render_template("organisations/register.html", form=form), 422
    answer = look_up_for_page(form.siret.data or "")
    if refuse_closed(form.siret, answer) or lacks_header(form, answer):
        return render_template("organisations/register.html", form=form), 422
    then = url_for("people.overview")
    with database(then).transaction() as session:
        attempts.note(session, siret_named(form.siret.data or ""), at=now())
        organisation = registration.register_organisation(
            session,
            siret=form.siret.data or "",
            name=form.organisation.data or "",
            header=form.header,
            declared_private=form.buys_for.data == COMPANY,
            answer=answer,
            by=actor(),
            at=now(),
        )
    flash(sentence_on(organisation), "good")
    return redirect(then, 303)


@blueprint.post("/compte/organisation/verification")
@member_with(READ)
def ask_again() -> Any:
    by = actor()
    then = url_for("people.overview")
    with database(then).transaction() as session:
        organisation = organisations.get_organisation(session, by.organisation_id or 0, lock=True)
        verification.ask_again(session, organisation, by=by, at=now())
    flash(_("We will examine it again and write to you."), "good")
    return redirect(then, 303)


@blueprint.app_template_filter("grouped")
def _grouped(number: str) -> str:
    """« 216 100 404 00017 »."""
    return grouped(number)
