"""The buyer's page of the links of a quote: create one, withdraw one, see which were read."""

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy import select

from quotes.procedure import PROCEDURE as QUOTES
from quotes.procedure import stage_at
from quotes.quotes.models import Quote
from quotes.quotes.records import get_quote
from quotes.quotes.rules import QuoteExpired, days_left
from quotes.signatories.links import revoke_link, share_quote
from quotes.signatories.procedure import PROCEDURE
from quotes.signatories.rules import TooManyLinks
from quotes.web.signatories import blueprint
from quotes.web.signatories.forms import RecipientForm
from quotes.web.signatories.shown import links_shown
from shop.core.errors import NotFound
from shop.dossiers.dossiers import get_dossier
from shop.ops.clock import now
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, own_url, reading, sentence_of


@blueprint.get("/devis/<number>/signataires")
@reader_of_dossier()
def index(number: str) -> Any:
    """The links of a quote, and the form of a new one."""
    return _page(number, RecipientForm(formdata=None))


@blueprint.post("/devis/<number>/signataires")
@reader_of_dossier(QUOTES, "share_quote")
@key_required
def share(number: str) -> Any:
    """Create a link. Its address is shown in this answer only: it is not stored."""
    form, by = RecipientForm(), actor()
    if not form.validate_on_submit():
        return _page(number, form, 422)
    try:
        with database(place_url(".index", number=number)).transaction() as session:
            quote = get_quote(session, number, by=by)
            shared = share_quote(session, quote, form.recipient, by=by, at=now())
    except (TooManyLinks, QuoteExpired) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(number, form, 422)
    return render_template(
        "signatories/created.html",
        number=number,
        link=shared.link,
        address=f"{own_url()}/signataires/{shared.token}",
    )


@blueprint.post("/devis/<number>/signataires/<int:link_id>/retrait")
@reader_of_dossier(PROCEDURE, "revoke_link")
def revoke(number: str, link_id: int) -> Any:
    """Withdraw a link: its page opens no more."""
    by, shown = actor(), place_url(".index", number=number)
    with database(shown).transaction() as session:
        quote = get_quote(session, number, by=by)
        link = revoke_link(session, quote, link_id, by=by, at=now())
    flash(_("The link for %(name)s is withdrawn.", name=link.name), "good")
    return redirect(shown, 303)


def _page(number: str, form: RecipientForm, status: int = 200) -> Any:
    session, by, at = reading(), actor(), now()
    dossier = get_dossier(session, number, by=by)
    quote = session.scalar(select(Quote).where(Quote.dossier_id == dossier.id))
    if quote is None:
        raise NotFound(number=number)
    stage = stage_at(quote.stage, lapsed=days_left(quote.valid_until, at) < 0)
    may = {one.name for one in QUOTES.open_transitions(stage, by)}
    html = render_template(
        "signatories/index.html",
        quote=quote,
        form=form if "share_quote" in may else None,
        links=links_shown(session, quote.id, by=by, at=at),
        back=came_from() or None,
    )
    return html, status
