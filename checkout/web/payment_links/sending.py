"""A sale before its link is sent, as the client will read it; sending, sending again, revoking."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.drafts.granting_rules import DiscountTooHigh
from checkout.drafts.rules import SaleChanged, StepMissing, Stop
from checkout.payment_links.links import get_link, revoke_link, send_link, send_link_again
from checkout.payment_links.preparation import get_prepared, ready_link
from checkout.payment_links.procedure import DRAWING
from checkout.payment_links.rules import LinkClientErased, LinkRateChanged, last_day_after
from checkout.web.payment_links import blueprint
from checkout.web.payment_links.forms import RevokeForm, SendForm
from checkout.web.payment_links.page import back_to, prepared, sent_page, wording_for
from checkout.web.steps.sums import sums_of
from shop.core.errors import DomainError
from shop.ops.clock import now, today
from shop.places.rules import PlaceNotServed
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/bureau/liens-de-paiement/<int:link_id>/apercu")
@staff_only(*DRAWING)
def preview(link_id: int) -> Any:
    """The sale as the client would read it now."""
    found = prepared(link_id)
    try:
        ready = ready_link(reading(), found, wording_for(found.row), at=now())
    except (StepMissing, PlaceNotServed) as refusal:
        return _to_what_is_missing(link_id, refusal)
    return render_template(
        "payment_links/preview.html",
        found=found,
        ready=ready,
        sums=sums_of(
            ready.sale.lines,
            expected_on=ready.sale.expected_on,
            shipping=ready.sale.shipping,
            language=found.row.language,
        ),
        last_day=last_day_after(found.row.days, today()),
        form=SendForm(formdata=None, seal=ready.seal),
        here="payment_links.index",
    )


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/apercu")
@staff_only(*DRAWING)
@key_required
def send(link_id: int) -> Any:
    """Send exactly the sale that was read."""
    form, by, at = SendForm(), actor(), now()
    if not form.validate_on_submit():
        return redirect(url_for(".preview", link_id=link_id), 303)
    try:
        with database().transaction() as session:
            found = get_prepared(session, link_id, by=by, lock=True)
            seal, words = form.seal.data or "", wording_for(found.row)
            ready = ready_link(session, found, words, seal=seal, at=at, lock=True)
            row = send_link(session, found, ready, by=by, at=at)
            told = _("The link is sent to %(email)s.", email=row.email)
            then = leads_to(session, url_for(".show", link_id=link_id))
    except SaleChanged:
        flash(_("A price or a line has changed since you read this sale: read it again."), "warn")
        return redirect(url_for(".preview", link_id=link_id), 303)
    except (StepMissing, PlaceNotServed, DiscountTooHigh) as refusal:
        return _to_what_is_missing(link_id, refusal)
    flash(told, "good")
    return redirect(then, 303)


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/envoi")
@staff_only(*DRAWING)
@key_required
def send_again(link_id: int) -> Any:
    """Send the e-mail again, with a new last day."""
    shown = url_for(".show", link_id=link_id)
    try:
        with database(shown).transaction() as session:
            row = send_link_again(session, link_id, by=actor(), at=now())
            told = _("The link is sent to %(email)s.", email=row.email)
            then = leads_to(session, shown)
    except (LinkClientErased, LinkRateChanged) as refusal:
        flash(sentence_of(refusal), "warn")
        return redirect(shown, 303)
    flash(told, "good")
    return redirect(then, 303)


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/revocation")
@staff_only(*DRAWING)
def revoke(link_id: int) -> Any:
    """Nobody pays from the link any more."""
    form, then = RevokeForm(), url_for(".show", link_id=link_id)
    if get_link(reading(), link_id).is_prepared:
        return redirect(then, 303)
    if not form.validate_on_submit():
        return sent_page(link_id, form, 422)
    with database(then).transaction() as session:
        revoke_link(session, link_id, form.reason.data or "", by=actor(), at=now())
    flash(_("The link is revoked: the client is told."), "good")
    return redirect(then, 303)


def _to_what_is_missing(link_id: int, refusal: DomainError) -> Any:
    """The page again, with what is to be completed first."""
    sentences = {
        Stop.CART: _("Add a line first."),
        Stop.ADDRESSES: _("First enter the addresses and the contact person."),
        Stop.SHIPPING: _("First choose a delivery method."),
    }
    stop = refusal.stop if isinstance(refusal, StepMissing) else None
    flash(sentences[stop] if stop in sentences else sentence_of(refusal), "warn")
    return back_to(link_id)
