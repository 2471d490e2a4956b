"""The delay of delivery that a quote promises, counted from the receipt of the original."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from quotes.quotes.models import Quote
from quotes.quotes.rules import promised_days
from shop.core.sales import PICK_UP
from shop.core.text import paris_day


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
