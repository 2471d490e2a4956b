"""What the pages of a sale for a private person show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from checkout.card.payments import payments_of_link
from checkout.drafts.drafts import CheckoutState
from checkout.drafts.shipping import METHODS
from checkout.payment_links.links import get_link
from checkout.payment_links.models import PaymentLink
from checkout.payment_links.preparation import (
    Discount,
    Preparing,
    Wording,
    discounts_of,
    get_prepared,
    link_state,
    most_discount,
)
from checkout.payment_links.procedure import PROCEDURE, LinkState
from checkout.web.payment_links.forms import LineForm, OfferForm, RevokeForm
from checkout.web.steps.sums import sums_of
from shop.catalogue.search import first_products
from shop.core.money import Money
from shop.core.sales import SaleLine, line_from
from shop.core.text import money, paris_day, percent, typed_percent
from shop.ops.clock import now, today
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, own_url, reading

#: Products that a search of a reference shows; the exact one comes first.
A_FEW = 8


def wording_for(row: PaymentLink) -> Wording:
    """What the sale says, in the language of the client: it is stored so."""
    language = row.language
    with force_locale(language):
        names = {key: _(method.name) for key, method in METHODS.items()}

    def discount(before: Money, points: int) -> str:
        with force_locale(language):
            return _(
                "Price before discount %(price)s incl. VAT, discount %(discount)s",
                price=money(before.cents, language),
                discount=percent(points, language),
            )

    return Wording(names, discount)


def prepared(link_id: int) -> Preparing:
    """The link in preparation that the address names."""
    return get_prepared(reading(), link_id, by=actor())


def read_state(found: Preparing) -> CheckoutState:
    return link_state(reading(), found, wording_for(found.row), at=now())


def state_words(row: PaymentLink) -> tuple[str, str]:
    """The kind and the words of the state of a link today."""
    if row.is_waiting and not row.is_payable(today()):
        return "warn", _("last day over")
    return {
        LinkState.PREPARED: ("you", _("in preparation")),
        LinkState.SENT: ("info", _("sent")),
        LinkState.OPENED: ("info", _("payment begun by the client")),
        LinkState.PAID: ("good", _("paid, order made")),
        LinkState.REVOKED: ("plain", _("revoked")),
    }[row.state]


def offer_form(found: Preparing, state: CheckoutState) -> OfferForm:
    """The form of the offer, with what was kept."""
    row, form = found.row, OfferForm(formdata=None)
    arrange_offer(form, state)
    chosen = state.offer or state.offers[0]
    form.shipping.data, form.days.data, form.words.data = chosen.method.key, row.days, row.words
    form.price.data, form.reason.data = row.shipping_price, row.shipping_reason
    return form


def arrange_offer(form: OfferForm, state: CheckoutState) -> None:
    form.shipping.choices = [(one.method.key, _(one.method.name)) for one in state.offers]


def prepared_page(
    found: Preparing,
    *,
    line: LineForm | None = None,
    offer: OfferForm | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> Any:
    """The sale in preparation. `faults` are told beside the fields of the lines, by the name of the
    field.
    """
    session, state = reading(), read_state(found)
    asked = request.args.get("q", "").strip()[:100]
    html = render_template(
        "payment_links/prepare.html",
        found=found,
        state=state,
        sums=sums_of(
            state.lines,
            expected_on=state.offer.expected_on if state.offer else None,
            shipping=state.offer.method.key if state.offer else "",
        ),
        line=line or LineForm(formdata=None, sku=""),
        offer=offer or offer_form(found, state),
        rows=_rows(state, discounts_of(session, found.row)),
        most=most_discount(session, by=actor(), at=now()),
        faults=faults or {},
        asked=asked,
        products=first_products(session, asked, A_FEW) if asked else [],
        here="payment_links.index",
    )
    return html, status


def sent_page(link_id: int, form: RevokeForm | None = None, status: int = 200) -> Any:
    """A link that was sent: where it stands, and what may be done."""
    row = get_link(reading(), link_id)
    html = render_template(
        "payment_links/sent.html",
        row=row,
        state_of=state_words(row),
        acts={one.name for one in PROCEDURE.open_transitions(row.state, actor())},
        sums=sums_of([line_from(line) for line in row.lines or ()], language=row.language),
        payments=payments_of_link(reading(), row.id),
        address=own_url() + url_for("payment_links.pay_page", token=row.token),
        is_payable=row.is_payable(paris_day(now())),
        form=form or RevokeForm(formdata=None),
        here="payment_links.index",
    )
    return html, status


def back_to(link_id: int) -> Any:
    return redirect(url_for("payment_links.show", link_id=link_id), 303)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of goods with its discount, as it may be typed, and the reason of it."""

    sold: SaleLine
    discount: str
    reason: str


def _rows(state: CheckoutState, granted: Mapping[int, Discount]) -> list[ShownLine]:
    return [
        ShownLine(
            line,
            typed_percent(one.discount, current_language()) if one else "",
            one.reason if one else "",
        )
        for line in state.lines
        if line.product_id is not None
        for one in [granted.get(line.product_id)]
    ]
