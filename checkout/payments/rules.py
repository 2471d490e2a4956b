"""Payments: how much may be received for an invoice, and when it counts."""

from datetime import date

from shop.core.errors import N_, DomainError
from shop.core.money import Money


class MoreThanDue(DomainError):
    sentence = N_("%(amount)s came in, but only %(due)s is due on invoice %(number)s.")
    status = 422


class NoAmount(DomainError):
    sentence = N_("A payment is more than nothing: type the amount of the transfer.")
    status = 422


class NoReference(DomainError):
    sentence = N_("Type the reference of the transfer, as the bank statement shows it.")
    status = 422


class PaidInFuture(DomainError):
    sentence = N_("The payment is dated after today.")
    status = 422


class PaymentRecordedBefore(DomainError):
    sentence = N_("Transfer %(reference)s of that day is already recorded on invoice %(number)s.")
    status = 422


def ensure_payable(
    number: str, *, amount: Money, due: Money, received_on: date, reference: str, today: date
) -> None:
    """A transfer may be part of the amount due, never more.

    Raises NoAmount, MoreThanDue, NoReference, PaidInFuture.
    """
    if amount <= Money():
        raise NoAmount
    if amount > due:
        raise MoreThanDue(amount=amount, due=due, number=number)
    if not reference.strip():
        raise NoReference
    if received_on > today:
        raise PaidInFuture
