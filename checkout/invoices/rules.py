"""Invoices: what may be invoiced, when it is due, and for which audience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from checkout.orders.rules import LineProgress
from shop.core.errors import N_, DomainError
from shop.core.money import Money
from shop.organisations.rules import Verification, is_public_body
from shop.register.rules import Nature

PUBLIC, BUSINESS, CONSUMER = "public", "business", "consumer"


class NothingToInvoice(DomainError):
    sentence = N_("Everything delivered has already been invoiced. Deliver first, then invoice.")


class InvoiceNotSent(DomainError):
    sentence = N_("Invoice %(number)s has not been sent yet: send it, then record its receipt.")


class InvoicePaid(DomainError):
    sentence = N_("Invoice %(number)s is paid: its payment period is over.")


class InterruptedBefore(DomainError):
    sentence = N_(
        "The payment period of invoice %(number)s has been interrupted and runs again: the law "
        "allows no second interruption."
    )


class NotInterrupted(DomainError):
    sentence = N_("The payment period of invoice %(number)s is not interrupted.")


class PeriodOver(DomainError):
    sentence = N_(
        "The payment period ended on %(day)s: after this day it can no longer be interrupted."
    )
    status = 422


class DayTooEarly(DomainError):
    sentence = N_("This day is before %(day)s. Correct it.")
    status = 422


class DayInFuture(DomainError):
    sentence = N_("This day is in the future. Correct it.")
    status = 422


class InterruptionReasonMissing(DomainError):
    sentence = N_("Give the reason, as the body’s notification states it.")
    status = 422


class MistakeReasonMissing(DomainError):
    sentence = N_("Give the reason why this record was a mistake.")
    status = 422


class StatusUnknown(DomainError):
    sentence = N_("There is no status of invoices called %(code)s.")


class StatusReasonMissing(DomainError):
    sentence = N_("Say what was told: the reason, as it was given.")
    status = 422


class AbovePurchaseOrder(DomainError):
    sentence = N_(
        "The order is for %(ordered)s and its purchase order for %(given)s: invoices would exceed "
        "it. Amend the order first."
    )


class PurchaseOrderUnreadable(DomainError):
    sentence = N_(
        "The copy of purchase order %(reference)s cannot be read: the file is damaged or "
        "password-protected."
    )


class PeriodTurned(DomainError):
    sentence = N_("The period ends before it begins. Correct one of the two dates.")
    status = 422


def ensure_period(since: date, until: date) -> None:
    """A period goes from one day to the same or a later one. Raises PeriodTurned."""
    if until < since:
        raise PeriodTurned


def ensure_sent(number: str, *, is_sent: bool) -> None:
    """An invoice is received after it was sent. Raises InvoiceNotSent."""
    if not is_sent:
        raise InvoiceNotSent(number=number)


def ensure_billable(lines: Sequence[LineProgress], *, whole: bool = False) -> dict[int, int]:
    """Units by position that are delivered and not invoiced, or every unit of an order that is
    invoiced as a `whole`, once. Raises NothingToInvoice.

    A public body pays after « service fait » (décret 2012-1246 art. 33): nothing is invoiced in
    advance.
    """
    if whole:
        billable = {line.position: line.quantity for line in lines}
        if any(line.invoiced for line in lines):
            raise NothingToInvoice
        return billable
    billable = {line.position: line.billable for line in lines if line.billable > 0}
    if not billable:
        raise NothingToInvoice
    return billable


def is_billed(lines: Sequence[LineProgress]) -> bool:
    """Whether everything is invoiced, and nothing is left to deliver."""
    return all(line.is_billed and not line.remaining for line in lines)


#: A greater difference is a discount, which an amendment of the order gives, not a rounding.
MOST_ROUNDED = Money(100)


def most_to_invoice(ordered: Money, purchase_order: Money | None) -> Money:
    """What the invoices of an order may come to: never more than its purchase order. Raises
    AbovePurchaseOrder for a difference that is no rounding.
    """
    if purchase_order is None or purchase_order >= ordered:
        return ordered
    if ordered - purchase_order > MOST_ROUNDED:
        raise AbovePurchaseOrder(ordered=ordered, given=purchase_order)
    return purchase_order


def rounding(including: Money, *, left: Money, closes: bool) -> Money:
    """The rounding amount of an invoice (EN 16931 BT-114). The one that `closes` the order comes to
    what is `left` of it; no other one exceeds this.
    """
    difference = left - including
    return difference if closes else min(difference, Money())


def due_day(issued_on: date, delay_days: int) -> date:
    """The last day to pay, a calendar date (C. com. L441-9; CCP R2192-10, -11)."""
    return issued_on + timedelta(days=delay_days)


#: A request for payment that was sent is received after so many days, unless its receipt is
#: recorded (CCP R2192-15).
DAYS_TO_RECEIVE = 2


def receipt_day(sent_on: date, recorded: date | None) -> date:
    """The day on which an invoice is received: as it is recorded, else two days after it was
    sent.
    """
    return sent_on + timedelta(days=DAYS_TO_RECEIVE) if recorded is None else recorded


def last_day_to_pay(delivered_on: date | None, received_on: date, delay_days: int) -> date:
    """The last day of the payment period, which runs from the later of the delivery and the
    receipt of the invoice (CCP R2192-12, R2192-13).
    """
    return max(delivered_on or received_on, received_on) + timedelta(days=delay_days)


#: The shortest period that is opened after an interruption, in days (CCP R2192-29).
LEAST_AFTER_INTERRUPTION = 30


@dataclass(frozen=True, slots=True)
class Interruption:
    """The interruption of a payment period (CCP R2192-27 to R2192-29): the day on which the shop
    received the body's notification of it, and the one on which the body received all that it had
    asked for; None until then.
    """

    notified_on: date
    completed_on: date | None = None


def ensure_interruption(
    number: str,
    notified_on: date,
    *,
    issued_on: date,
    last_day: date,
    today: date,
    earlier: Interruption | None = None,
) -> None:
    """A payment period is interrupted once, while it runs (CCP R2192-27). An `earlier` record of
    an interruption that lasts is corrected. `last_day` is the one without an interruption.

    Raises InterruptedBefore, DayTooEarly, DayInFuture, PeriodOver.

    Many parameters because the refusal compares every day that is known.
    """
    if earlier is not None and earlier.completed_on is not None:
        raise InterruptedBefore(number=number)
    ensure_between(notified_on, since=issued_on, today=today)
    if notified_on > last_day:
        raise PeriodOver(day=last_day.strftime("%d/%m/%Y"))


def ensure_between(day: date, *, since: date, today: date) -> None:
    """Raises DayTooEarly, DayInFuture."""
    if day < since:
        raise DayTooEarly(day=since.strftime("%d/%m/%Y"))
    if day > today:
        raise DayInFuture


def last_day_after(
    last_day: date, delay_days: int, interruption: Interruption | None
) -> date | None:
    """The last day to pay with an interruption of the period that ended on `last_day`; None while
    it lasts.

    A new period is opened when the body has received everything: thirty days, or what was left on
    the day of the notification where this is more (CCP R2192-29). All is left of a period that did
    not run yet, and none ends earlier than it would have.
    """
    if interruption is None:
        return last_day
    if interruption.completed_on is None:
        return None
    left = min((last_day - interruption.notified_on).days, delay_days)
    opened = timedelta(days=max(LEAST_AFTER_INTERRUPTION, left))
    return max(last_day, interruption.completed_on + opened)


class Settled(StrEnum):
    """The state of payment of an invoice."""

    PAID = "paid"
    CREDITED = "credited"
    LATE = "late"
    DUE = "due"


_NOTHING = Money()


def settled(
    including: Money,
    paid: Money,
    credited: Money = _NOTHING,
    *,
    payable_by: date | None,
    today: date,
) -> Settled:
    """Credited in full; paid in full, as far as it is not credited; late from the day after the
    last day to pay; else due. An invoice that was not sent is not late, nor one of which the
    payment period is interrupted: it does not run.
    """
    if credited and credited >= including:
        return Settled.CREDITED
    if paid + credited >= including:
        return Settled.PAID
    return Settled.DUE if payable_by is None or today <= payable_by else Settled.LATE


def days_late(
    including: Money,
    paid: Money,
    credited: Money = _NOTHING,
    *,
    payable_by: date | None,
    today: date,
) -> int:
    """Days after the last day to pay; 0 for an invoice that is not late."""
    state = settled(including, paid, credited, payable_by=payable_by, today=today)
    return (today - payable_by).days if state is Settled.LATE and payable_by else 0


def audience(nature: Nature | None, verification: Verification | None) -> str:
    """The audience of the printed rules of late payment: a public body, a trader, a consumer."""
    if nature is None:
        return CONSUMER
    return PUBLIC if is_public_body(nature, verification) else BUSINESS
