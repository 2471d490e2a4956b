"""The office asks the register again about an organisation."""

from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _

from shop.core.actors import SALES_ADMIN
from shop.ops.clock import now
from shop.organisations.organisations import get_organisation
from shop.organisations.register_checks import siret_to_ask
from shop.register.answers import Outcome
from shop.verification.register_answers import learn
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading
from shop.web.register.lookups import look_up_for_page
from shop.web.verification import blueprint


@blueprint.post("/bureau/verifications/<int:organisation_id>/registre")
@staff_only(SALES_ADMIN)
def ask_register(organisation_id: int) -> Any:
    """The register's present answer: stored, and applied while there is no decision."""
    organisation = get_organisation(reading(), organisation_id)
    siret = siret_to_ask(reading(), organisation.id)
    answer = look_up_for_page(siret)
    then = place_url("verification.decide", organisation_id=organisation_id)
    with database(then).transaction() as session:
        organisation = get_organisation(session, organisation_id, lock=True)
        learn(session, organisation, siret, answer, by=actor(), at=now())
    if answer.outcome is Outcome.UNAVAILABLE:
        flash(_("The register is not responding. It will be queried again automatically."), "warn")
    elif answer.outcome is Outcome.NOT_FOUND:
        flash(_("This SIRET was not found in the register."), "info")
    else:
        flash(_("The register has answered: see the result below."), "good")
    return redirect(then, 303)
