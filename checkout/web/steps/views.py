"""The five steps: identification, addresses, delivery, payment. The first is the cart's page."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.drafts.drafts import (
    CheckoutState,
    set_addresses,
    set_pick_up,
    set_shipping,
)
from checkout.drafts.rules import StepMissing, Stop
from checkout.drafts.shipping import METHODS, find_offer, shipping_line
from checkout.web.steps import blueprint
from checkout.web.steps.changes import seen_field
from checkout.web.steps.forms import AddressesForm, ShippingForm
from checkout.web.steps.frame import open_draft, step_page
from checkout.web.steps.page import fill_in, places_of, services_of
from checkout.web.steps.pick_up import destination_of, pick_up_place
from checkout.web.steps.sums import sums_of
from checkout.web.steps.visit import (
    ready_sale,
    shipping_names,
    step_urls,
    url_of,
    visit,
)
from checkout.web.steps.ways import offered_ways
from shop.core.rights import BUY
from shop.core.sales import price_basis
from shop.ops.clock import now
from shop.places.rules import PlaceNotServed
from shop.web.kit.destinations import remember_destination
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor, reads_excluding, viewer
from shop.web.kit.site import database, reading, sentence_of


@blueprint.app_errorhandler(StepMissing)
def to_missing_step(refusal: StepMissing) -> Any:
    """Redirect a skipped step to the first that is missing, with a message."""
    sentences = {
        Stop.CART: _("Your cart is empty: add products to it first."),
        Stop.IDENTIFICATION: _("First sign in, register or continue as a guest."),
        Stop.ADDRESSES: _("First enter the addresses and the contact person."),
        Stop.SHIPPING: _("First choose a delivery method."),
    }
    cause = refusal.__cause__
    if isinstance(cause, PlaceNotServed):
        flash(sentence_of(cause), "warn")
    else:
        flash(_method_gone(refusal.stop) or sentences.get(refusal.stop, ""), "warn")
    return redirect(url_of(refusal.stop), 303)


def _method_gone(stop: Stop) -> str:
    """The delivery method that was chosen is no longer offered for these goods; empty otherwise."""
    if stop is not Stop.SHIPPING:
        return ""
    state = visit(Stop.SHIPPING)
    if state.draft is None or state.draft.shipping not in METHODS or state.offer is not None:
        return ""
    return _(
        "%(before)s is no longer possible for these goods, %(now)s is: choose again.",
        before=_(METHODS[state.draft.shipping].name),
        now=_(state.offers[0].method.name),
    )


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "seen_field": seen_field,
        "pick_up_place": pick_up_place,
        "destination_of": destination_of,
    }


@blueprint.get("/commande/adresses")
@member_with(BUY, alone=True, guests=True)
def addresses() -> Any:
    """Quote header, delivery, paying service, and the contact person for the carrier."""
    state = visit(Stop.ADDRESSES)
    form = AddressesForm(formdata=None)
    fill_in(form, state, reading(), viewer())
    return _addresses(state, form)


@blueprint.post("/commande/adresses")
@member_with(BUY, alone=True, guests=True)
def keep_addresses() -> Any:
    state, person = visit(Stop.ADDRESSES), viewer()
    form = AddressesForm()
    kept = places_of(form, state, reading(), person)
    if not form.validate_on_submit():
        return _addresses(state, form), 422
    body = person.organisation_name if person else None
    then = url_for(".shipping")
    with database(then).transaction() as session:
        state, draft = open_draft(session, Stop.ADDRESSES)
        parties = form.parties(
            header_name=body or "",
            kept=kept,
            services=services_of(reading(), person),
        )
        set_addresses(draft, parties, title=form.title.data or "")
        set_pick_up(draft, is_pick_up=form.is_pick_up)
    if not form.is_pick_up:
        remember_destination(parties.delivery)
    return redirect(then, 303)


@blueprint.get("/commande/livraison")
@member_with(BUY, alone=True, guests=True)
def shipping() -> Any:
    """The methods for the goods, with their price and the day of arrival."""
    state = visit(Stop.SHIPPING)
    chosen = state.offer or state.offers[0]
    return _shipping(state, ShippingForm(formdata=None, shipping=chosen.method.key))


@blueprint.post("/commande/livraison")
@member_with(BUY, alone=True, guests=True)
def keep_shipping() -> Any:
    state = visit(Stop.SHIPPING)
    form = ShippingForm()
    form.shipping.choices = _choices(state)
    if not form.validate_on_submit():
        return _shipping(state, form), 422
    then = url_for(".payment")
    with database(then).transaction() as session:
        state, draft = open_draft(session, Stop.SHIPPING)
        set_shipping(draft, form.shipping.data, state.offers)
    return redirect(then, 303)


@blueprint.get("/commande/paiement")
@member_with(BUY, alone=True, guests=True)
def payment() -> Any:
    """The card first, the other ways below, addresses again, amounts beside."""
    ready = ready_sale(reading(), by=actor(), at=now())
    shown: dict[str, Any] = {}
    for way in offered_ways():
        shown |= way.context()
    return render_template(
        "steps/payment.html",
        step=int(Stop.PAYMENT),
        step_urls=step_urls(),
        ready=ready,
        ways=[way.template for way in offered_ways()],
        sums=sums_of(
            ready.sale.lines,
            expected_on=ready.offer.expected_on,
            shipping=ready.sale.shipping,
        ),
        **shown,
    )


def _addresses(state: CheckoutState, form: AddressesForm) -> str:
    return step_page("steps/addresses.html", Stop.ADDRESSES, state, form=form)


def _shipping(state: CheckoutState, form: ShippingForm) -> str:
    """Step 4; the amounts beside include the delivery that is ticked."""
    form.shipping.choices = _choices(state)
    ticked = find_offer(form.shipping.data or "", state.offers) or state.offers[0]
    name, basis = shipping_names()[ticked.method.key], price_basis(actor())
    lines = (*state.goods.lines, shipping_line(ticked, name, basis))
    return step_page(
        "steps/shipping.html",
        Stop.SHIPPING,
        state,
        form=form,
        sums=sums_of(lines, expected_on=ticked.expected_on, shipping=ticked.method.key),
        offers=state.offers,
        excluding_first=reads_excluding(),
    )


def _choices(state: CheckoutState) -> list[tuple[str, str]]:
    return [(offer.method.key, _(offer.method.name)) for offer in state.offers]
