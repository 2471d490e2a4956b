"""A quote for a client before it is issued, as its paper will show it; and its issue."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.drafts.drafts import CheckoutReady
from checkout.drafts.granting_rules import DiscountTooHigh
from checkout.drafts.rules import SaleChanged, StepMissing, Stop
from quotes.client_quotes.client_quotes import (
    Prepared,
    drawn_of,
    get_client_quote,
    issue_client_quote,
    ready_client_quote,
)
from quotes.client_quotes.rules import ValidityTooLong
from quotes.quotes.contents import preview_quote
from quotes.web.client_quotes import blueprint
from quotes.web.client_quotes.forms import IssueForm
from quotes.web.client_quotes.page import back_to, client_url, names_for, prepared
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.documents.twins import twin_of
from shop.dossiers.papers import QUOTE
from shop.ops.clock import now
from shop.places.rules import PlaceNotServed
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/bureau/devis/<int:client_quote_id>/apercu")
@staff_only(SALES, SALES_ADMIN)
def preview(client_quote_id: int) -> Any:
    """The quote as it would be issued now."""
    found = prepared(client_quote_id)
    try:
        ready = ready_client_quote(reading(), found, names_for(found), at=now())
    except (StepMissing, PlaceNotServed) as refusal:
        return _to_what_is_missing(client_quote_id, refusal)
    return _preview(found, ready)


@blueprint.post("/bureau/devis/<int:client_quote_id>/apercu")
@staff_only(SALES, SALES_ADMIN)
@key_required
def issue(client_quote_id: int) -> Any:
    """Issue exactly the quote that was read."""
    form, by, at = IssueForm(), actor(), now()
    if not form.validate_on_submit():
        return redirect(url_for(".preview", client_quote_id=client_quote_id), 303)
    try:
        with database().transaction() as session:
            found = get_client_quote(session, client_quote_id, by=by, lock=True)
            seal = form.seal.data or ""
            names = names_for(found)
            ready = ready_client_quote(session, found, names, seal=seal, at=at, lock=True)
            name = found.contact.name
            quote = issue_client_quote(session, found, ready, by=by, at=at)
            back = client_url(found)
            shown = url_for("quotes.show", number=quote.number, back=back)
            then = leads_to(session, shown)
    except SaleChanged:
        flash(_("A price or a line has changed since you read this quote: read it again."), "warn")
        return redirect(url_for(".preview", client_quote_id=client_quote_id), 303)
    except (
        StepMissing,
        PlaceNotServed,
        DiscountTooHigh,
        ValidityTooLong,
    ) as refusal:
        return _to_what_is_missing(client_quote_id, refusal)
    told = _("Quote %(number)s is issued and sent to %(name)s.", number=quote.number, name=name)
    flash(told, "good")
    return redirect(then, 303)


def _preview(found: Prepared, ready: CheckoutReady) -> str:
    at, language = now(), found.contact.language
    drawn = drawn_of(reading(), found, at=at)
    content = preview_quote(reading(), ready.sale, found.organisation, drawn, by=actor(), at=at)
    form = IssueForm(formdata=None, seal=ready.seal)
    return render_template(
        "client_quotes/preview.html",
        found=found,
        document=twin_of(QUOTE, content, language=language),
        form=form,
        client=client_url(found),
    )


def _to_what_is_missing(client_quote_id: int, refusal: DomainError) -> Any:
    """The page again, with what is to be completed first."""
    sentences = {
        Stop.CART: _("Add a line first."),
        Stop.IDENTIFICATION: _("The contact has no e-mail address."),
        Stop.ADDRESSES: _("First enter the addresses and the contact person."),
        Stop.SHIPPING: _("First choose a delivery method."),
    }
    stop = refusal.stop if isinstance(refusal, StepMissing) else None
    flash(sentences[stop] if stop in sentences else sentence_of(refusal), "warn")
    return back_to(client_quote_id)
