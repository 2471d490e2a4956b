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


class NotPaidYet(DomainError):
    sentence = N_(
        "%(due)s is left to pay of invoice %(number)s: its paid copy is available once it is paid "
        "in full."
    )


class NothingWasPaid(DomainError):
    sentence = N_("Nothing was to pay of invoice %(number)s: there is no paid copy of it.")


class CreditedSince(DomainError):
    sentence = N_(
        "Invoice %(number)s was credited or replaced: there is no paid copy of it. Use the invoice "
        "with its credit notes."
    )


def has_paid_copy(including: Money, paid: Money, *, is_undone: bool) -> bool:
    """Whether an invoice is wholly paid; none `is_undone`, credited or replaced."""
    return not is_undone and bool(including) and paid >= including


def ensure_paid_copy(number: str, including: Money, paid: Money, *, is_undone: bool) -> None:
    """Raises CreditedSince, NothingWasPaid, NotPaidYet."""
    if is_undone:
        raise CreditedSince(number=number)
    if not including:
        raise NothingWasPaid(number=number)
    if not has_paid_copy(including, paid, is_undone=is_undone):
        raise NotPaidYet(number=number, due=including - paid)


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
