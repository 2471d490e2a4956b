"""Quotes for a client: how long they may be valid, and the refusals."""

from dataclasses import dataclass
from datetime import date

from shop.core.days import add_month
from shop.core.errors import N_, DomainError

#: Maximum number of characters of the words for the client.
LONGEST_WORDS = 600


@dataclass(frozen=True, slots=True)
class QuoteLimits:
    """What the office may grant: `months` is the longest validity, in calendar months."""

    months: int = 3


class ContactMayNotBuy(DomainError):
    sentence = N_("This person may not buy for the organisation. Choose another contact.")
    status = 422


class ValidityTooLong(DomainError):
    sentence = N_("A quote is valid for %(most)s months at most.")
    status = 422


class WordsTooLong(DomainError):
    sentence = N_("The words for the client have at most %(most)s characters.")
    status = 422


class PreparationOver(DomainError):
    sentence = N_("This quote was issued or given up meanwhile.")


def ensure_months(months: int, limits: QuoteLimits) -> int:
    """A validity that the settings allow. Raises ValidityTooLong."""
    if not 1 <= months <= limits.months:
        raise ValidityTooLong(most=limits.months)
    return months


def last_day_in(months: int, issued_on: date) -> date:
    """The last day of a validity: so many calendar months after the day of issue."""
    return add_month(issued_on, months)
