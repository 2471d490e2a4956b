"""The delay of delivery that a quote promises, and the receipt of the original it counts from."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.quotes.models import Quote
from quotes.quotes.rules import promised_days
from shop.core.sales import PICK_UP
from shop.core.text import day_full, paris_day
from shop.web.kit.facts import fact
from shop.web.kit.site import current_language


def promise_of_quote(quote: Quote) -> list[str]:
    """The sentence of a quote; none where it promised nothing."""
    words = promise_words(quote.expected_on, paris_day(quote.issued_at), quote.shipping)
    return [words] if words else []


def promise_words(expected_on: date | None, issued_on: date, shipping: str) -> str:
    """The sentence of a quote of that day, or "", by a way of delivery."""
    days = promised_days(expected_on, issued_on)
    if days is None:
        return ""
    if shipping == PICK_UP and not days:
        return _("Ready for collection the day we receive the original")
    if shipping == PICK_UP:
        return ngettext(
            "Ready for collection %(num)d business day after we receive the original",
            "Ready for collection %(num)d business days after we receive the original",
            days,
        )
    return ngettext(
        "Delivery %(num)d business day after we receive the original",
        "Delivery %(num)d business days after we receive the original",
        days,
    )


def original_words(
    session: Session, quote: Quote, order: Order | None, *, is_awaited: bool
) -> list[str]:
    """What the step of the original says: received, awaited until a day, or not received."""
    language = current_language()
    if order is not None:
        return [
            fact(_("Original received"), order.ordered_at),
            day_full(order.ordered_at, language),
            order.number,
        ]
    if not is_awaited:
        return [_("Not received")]
    last = _("until %(day)s inclusive", day=day_full(quote.valid_until, language))
    has_scan = select(PurchaseOrderScan.id).where(PurchaseOrderScan.quote_id == quote.id).limit(1)
    scan = session.scalar(has_scan)
    if scan is not None:
        return [fact(_("Copy received, original awaited"), scan), last]
    return [_("Awaited"), last]
