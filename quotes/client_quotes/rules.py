"""Quotes for a client: how long they may be valid, and the refusals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from checkout.drafts.granting_rules import ensure_within
from shop.cart.rules import MAX_QUANTITY, WrongQuantity
from shop.core.actors import ADMIN, Actor
from shop.core.days import add_month
from shop.core.errors import N_, DomainError

#: Maximum number of characters of the words for the client.
LONGEST_WORDS = 600
#: The reference of a line that is no product of the catalogue.
FREE_LINE = "SUR-DEVIS"


@dataclass(frozen=True, slots=True)
class QuoteLimits:
    """What the office may grant: the greatest discount on a line of the sales staff and of an
    administrator, in basis points; `months` is the longest validity, in calendar months.
    """

    discount: int
    administrators: int
    months: int

    def discount_of(self, by: Actor) -> int:
        """The greatest discount that a person may grant."""
        return self.administrators if by.has(ADMIN) else self.discount


class UnknownVatRate(DomainError):
    sentence = N_("Choose a VAT rate of the list.")
    status = 422


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


def ensure_discount(discount: int, reason: str, limits: QuoteLimits, by: Actor) -> None:
    """A discount that the person may grant, with its reason. Raises DiscountTooHigh,
    DiscountReasonMissing.
    """
    ensure_within(discount, reason, limits.discount_of(by))


def ensure_free_line(vat_rate: int, quantity: int, rates: Collection[int]) -> None:
    """`rates` are those of the law. Raises UnknownVatRate, WrongQuantity."""
    if vat_rate not in rates:
        raise UnknownVatRate
    if not 1 <= quantity <= MAX_QUANTITY:
        raise WrongQuantity(most=MAX_QUANTITY)


def ensure_months(months: int, limits: QuoteLimits) -> int:
    """A validity that the settings allow. Raises ValidityTooLong."""
    if not 1 <= months <= limits.months:
        raise ValidityTooLong(most=limits.months)
    return months


def last_day_in(months: int, issued_on: date) -> date:
    """The last day of a validity: so many calendar months after the day of issue."""
    return add_month(issued_on, months)
