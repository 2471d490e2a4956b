"""An organisation's administrator requests another name, or another SIRET."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.core.errors import DomainError, NotFound
from shop.core.rights import ADMINISTER
from shop.ops.clock import now
from shop.organisations.organisations import (
    establishments_of,
    get_establishment,
    get_organisation,
)
from shop.register.siret import SiretMistake
from shop.verification import changes
from shop.verification.verification import open_change, open_transitions
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.verification import blueprint
from shop.web.verification.forms import ChangeForm

#: The field that shows each refusal.
BESIDE: dict[type[DomainError], str] = {
    changes.NothingChanges: "name",
    changes.NoChangeReason: "reason",
    changes.SiretTaken: "siret",
    changes.SeveralEstablishments: "siret",
}


@blueprint.route("/compte/organisation/modification", methods=["GET", "POST"])
@member_with(ADMINISTER)
def ask_change() -> Any:
    """The page announces what follows: no quote is issued until the office has decided."""
    by, form = actor(), ChangeForm()
    if request.method != "POST":
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    then = url_for("people.overview")
    try:
        with database(then).transaction() as session:
            organisation = get_organisation(session, by.organisation_id or 0, lock=True)
            changes.ask_change(
                session,
                organisation,
                get_establishment(session, form.establishment_id, organisation.id),
                name=form.name.data or "",
                siret=form.siret.data or "",
                reason=form.reason.data or "",
                by=by,
                at=now(),
            )
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _page(form, 422)
    except SiretMistake as mistake:
        form.siret.errors = [sentence_of(mistake)]
        return _page(form, 422)
    flash(_("We will examine this change and write to you."), "good")
    return redirect(then, 303)


def _page(form: ChangeForm, status: int = 200) -> Any:
    session, by = reading(), actor()
    if by.organisation_id is None:
        raise NotFound
    organisation = get_organisation(session, by.organisation_id)
    form.offer(establishments_of(session, organisation.id))
    html = render_template(
        "verification/change.html",
        organisation=organisation,
        form=form,
        change=open_change(session, organisation.id),
        may_ask="ask_change"
        in {transition.name for transition in open_transitions(organisation, by)},
        asked=changes.changes_of(session, organisation.id),
    )
    return html, status
