"""The pages of an organisation's establishments: adding one, its letterhead address."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.errors import DomainError
from shop.core.rights import ADMINISTER
from shop.ops.clock import now
from shop.organisations.establishments import AnotherSiren, EstablishmentKnown, add_establishment
from shop.organisations.organisations import (
    change_header,
    get_establishment,
    get_organisation,
)
from shop.web.kit.destinations import forget_destination
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.members.forms import EstablishmentForm
from shop.web.members.views import locked_organisation, own_organisation_id
from shop.web.organisations import blueprint
from shop.web.organisations.forms import HeaderForm
from shop.web.register.lookups import look_up_for_page, refuse_closed


@blueprint.get("/compte/organisation/etablissements/nouveau")
@member_with(ADMINISTER)
def new_establishment() -> Any:
    return _new_page(EstablishmentForm(formdata=None))


@blueprint.post("/compte/organisation/etablissements/nouveau")
@member_with(ADMINISTER)
def open_establishment() -> Any:
    form = EstablishmentForm()
    if not form.validate():
        return _new_page(form), 422
    answer = look_up_for_page(form.siret.data or "")
    if refuse_closed(form.siret, answer):
        return _new_page(form), 422
    then = url_for("members.show")
    try:
        with database(then).transaction() as session:
            organisation = locked_organisation(session)
            add_establishment(
                session,
                organisation,
                siret=form.siret.data or "",
                header=form.header(),
                answer=answer,
                by=actor(),
                at=now(),
            )
    except (AnotherSiren, EstablishmentKnown) as refusal:
        return _mend(form, refusal)
    flash(_("The establishment has been added: colleagues can now be assigned to it."), "good")
    return redirect(then, 303)


@blueprint.route(
    "/compte/organisation/etablissements/<int:establishment_id>/en-tete", methods=["GET", "POST"]
)
@member_with(ADMINISTER)
def edit_establishment_header(establishment_id: int) -> Any:
    """The address at the head of its future quotes."""
    place = get_establishment(reading(), establishment_id, own_organisation_id())
    form = HeaderForm(data=place.header)
    if not form.validate_on_submit():
        page = render_template("organisations/establishment_header.html", form=form, place=place)
        return page, 422 if form.errors else 200
    then = url_for("members.show")
    with database(then).transaction() as session:
        held = get_establishment(session, establishment_id, own_organisation_id())
        kept = asdict(form.place(held.name))
        change_header(session, held, kept, by=actor(), at=now())
    forget_destination()
    flash(
        _("The letterhead address has been saved. Documents already issued keep the former one."),
        "good",
    )
    return redirect(then, 303)


def _mend(form: EstablishmentForm, refusal: DomainError) -> Any:
    form.siret.errors = [sentence_of(refusal)]
    return _new_page(form), 422


def _new_page(form: EstablishmentForm) -> str:
    organisation = get_organisation(reading(), own_organisation_id())
    return render_template("organisations/establishment.html", form=form, organisation=organisation)
