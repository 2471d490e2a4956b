"""Payments: how much may be received for an invoice, and when it counts."""

from datetime import date

from shop.core.errors import N_, DomainError
from shop.core.money import Money


class MoreThanDue(DomainError):
    sentence = N_(
        "%(amount)s entered, but only %(due)s is due on invoice %(number)s. Check the amount."
    )
    status = 422


class NoAmount(DomainError):
    sentence = N_("Enter the amount of the transfer: it must be more than zero.")
    status = 422


class NoReference(DomainError):
    sentence = N_("Enter the reference of the transfer as it appears on the bank statement.")
    status = 422


class PaidInFuture(DomainError):
    sentence = N_(
        "The payment date is in the future. Enter the date on which the transfer was received."
    )
    status = 422


class PaidBeforeOrder(DomainError):
    sentence = N_("The payment date is before the order of %(day)s. Correct it.")
    status = 422


class PaymentRecordedBefore(DomainError):
    sentence = N_("Transfer %(reference)s of that date is already recorded on invoice %(number)s.")
    status = 422


def ensure_payable(number: str, *, amount: Money, due: Money, reference: str) -> None:
    """A transfer may be part of the amount due, never more.

    Raises NoAmount, MoreThanDue, NoReference.
    """
    if amount <= Money():
        raise NoAmount
    if amount > due:
        raise MoreThanDue(amount=amount, due=due, number=number)
    if not reference.strip():
        raise NoReference


def ensure_received(received_on: date, *, ordered_on: date, today: date) -> None:
    """A transfer is received after the order, and not later than today. Raises PaidBeforeOrder,
    PaidInFuture.
    """
    if received_on < ordered_on:
        raise PaidBeforeOrder(day=ordered_on.strftime("%d/%m/%Y"))
    if received_on > today:
        raise PaidInFuture
