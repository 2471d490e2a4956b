"""The office amends an order until its first invoice: what changes is read again before."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from checkout.orders.amendments import amend_order, preview_amendment, terms_of
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.progress import send_email
from checkout.orders.rules import (
    AmendmentReasonMissing,
    Changes,
    CommitmentNumberNeeded,
    PriceBelowEcoFee,
    PriceNotInCents,
    PriceRaised,
    PurchaseOrderNeeded,
    Terms,
    differences,
)
from checkout.web.orders import blueprint
from checkout.web.orders.amendment_forms import AmendmentForm, amendment_form
from checkout.web.orders.views import own_order
from shop.core.actors import ACCOUNTING, SALES_ADMIN
from shop.core.errors import DomainError
from shop.core.marks import mark_of
from shop.core.money import UnitPrice
from shop.core.parties import parties_from
from shop.core.text import day, unit_price
from shop.dossiers.models import Dossier
from shop.ops.clock import now
from shop.organisations.rules import DelayTooLong
from shop.storage.db import get_locked
from shop.web.kit.changes import ShownChange
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of

#: The field beside which a refusal is told; a price has its own.
_BESIDE = {
    AmendmentReasonMissing: "reason",
    PurchaseOrderNeeded: "purchase_order",
    CommitmentNumberNeeded: "engagement",
    DelayTooLong: "payment_delay_days",
}
_PRICES = (PriceRaised, PriceBelowEcoFee, PriceNotInCents)


@blueprint.get("/bureau/commandes/<number>/modification")
@staff_only(SALES_ADMIN, ACCOUNTING)
def amend(number: str) -> Any:
    """The terms as they stand, in the form that changes them."""
    order, dossier = own_order(number)
    lines = lines_of(reading(), order.id)
    return _page(order, dossier, amendment_form(terms_of(order, lines), lines))


@blueprint.post("/bureau/commandes/<number>/modification")
@staff_only(SALES_ADMIN, ACCOUNTING)
@key_required
def amend_it(number: str) -> Any:
    """Show what would change; record what was shown, and tell the buyer."""
    order, dossier = own_order(number)
    lines, by = lines_of(reading(), order.id), actor()
    before = terms_of(order, lines)
    form = amendment_form(before, lines)
    if not form.validate_on_submit():
        return _page(order, dossier, form, 422)
    reason = form.reason.data or ""
    changes = _changes(form, before)
    then = came_from() or url_for("quotes.show", number=dossier.number)
    try:
        after = preview_amendment(reading(), order, changes=changes, reason=reason, by=by)
        mark = mark_of(*differences(before, after))
        if form.shown.data != mark:
            return _page(order, dossier, form, told=_told(before, after, lines), mark=mark)
        with database(then).transaction() as session:
            locked = get_locked(session, Order, order.id)
            amend_order(session, locked, changes=changes, reason=reason, by=by, at=now())
            with force_locale(order.language):  # as the buyer reads it
                told = _told(before, after, lines)
            send_email(
                session,
                locked,
                "order_amended",
                at=now(),
                reason=reason,
                changes=[asdict(one) for one in told],
            )
    except DomainError as refusal:
        _say(form, refusal)
        return _page(order, dossier, form, 422)
    flash(_("The order is amended; the buyer is told by e-mail."), "good")
    return redirect(then, 303)


def _changes(form: AmendmentForm, before: Terms) -> Changes:
    """What the form replaces: of the prices, those that differ."""
    parties = before.parties
    if parties.paying_service is not None:
        service = replace(
            parties.paying_service,
            name=form.service.data or parties.paying_service.name,
            service_code=form.code.data or "",
            email=form.to.data or "",
        )
        parties = replace(parties, paying_service=service)
    changes = Changes(parties=parties, payment_delay_days=form.payment_delay_days.data or 0)
    if before.engagement or form.engagement.data:
        changes["engagement"] = form.engagement.data or ""
    if before.purchase_order or form.purchase_order.data:
        dated: date | None = form.purchase_order_date.data
        changes["purchase_order"] = form.purchase_order.data or ""
        changes["purchase_order_date"] = dated.isoformat() if dated else ""
    prices = {
        position: price
        for position, price in form.prices().items()
        if price != before.unit_prices[position]
    }
    if prices:
        changes["unit_prices"] = prices
    return changes


def _told(before: Terms, after: Terms, lines: Sequence[OrderLine]) -> list[ShownChange]:
    """What changes, in words: its name, the value before and after."""
    language = current_language()
    rows = [
        (_("Paying service"), *_services(before, after)),
        (_("Number of the purchase order"), before.purchase_order, after.purchase_order),
        (_("Date of the purchase order"), _day(before), _day(after)),
        (_("Commitment number"), before.engagement, after.engagement),
        (
            _("Payment period, in days"),
            str(before.payment_delay_days),
            str(after.payment_delay_days),
        ),
    ]
    rows += [
        (
            _("Unit price excl. VAT, line %(line)s: %(name)s", line=line.position, name=line.name),
            _price(before.unit_prices[line.position], language),
            _price(after.unit_prices[line.position], language),
        )
        for line in lines
    ]
    return [
        ShownChange(name, old or "–", new or "–")
        for name, old, new in rows
        if (old or "") != (new or "")
    ]


def _services(*terms: Terms) -> list[str]:
    services = [one.parties.paying_service for one in terms]
    return [
        ", ".join(part for part in (one.name, one.service_code, one.email) if part) if one else ""
        for one in services
    ]


def _day(terms: Terms) -> str:
    told = terms.purchase_order_date
    return day(date.fromisoformat(told), current_language()) if told else ""


def _price(price: UnitPrice, language: str) -> str:
    return unit_price(price.tenthousandths, language)


def _say(form: AmendmentForm, refusal: DomainError) -> None:
    """The sentence of a refusal, beside the field that it is about."""
    name = _BESIDE.get(type(refusal), "")
    if isinstance(refusal, _PRICES):
        name = f"price_{refusal.facts['position']}"
    if name:
        form[name].errors = [sentence_of(refusal)]
    else:
        form.form_errors.append(sentence_of(refusal))


def _page(
    order: Order,
    dossier: Dossier,
    form: AmendmentForm,
    status: int = 200,
    *,
    told: Sequence[ShownChange] = (),
    mark: str = "",
) -> Any:
    html = render_template(
        "orders/amend.html",
        order=order,
        dossier=dossier,
        form=form,
        service=parties_from(order.parties).paying_service,
        told=told,
        mark=mark,
        back=came_from() or url_for("quotes.show", number=dossier.number),
        here="deliveries.queue",
    )
    return html, status
