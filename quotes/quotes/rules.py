"""Quotes: how long one holds, and the refusals around it."""

from datetime import date, datetime

from shop.ground.days import add_month
from shop.ground.errors import N_, DomainError
from shop.ground.text import paris_day

#: The conditions that a buyer reads and acknowledges before he draws a quote.
CONDITIONS_VERSION = "3"


class QuoteExpired(DomainError):
    sentence = N_("Quote %(number)s was valid until %(valid_until)s. Renew it to go on.")


class ConditionsNotAccepted(DomainError):
    sentence = N_("Read the conditions and tick the box: the quote is issued under them.")
    status = 422


class LateReasonMissing(DomainError):
    sentence = N_("Say why this late original is honoured.")
    status = 422


def last_day(issued_at: datetime) -> date:
    """One *calendar* month after the day of issue, that day included, in Europe/Paris.

    31 January gives 28 or 29 February. Source: the procedure, « devis valable 1 mois ».
    """
    return add_month(paris_day(issued_at))


def ensure_valid(number: str, valid_until: date, at: datetime) -> None:
    """The last day still counts, to its end in Paris. Raises QuoteExpired."""
    if paris_day(at) > valid_until:
        raise QuoteExpired(number=number, valid_until=valid_until.strftime("%d/%m/%Y"))


def days_left(valid_until: date, at: datetime) -> int:
    """Whole days that remain after today; 0 on the last day, negative after."""
    return (valid_until - paris_day(at)).days
