"""What the office may grant in the quotes that it draws: for an administrator."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from quotes.client_quotes.rules import LimitsRefused
from quotes.client_quotes.settings import current_limits, set_limits
from quotes.web.client_quotes import blueprint
from quotes.web.client_quotes.forms import LimitsForm
from shop.core.actors import ADMIN
from shop.core.text import percent
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading


@blueprint.get("/bureau/devis/reglages")
@staff_only(ADMIN)
def limits() -> Any:
    """The settings in force."""
    found = current_limits(reading())
    form = LimitsForm(
        formdata=None,
        discount=_typed(found.discount),
        administrators=_typed(found.administrators),
        months=found.months,
    )
    return _page(form)


@blueprint.post("/bureau/devis/reglages")
@staff_only(ADMIN)
def keep_limits() -> Any:
    """From now on."""
    form, then = LimitsForm(), url_for(".limits")
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with database(then).transaction() as session:
            set_limits(session, form.limits(), by=actor(), at=now())
    except LimitsRefused as refusal:
        form.say(refusal)
        return _page(form, 422)
    flash(_("Saved: the next quotes follow these settings."), "good")
    return redirect(then, 303)


def _page(form: LimitsForm, status: int = 200) -> Any:
    return render_template("client_quotes/limits.html", form=form), status


def _typed(discount: int) -> str:
    return percent(discount, current_language()).rstrip("%").strip()
