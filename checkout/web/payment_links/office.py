"""Sales draw a sale for a private person: its client, addresses and offer."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.drafts.drafts import ensure_draft, set_addresses, set_pick_up, set_shipping
from checkout.drafts.granting_rules import ShippingReasonMissing
from checkout.payment_links.links import get_link
from checkout.payment_links.lists import count_over, payment_links
from checkout.payment_links.preparation import (
    CLIENT,
    drop_link,
    get_prepared,
    link_state,
    prepare_link,
    set_link_offer,
)
from checkout.payment_links.procedure import DRAWING
from checkout.web.payment_links import blueprint
from checkout.web.payment_links.forms import ClientForm, OfferForm
from checkout.web.payment_links.page import (
    arrange_offer,
    prepared,
    prepared_page,
    read_state,
    sent_page,
    state_words,
    wording_for,
)
from checkout.web.steps.forms import AddressesForm
from checkout.web.steps.page import fill_in, places_of
from shop.core.days import paris_day
from shop.core.errors import DomainError
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "payment_links.index",
    _l("Payment links"),
    frozenset(DRAWING),
    lambda at: count_over(paris_day(at)),
    order=40,
    about=_l("payment links whose last day is over"),
    group=Group.CLIENTS,
)


@blueprint.get("/bureau/liens-de-paiement")
@staff_only(*DRAWING)
def index() -> Any:
    """Every link, and the form of a new sale."""
    return _list(ClientForm(formdata=None))


@blueprint.post("/bureau/liens-de-paiement")
@staff_only(*DRAWING)
@key_required
def begin() -> Any:
    """Begin a sale for a private person."""
    form = ClientForm()
    if not form.validate_on_submit():
        return _list(form, 422)
    name, address = form.name.data or "", form.email.data or ""
    with database().transaction() as session:
        row = prepare_link(session, name, address, form.language.data, by=actor(), at=now())
        then = leads_to(session, url_for(".show", link_id=row.id))
    return redirect(then, 303)


@blueprint.get("/bureau/liens-de-paiement/<int:link_id>")
@staff_only(*DRAWING)
def show(link_id: int) -> Any:
    """The sale in preparation, or the link that was sent."""
    if get_link(reading(), link_id).is_prepared:
        return prepared_page(prepared(link_id))
    return sent_page(link_id)


@blueprint.get("/bureau/liens-de-paiement/<int:link_id>/adresses")
@staff_only(*DRAWING)
def addresses(link_id: int) -> Any:
    """The name on the invoice, the place of delivery, the person whom the carrier calls."""
    found, form = prepared(link_id), AddressesForm(formdata=None)
    state = read_state(found)
    fill_in(form, state, reading(), None)
    if state.parties is None:
        form.contact_name.data = found.row.name
    return _addresses(link_id, form)


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/adresses")
@staff_only(*DRAWING)
def keep_addresses(link_id: int) -> Any:
    found, form = prepared(link_id), AddressesForm()
    places = places_of(form, read_state(found), reading(), None)
    if not form.validate_on_submit():
        return _addresses(link_id, form, 422)
    then = url_for(".show", link_id=link_id)
    with database(then).transaction() as session:
        fresh = get_prepared(session, link_id, by=actor(), lock=True)
        draft = ensure_draft(session, fresh.cart_id, by=CLIENT, at=now())
        parties = form.parties(header_name="", kept=places)
        set_addresses(draft, parties, title=form.title.data or "")
        set_pick_up(draft, is_pick_up=form.is_pick_up)
    return redirect(then, 303)


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/offre")
@staff_only(*DRAWING)
def keep_offer(link_id: int) -> Any:
    """The way of delivery, the last day, the words for the client."""
    found, form = prepared(link_id), OfferForm()
    arrange_offer(form, read_state(found))
    if not form.validate_on_submit():
        return prepared_page(found, offer=form, status=422)
    then = url_for(".show", link_id=link_id)
    try:
        with database(then).transaction() as session:
            fresh = get_prepared(session, link_id, by=actor(), lock=True)
            draft = ensure_draft(session, fresh.cart_id, by=CLIENT, at=now())
            state = link_state(session, fresh, wording_for(fresh.row), at=now(), lock=True)
            set_shipping(draft, form.shipping.data, state.offers)
            set_link_offer(
                fresh.row,
                days=form.days.data or 0,
                words=form.words.data or "",
                price=form.price.data if form.price.typed.strip() else None,
                reason=form.reason.data or "",
            )
    except ShippingReasonMissing as refusal:
        form.reason.errors = [sentence_of(refusal)]
        return prepared_page(found, offer=form, status=422)
    except DomainError as refusal:
        form.say(refusal)
        return prepared_page(found, offer=form, status=422)
    return redirect(then, 303)


@blueprint.post("/bureau/liens-de-paiement/<int:link_id>/abandon")
@staff_only(*DRAWING)
@key_required
def drop(link_id: int) -> Any:
    """Give the preparation up; nothing was sent."""
    with database().transaction() as session:
        drop_link(session, get_prepared(session, link_id, by=actor(), lock=True))
        then = leads_to(session, url_for(".index"))
    flash(_("The sale in preparation has been given up."), "good")
    return redirect(then, 303)


def _list(form: ClientForm, status: int = 200) -> Any:
    rows = payment_links(reading(), today(), place_asked())
    html = render_template(
        "payment_links/index.html",
        rows=rows,
        query=kept(rows),
        words=state_words,
        form=form,
        here="payment_links.index",
    )
    return html, status


def _addresses(link_id: int, form: AddressesForm, status: int = 200) -> Any:
    html = render_template(
        "payment_links/addresses.html",
        found=prepared(link_id),
        form=form,
        here="payment_links.index",
    )
    return html, status
