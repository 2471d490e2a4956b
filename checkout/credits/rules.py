"""Credit notes, pure rules: what is asked, the money to give back, and why it is refused.
composition_rules.py counts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from stdnum import iban

from shop.core.errors import N_, Changed, DomainError
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


class RefundNotOrdered(Changed):
    sentence = N_("This refund has not been ordered: it is still to be made.")


class CardRefundOrdered(Changed):
    sentence = N_("This refund to the card has already been ordered.")


class CardDidNotTake(Changed):
    sentence = N_("The card did not accept this refund: order a transfer.")


class TransferOrdered(Changed):
    sentence = N_("The transfer of this refund has already been ordered.")


class RefundedBefore(Changed):
    sentence = N_("This refund has already been made.")


class NotPaidByCard(DomainError):
    sentence = N_("This invoice was not paid by card: order a transfer.")
    status = 422


class CardGaveBack(DomainError):
    sentence = N_(
        "Only %(left)s of this payment can still be refunded to the card: the rest was refunded or "
        "disputed. Order a transfer."
    )
    status = 422


class RefundedInPartElsewhere(DomainError):
    sentence = N_(
        "%(amount)s of this refund were made on the card processor's site. Refund the rest there "
        "too: this refund then closes by itself."
    )
    status = 422


class AccountNotValid(DomainError):
    sentence = N_("This IBAN is not valid. Check it, figure by figure.")
    status = 422


class TransferReferenceMissing(DomainError):
    sentence = N_("Enter the reference of the transfer, as the bank shows it.")
    status = 422


class SendingBackReasonMissing(DomainError):
    sentence = N_("Give the reason why the transfer is not made.")
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
    lines; why, and what becomes of the goods. `is_internal`: a reversal that is not delivered.
    `is_replacing`: another invoice takes the place of the credited one, its units stay sold.
    """

    reason: str
    whole: bool = False
    units: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[int, Money] = field(default_factory=dict)
    goods: Goods = Goods.KEPT
    is_internal: bool = False
    is_replacing: bool = False


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


def ensure_account(typed: str) -> str:
    """The IBAN without spaces. Raises AccountNotValid."""
    account = iban.compact(typed)
    if not iban.is_valid(account):
        raise AccountNotValid
    return account
