"""What the page of a quote in preparation shows, and its way around."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.drafts.drafts import CheckoutState
from checkout.drafts.shipping import METHODS
from checkout.web.steps.sums import sums_of
from quotes.client_quotes.adjustments import Adjustments, adjustments_of
from quotes.client_quotes.client_quotes import Prepared, get_client_quote, state_of
from quotes.client_quotes.limits import limits_at
from quotes.client_quotes.rules import QuoteLimits, last_day_in
from quotes.web.client_quotes.forms import FreeLineForm, LineForm, OfferForm
from shop.catalogue.search import first_products
from shop.core.sales import SaleLine
from shop.core.text import paris_day, typed_percent
from shop.ops.clock import now
from shop.web.kit.paging import came_from
from shop.web.kit.sessions import actor, load_viewer
from shop.web.kit.site import current_language, reading
from shop.web.kit.viewers import Viewer

#: Products that a search of a reference shows; the exact one comes first.
A_FEW = 8


def prepared(client_quote_id: int) -> Prepared:
    """The quote in preparation that the address names."""
    return get_client_quote(reading(), client_quote_id, by=actor())


def names_for(found: Prepared) -> Mapping[str, str]:
    """The names of the ways of delivery, in the language of the contact: the quote stores them."""
    with force_locale(found.contact.language):
        return {key: _(method.name) for key, method in METHODS.items()}


def contact_of(session: Session, found: Prepared) -> Viewer:
    """The contact, as the pages of the checkout know a buyer."""
    person = load_viewer(session, found.contact.id)
    return person if person is not None else abort(409)


def read_state(found: Prepared) -> CheckoutState:
    return state_of(reading(), found, names_for(found), at=now())


def offer_form(found: Prepared, state: CheckoutState, limits: QuoteLimits) -> OfferForm:
    """The form of the offer, with what was kept."""
    form = OfferForm(formdata=None)
    arrange_offer(form, state, limits)
    chosen = state.offer or state.offers[0]
    form.shipping.data, form.months.data = chosen.method.key, found.row.months
    form.words.data = found.row.words
    form.price.data, form.reason.data = found.row.shipping_price, found.row.shipping_reason
    return form


def arrange_offer(form: OfferForm, state: CheckoutState, limits: QuoteLimits) -> None:
    form.shipping.choices = [(one.method.key, _(one.method.name)) for one in state.offers]
    form.offer_months(limits)


def show_page(
    found: Prepared,
    *,
    line: LineForm | None = None,
    offer: OfferForm | None = None,
    free: FreeLineForm | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> Any:
    """The page: goods, addresses, offer, amounts. `faults` are told beside the fields of the lines,
    by the name of the field.
    """
    session, state = reading(), read_state(found)
    limits, granted = limits_at(session, now()), adjustments_of(session, found.row)
    asked = request.args.get("q", "").strip()[:100]
    html = render_template(
        "client_quotes/show.html",
        found=found,
        state=state,
        sums=sums_of(
            state.lines,
            expected_on=state.offer.expected_on if state.offer else None,
            shipping=state.offer.method.key if state.offer else "",
        ),
        line=line or LineForm(formdata=None, sku=""),
        offer=offer or offer_form(found, state, limits),
        free=free or FreeLineForm(formdata=None),
        rows=_rows(state, granted),
        most=limits.discount_of(actor()),
        granted=granted,
        faults=faults or {},
        asked=asked,
        products=first_products(session, asked, A_FEW) if asked else [],
        valid_until=last_day_in(found.row.months, paris_day(now())),
        client=client_url(found),
    )
    return html, status


def client_url(found: Prepared) -> str:
    """The record of the client."""
    organisation_id = found.organisation.id
    return url_for("clients.show", organisation_id=organisation_id, back=came_from() or None)


def back_to(client_quote_id: int) -> Any:
    return redirect(url_for(".show", client_quote_id=client_quote_id), 303)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of goods with its discount, as it may be typed, and the reason of it."""

    sold: SaleLine
    discount: str
    reason: str


def _rows(state: CheckoutState, granted: Adjustments) -> list[ShownLine]:
    return [
        ShownLine(
            line,
            typed_percent(one.discount, current_language()) if one else "",
            one.reason if one else "",
        )
        for line in state.lines
        if line.product_id is not None
        for one in [granted.discounts.get(line.product_id)]
    ]
