"""The renewal of an expired quote: what changes, the conditions, then the new quote."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, HiddenField

from checkout.web.steps.sums import sums_of
from quotes.procedure import PROCEDURE, stage_at
from quotes.quotes.models import Quote
from quotes.quotes.quotes import renew_quote
from quotes.quotes.records import get_quote
from quotes.quotes.renewal import propose_renewal
from quotes.quotes.rules import (
    NothingLeftToSell,
    RenewalChanged,
    days_left,
)
from quotes.quotes.validity import last_day_at
from quotes.web.quotes import blueprint
from quotes.web.quotes.views import after_act
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.dossiers.dossiers import get_dossier
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.texts.texts import terms_at
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


class RenewalForm(ShopForm):
    """The tick is never set in advance; the seal identifies the prices that the buyer has read."""

    accepted = BooleanField(_l("I have read these conditions and today’s prices."))
    seal = HiddenField()

    def is_acknowledged(self, *, by_staff: bool) -> bool:
        """Whether the buyer acknowledges the conditions; staff keep what the buyer did before."""
        if by_staff or self.accepted.data:
            return True
        told = _l("Read the conditions and tick the box: they apply to the quote.")
        self.accepted.errors = [*self.accepted.errors, told]
        return False


@blueprint.get("/devis/<number>/renouvellement")
@reader_of_dossier(PROCEDURE, "renew")
def renewal(number: str) -> Any:
    """The differences of prices and the conditions, before anything is issued."""
    return _page(number, RenewalForm(formdata=None))


@blueprint.post("/devis/<number>/renouvellement")
@reader_of_dossier(PROCEDURE, "renew")
@key_required
def renew(number: str) -> Any:
    """A new quote at the prices that were read, from an expired one."""
    form, by = RenewalForm(), actor()
    if not form.validate_on_submit() or not form.is_acknowledged(by_staff=by.is_staff):
        return _page(number, form, 422)
    try:
        with database().transaction() as session:
            quote = get_quote(session, number, by=by)
            renewed = renew_quote(session, quote, seal=form.seal.data or "", by=by, at=now())
            shown = leads_to(session, _after(renewed.number, by=by))
    except RenewalChanged as refusal:
        flash(sentence_of(refusal), "warn")
        return redirect(place_url(".renewal", number=number), 303)
    flash(_("Quote %(number)s has been issued at today's prices.", number=renewed.number), "good")
    return redirect(shown, 303)


def _after(number: str, *, by: Actor) -> str:
    """The buyer downloads the new quote on its page."""
    if by.is_staff:
        return after_act(number, by=by)
    return url_for(".show", number=number, drawn="pdf")


def _page(number: str, form: RenewalForm, status: int = 200) -> Any:
    session, by, at = reading(), actor(), now()
    dossier = get_dossier(session, number, by=by)
    quote = session.scalar(select(Quote).where(Quote.dossier_id == dossier.id))
    if quote is None:
        raise NotFound(number=number)
    shown = place_url(".show", number=number)
    stage = stage_at(quote.stage, lapsed=days_left(quote.valid_until, at) < 0)
    if PROCEDURE.find("renew", stage) is None:
        return redirect(shown, 303)
    try:
        found = propose_renewal(session, quote, by=by, at=at)
    except NothingLeftToSell as refusal:
        flash(sentence_of(refusal), "bad")
        return redirect(shown, 303)
    form.seal.data = found.seal
    html = render_template(
        "quotes/renewal.html",
        quote=quote,
        form=form,
        changes=[difference.to_json() for difference in found.differences],
        renewed_from=quote.number,
        sums=sums_of(found.sale.lines),
        valid_until=last_day_at(session, at),
        service=found.sale.parties.paying_service,
        delay=session.get_one(Organisation, quote.organisation_id).payment_delay_days,
        version=terms_at(session, at),
        by_staff=by.is_staff,
        back=came_from() or None,
    )
    return html, status
