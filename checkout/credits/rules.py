"""Credit notes, pure rules: what is asked, and why it is refused. composition.py counts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shop.core.errors import N_, DomainError
from shop.core.money import Money
from shop.core.text import one_line


class MoreUnitsThanLeft(DomainError):
    sentence = N_("%(name)s: %(most)s units of this line can still be credited. Enter fewer.")
    status = 422


class MoreAmountThanLeft(DomainError):
    sentence = N_("%(name)s: %(most)s of this line can still be credited. Enter a lower amount.")
    status = 422


class UnitsAndAmount(DomainError):
    sentence = N_("%(name)s: enter a quantity or an amount, not both.")
    status = 422


class NotInvoiced(DomainError):
    sentence = N_("This line is not on the invoice: open the page of the invoice again.")
    status = 422


class NothingToCredit(DomainError):
    sentence = N_("Enter what is credited: a quantity or an amount on at least one line.")
    status = 422


class NothingLeftToCredit(DomainError):
    sentence = N_("Invoice %(number)s has been credited in full: nothing is left of it.")


class CreditReasonMissing(DomainError):
    sentence = N_("Give the reason: it is printed on the credit note.")
    status = 422


class MoreThanShipped(DomainError):
    sentence = N_(
        "%(name)s: %(most)s units can come back to stock, no more were shipped. Credit the others "
        "in a credit note of their own."
    )
    status = 422


class MoreThanUnshipped(DomainError):
    sentence = N_(
        "%(name)s: %(most)s units have not been shipped. Credit the others in a credit note of "
        "their own."
    )
    status = 422


class CreditedMeanwhile(DomainError):
    sentence = N_(
        "What is left of this invoice has changed since you read the amounts: read them again."
    )
    status = 422


class Goods(StrEnum):
    """What becomes of the units that are credited: back in stock, nothing (they stay with the
    customer, are lost or were cancelled before), or never shipped, and on sale again.
    """

    RETURNED = "returned"
    KEPT = "kept"
    UNSHIPPED = "unshipped"


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What is to be credited: the `whole` of what is left, or units and amounts by position of the
    lines; why, and what becomes of the goods.
    """

    reason: str
    whole: bool = False
    units: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[int, Money] = field(default_factory=dict)
    goods: Goods = Goods.KEPT


def ensure_credit_reason(reason: str) -> str:
    """The reason, on one line. Raises CreditReasonMissing."""
    told = one_line(reason)
    if not told:
        raise CreditReasonMissing
    return told


def to_give_back(overpaid: Money, given: Money) -> Money:
    """The money to give back: what was received beyond what is left of the invoices of an order,
    less what was given back or is to be.
    """
    return max(overpaid - given, Money())
