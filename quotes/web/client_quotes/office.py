"""Sales draw a quote for a client: its contact, goods and offer."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.drafts.drafts import ensure_draft, set_addresses, set_pick_up, set_shipping
from checkout.drafts.granting_rules import ShippingReasonMissing
from checkout.web.steps.forms import AddressesForm
from checkout.web.steps.page import fill_in, places_of, services_of
from quotes.client_quotes.adjustments import set_shipping_price
from quotes.client_quotes.client_quotes import (
    begin_client_quote,
    buyers_of,
    get_client_quote,
    give_up,
    prepared_for,
    set_offer,
    state_of,
)
from quotes.client_quotes.limits import limits_at
from quotes.web.client_quotes import blueprint
from quotes.web.client_quotes.forms import ContactForm, OfferForm
from quotes.web.client_quotes.page import (
    arrange_offer,
    client_url,
    contact_of,
    names_for,
    prepared,
    read_state,
    show_page,
)
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.ops.clock import now
from shop.organisations.organisations import get_organisation
from shop.organisations.rules import ensure_quote_way
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/bureau/devis/clients/<int:organisation_id>")
@staff_only(SALES, SALES_ADMIN)
def contacts(organisation_id: int) -> Any:
    """The members who may buy, and the quotes that are being prepared for the client."""
    return _contacts(organisation_id, ContactForm(formdata=None))


@blueprint.post("/bureau/devis/clients/<int:organisation_id>")
@staff_only(SALES, SALES_ADMIN)
@key_required
def begin(organisation_id: int) -> Any:
    """Begin a quote for the chosen person."""
    form = ContactForm()
    _offer_contacts(form, organisation_id)
    if not form.validate_on_submit():
        return _contacts(organisation_id, form, 422)
    with database().transaction() as session:
        organisation = get_organisation(session, organisation_id, lock=True)
        row = begin_client_quote(session, organisation, form.contact.data, by=actor(), at=now())
        then = leads_to(session, url_for(".show", client_quote_id=row.id))
    return redirect(then, 303)


@blueprint.get("/bureau/devis/<int:client_quote_id>")
@staff_only(SALES, SALES_ADMIN)
def show(client_quote_id: int) -> Any:
    """The quote in preparation."""
    return show_page(prepared(client_quote_id))


@blueprint.get("/bureau/devis/<int:client_quote_id>/adresses")
@staff_only(SALES, SALES_ADMIN)
def addresses(client_quote_id: int) -> Any:
    """The header, the place of delivery, the paying service, the person whom the carrier calls."""
    found, form = prepared(client_quote_id), AddressesForm(formdata=None)
    fill_in(form, read_state(found), reading(), contact_of(reading(), found))
    return _addresses(client_quote_id, form)


@blueprint.post("/bureau/devis/<int:client_quote_id>/adresses")
@staff_only(SALES, SALES_ADMIN)
def keep_addresses(client_quote_id: int) -> Any:
    found, form = prepared(client_quote_id), AddressesForm()
    person = contact_of(reading(), found)
    kept = places_of(form, read_state(found), reading(), person)
    if not form.validate_on_submit():
        return _addresses(client_quote_id, form, 422)
    then = url_for(".show", client_quote_id=client_quote_id)
    with database(then).transaction() as session:
        now_prepared = get_client_quote(session, client_quote_id, by=actor(), lock=True)
        draft = ensure_draft(session, now_prepared.row.cart_id, by=now_prepared.buyer, at=now())
        services = services_of(reading(), person)
        parties = form.parties(header_name=found.organisation.name, kept=kept, services=services)
        set_addresses(draft, parties, title=form.title.data or "")
        set_pick_up(draft, is_pick_up=form.is_pick_up)
    return redirect(then, 303)


@blueprint.post("/bureau/devis/<int:client_quote_id>/offre")
@staff_only(SALES, SALES_ADMIN)
def keep_offer(client_quote_id: int) -> Any:
    """The way of delivery, the validity, the words for the client."""
    found, form, limits = prepared(client_quote_id), OfferForm(), limits_at(reading(), now())
    arrange_offer(form, read_state(found), limits)
    if not form.validate_on_submit():
        return show_page(found, offer=form, status=422)
    then = url_for(".show", client_quote_id=client_quote_id)
    try:
        with database(then).transaction() as session:
            fresh = get_client_quote(session, client_quote_id, by=actor(), lock=True)
            draft = ensure_draft(session, fresh.row.cart_id, by=fresh.buyer, at=now())
            state = state_of(session, fresh, names_for(fresh), at=now(), lock=True)
            set_shipping(draft, form.shipping.data, state.offers)
            set_offer(fresh, months=form.months.data, words=form.words.data or "", limits=limits)
            price = form.price.data if form.price.typed.strip() else None
            set_shipping_price(fresh.row, price, form.reason.data or "")
    except ShippingReasonMissing as refusal:
        form.reason.errors = [sentence_of(refusal)]
        return show_page(found, offer=form, status=422)
    except DomainError as refusal:
        form.say(refusal)
        return show_page(found, offer=form, status=422)
    return redirect(then, 303)


@blueprint.post("/bureau/devis/<int:client_quote_id>/abandon")
@staff_only(SALES, SALES_ADMIN)
@key_required
def drop(client_quote_id: int) -> Any:
    """Give the preparation up; nothing was issued."""
    with database().transaction() as session:
        found = get_client_quote(session, client_quote_id, by=actor(), lock=True)
        give_up(session, found)
        then = leads_to(session, client_url(found))
    flash(_("The quote in preparation has been given up."), "good")
    return redirect(then, 303)


def _offer_contacts(form: ContactForm, organisation_id: int) -> None:
    people = buyers_of(reading(), organisation_id)
    form.contact.choices = [(one.id, f"{one.name}, {one.email}") for one in people]


def _contacts(organisation_id: int, form: ContactForm, status: int = 200) -> Any:
    session = reading()
    organisation = get_organisation(session, organisation_id)
    ensure_quote_way(organisation.nature, organisation.verification)
    _offer_contacts(form, organisation_id)
    back = came_from() or None
    html = render_template(
        "client_quotes/contacts.html",
        organisation=organisation,
        form=form,
        running=prepared_for(session, organisation_id),
        client=url_for("clients.show", organisation_id=organisation_id, back=back),
    )
    return html, status


def _addresses(client_quote_id: int, form: AddressesForm, status: int = 200) -> Any:
    found = prepared(client_quote_id)
    html = render_template(
        "client_quotes/addresses.html", found=found, form=form, client=client_url(found)
    )
    return html, status
