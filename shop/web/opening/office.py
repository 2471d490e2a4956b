"""An administrator reads what is still missing, then opens the doors."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.actors import ADMIN
from shop.opening.doors import (
    close_doors,
    confirm_step,
    latest_move,
    open_doors,
    opening_facts,
)
from shop.opening.rules import BY_HAND, REQUIREMENTS, Step, missing
from shop.ops.clock import now
from shop.web.kit.confirming import confirmation
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, settings
from shop.web.kit.tabs import Group, Tab
from shop.web.opening import blueprint
from shop.web.opening.closed import doors_moved
from shop.web.opening.forms import ClosingForm

TAB = Tab(
    "opening.index",
    _l("Opening"),
    frozenset({ADMIN}),
    order=5,
    about=_l("what is missing before the shop opens"),
    group=Group.SHOP,
)
#: The page where each step is done or read.
PAGE_OF = {
    Step.ADMINISTRATOR: "signin.security",
    Step.IDENTITY: "letterheads.index",
    Step.MAIL: "opening.mail_trial",
    Step.CARD: "card_trials.show",
    Step.DELIVERY: "pages.delivery",
    Step.CATALOGUE: "products.index",
    Step.CONDITIONS: "pages.terms",
}


@blueprint.get("/bureau/ouverture")
@staff_only(ADMIN)
def index() -> Any:
    """The checklist and the state of the doors."""
    return _page(ClosingForm(formdata=None))


@blueprint.post("/bureau/ouverture/etapes/<step>")
@staff_only(ADMIN)
@key_required
def confirm(step: str) -> Any:
    """Confirm what was read."""
    if step not in BY_HAND:
        abort(404)
    if not ShopForm().validate_on_submit():
        return _page(ClosingForm(formdata=None), 422)
    then = url_for(".index")
    with database(then).transaction() as session:
        confirm_step(session, Step(step), by=actor(), at=now())
    flash(_("The step is confirmed."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/ouverture/portes")
@staff_only(ADMIN)
def opening() -> Any:
    """What follows from the opening, before it is done."""
    return confirmation(
        _("Open the doors"),
        _("The public pages of the shop"),
        _("Everybody sees the catalogue and may order from now on. The journal records it."),
        act=_("Open the doors"),
        back=url_for(".index"),
    )


@blueprint.post("/bureau/ouverture/portes")
@staff_only(ADMIN)
@key_required
def open_up() -> Any:
    """Open the public pages."""
    then = url_for(".index")
    with database(then).transaction() as session:
        open_doors(session, by=actor(), at=now())
    doors_moved()
    flash(_("The doors are open."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/ouverture/fermeture")
@staff_only(ADMIN)
@key_required
def close() -> Any:
    """Close the public pages."""
    form, then = ClosingForm(), url_for(".index")
    if not form.validate_on_submit():
        return _page(form, 422)
    with database(then).transaction() as session:
        close_doors(session, form.reason.data or "", by=actor(), at=now())
    doors_moved()
    flash(_("The doors are closed."), "good")
    return redirect(then, 303)


def _page(form: ClosingForm, status: int = 200) -> Any:
    facts, move = opening_facts(reading()), latest_move(reading())
    html = render_template(
        "opening/index.html",
        form=form,
        plain=ShopForm(formdata=None),
        rows=[(one, one.is_met(facts), url_for(PAGE_OF[one.step])) for one in REQUIREMENTS],
        missing=missing(facts),
        move=move,
        is_open=move is not None and move.is_open,
        is_real=settings().is_production,
        here="opening.index",
    )
    return html, status
