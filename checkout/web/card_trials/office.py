"""An administrator tries the card processor: 0.50 € is charged, and paid back."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.card.gateway import CardProcessorError
from checkout.card.payments import Addresses
from checkout.card_trials import procedure
from checkout.card_trials.procedure import TrialState, is_followed
from checkout.card_trials.trials import (
    AMOUNT,
    TrialRefused,
    TrialRunning,
    follow_trial,
    latest_trial,
    open_trial,
)
from checkout.web.card.processor import gateway
from checkout.web.card_trials import blueprint
from shop.core.actors import ADMIN
from shop.ops.clock import now
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, own_url, plain_database, reading, sentence_of

#: Seconds between two looks at a trial that the processor has not decided.
LOOK_AGAIN = 5
#: The kind and the words of each state.
STATES: dict[TrialState, tuple[str, Any]] = {
    TrialState.STARTED: ("you", _l("to pay")),
    TrialState.CHARGED: ("info", _l("charged, being paid back")),
    TrialState.REFUNDED: ("good", _l("charged and paid back")),
    TrialState.KEPT: ("bad", _l("charged, not paid back")),
    TrialState.DROPPED: ("plain", _l("not paid")),
}


@blueprint.get("/bureau/ouverture/carte")
@staff_only(ADMIN)
def show() -> Response:
    """Where the latest trial is, and the button of another one."""
    trial = latest_trial(reading())
    page = Response(
        render_template(
            "card_trials/show.html",
            trial=trial,
            amount=AMOUNT,
            plain=ShopForm(formdata=None),
            states=STATES,
            is_=procedure,
            here="opening.index",
        )
    )
    if trial is not None and procedure.is_charged(trial.state):
        page.headers["Refresh"] = str(LOOK_AGAIN)
    return page


@blueprint.post("/bureau/ouverture/carte")
@staff_only(ADMIN)
@repeatable("one trial has one open page: a second press leads to the same page")
def start() -> Any:
    """Redirect to the page of the processor."""
    if not ShopForm().validate_on_submit():
        return redirect(url_for(".show"), 303)
    try:
        url = open_trial(
            plain_database(),
            gateway(),
            addresses=_addresses(),
            language=current_language(),
            by=actor(),
            at=now(),
        )
    except (TrialRefused, TrialRunning) as refusal:
        flash(sentence_of(refusal), "bad")
        return redirect(url_for(".show"), 303)
    return redirect(url, 303)


@blueprint.get("/bureau/ouverture/carte/retour")
@staff_only(ADMIN)
def come_back() -> Any:
    """The return from the page of the processor, which is asked for the result."""
    trial = latest_trial(reading())
    if trial is not None and is_followed(trial.state):
        try:
            follow_trial(plain_database(), gateway(), trial.id, at=now())
        except CardProcessorError:
            flash(_("The card processor does not answer: the worker asks it again."), "warn")
    return redirect(url_for(".show"), 303)


def _addresses() -> Addresses:
    home = own_url()
    return Addresses(
        success_url=home + url_for(".come_back"),
        cancel_url=home + url_for(".show"),
        one_line=_("Trial of the card payment, paid back"),
    )
