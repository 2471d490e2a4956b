"""Quotes: how long one is valid, and the refusals."""

from dataclasses import dataclass
from datetime import date, datetime

from shop.core.days import add_business_days, add_month, business_days_between
from shop.core.errors import N_, Changed, DomainError
from shop.core.parties import Parties
from shop.core.text import paris_day


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who buys, and when they accepted which version of the conditions.

    A renewal by staff keeps the buyer and the acceptance of the quote that it renews. Where the
    office drew the quote, `drawn_by` names who did: the person it is for has accepted nothing yet.
    """

    user_id: int | None
    name: str
    email: str
    at: datetime
    version: str
    drawn_by: str = ""


class QuoteExpired(DomainError):
    sentence = N_("Quote %(number)s was valid until %(valid_until)s. Renew it to continue.")


class RenewalChanged(Changed):
    sentence = N_("Prices have changed since you opened this page: check them again.")


class NothingLeftToSell(DomainError):
    sentence = N_(
        "None of the products in quote %(number)s is on sale any longer: draw a new quote."
    )


#: Copies of a quote that may be sent within a day.
MOST_COPIES = 10


class TooManyCopies(DomainError):
    sentence = N_(
        "At most %(most)s copies of a quote are sent within a day. Send the rest tomorrow."
    )


class PayingServiceMissing(DomainError):
    sentence = N_("Enter the service that receives the invoice before you draw a quote.")


def ensure_paying_service(parties: Parties) -> None:
    """A public body names the service that receives the invoice: neither the buyer nor the place of
    delivery. Raises PayingServiceMissing.
    """
    if parties.paying_service is None or not parties.paying_service.name:
        raise PayingServiceMissing


def last_day(issued_at: datetime, months: int = 1) -> date:
    """So many *calendar* months after the day of issue, that day included, in Europe/Paris.

    One month after 31 January is 28 or 29 February. The procedure says « devis valable 1 mois »;
    another number is a setting of the office.
    """
    return add_month(paris_day(issued_at), months)


def expected_when_ordered(promised: date | None, issued_on: date, ordered_on: date) -> date | None:
    """The day of arrival of goods that are ordered on a day: as many business days later as the
    quote promised for an order of its own day; None where it promised nothing.
    """
    days = promised_days(promised, issued_on)
    return None if days is None else add_business_days(ordered_on, days)


def promised_days(promised: date | None, issued_on: date) -> int | None:
    """The business days after the receipt of the original that a quote promises; None where it
    promised nothing.
    """
    return None if promised is None else business_days_between(issued_on, promised)


def ensure_valid(number: str, valid_until: date, at: datetime) -> None:
    """The last day still counts, to its end in Paris. Raises QuoteExpired."""
    if paris_day(at) > valid_until:
        raise QuoteExpired(number=number, valid_until=valid_until.strftime("%d/%m/%Y"))


def days_left(valid_until: date, at: datetime) -> int:
    """Whole days that remain after today; 0 on the last day, negative after."""
    return (valid_until - paris_day(at)).days


def share_left(valid_until: date, issued_at: datetime, left: int) -> int:
    """How much of a quote's validity remains, in per cent of its days in Paris."""
    whole = max(1, (valid_until - paris_day(issued_at)).days)
    return max(0, min(100, round(100 * left / whole)))


def ensure_few_copies(sent: int) -> None:
    """`sent`: copies of a day, with those to be sent. Raises TooManyCopies."""
    if sent > MOST_COPIES:
        raise TooManyCopies(most=MOST_COPIES)
