"""Withdrawals, pure rules: the period, the units, the amount and the last day of the refund."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from shop.core.days import add_business_days, business_day_from, end_of_day
from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money, total
from shop.core.sales import SaleLine, amounts_including

#: Days from the receipt of the last good (C. conso. L221-18) and to the refund (L221-24).
PERIOD_DAYS = REFUND_DAYS = 14


class NotAConsumersOrder(DomainError):
    sentence = N_(
        "Order %(number)s is not a consumer's card order: the right of withdrawal does not apply "
        "to organisations."
    )
    status = 422


class OrderNotFound(DomainError):
    sentence = N_("There is no order %(number)s. Check the number.")
    status = 422


class NothingLeft(DomainError):
    sentence = N_("Everything in this order has already been withdrawn.")
    status = 422


class NotAttached(Changed):
    sentence = N_("This statement is not attached to an order yet.")


class AttachedMeanwhile(Changed):
    sentence = N_("This statement has already been attached to its order.")


class AnsweredMeanwhile(Changed):
    sentence = N_("This statement has already been answered.")


class RefundOrdered(Changed):
    sentence = N_("The refund of this statement to the card has already been ordered.")


class RefundNotTaken(Changed):
    sentence = N_(
        "The card did not accept the refund of this statement: refund it by transfer, then record "
        "the reference."
    )


class RefundedMeanwhile(Changed):
    sentence = N_("This statement has already been refunded.")


class AnswerMissing(DomainError):
    sentence = N_("Write the answer: it is sent by e-mail.")
    status = 422


class RefundReferenceNeeded(DomainError):
    sentence = N_("Enter the reference of the refund, as the card processor or the bank shows it.")
    status = 422


class RefundedElsewhere(DomainError):
    sentence = N_(
        "Only %(left)s of this payment can still be refunded: the rest was refunded or disputed at "
        "the card processor. Record that refund with its reference."
    )
    status = 422


class UnitsReleased(DomainError):
    sentence = N_(
        "%(name)s: %(units)s cancelled units are on sale again and cannot be put back into the "
        "order. Enter at least that many."
    )
    status = 422


class UnitsMissing(DomainError):
    sentence = N_("Enter the quantities that are withdrawn, at least one unit.")
    status = 422


class MoreThanOrdered(DomainError):
    sentence = N_("%(name)s: enter a number from 0 to %(most)s.")
    status = 422


class Finding(StrEnum):
    """What the shop finds when it compares a statement with its orders."""

    MATCHED = "matched"
    UNKNOWN = "unknown"
    ORGANISATION = "organisation"
    LATE = "late"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of withdrawal as the consumer sends it: no reason is asked.

    Of the whole order, or of part of it: `items` in words, and `units` by position of the order's
    lines where the page could show them. Part of an order without a word for it is a fault.
    """

    name: str
    order_number: str
    email: str
    language: str
    whole: bool = True
    items: str = ""
    units: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.whole == bool(self.items):
            raise ValueError("a statement is of the whole order, or names its items")


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line of goods: the units that were ordered, and those that can still be withdrawn."""

    position: int
    name: str
    ordered: int
    left: int


def received_on(shipped_on: date, transit_days: int) -> date:
    """The day on which goods are received: `transit_days` business days after they were shipped.

    Counted where the recipient has not recorded the day: the carrier does not report it.
    """
    return add_business_days(shipped_on, transit_days)


def last_day(received: Sequence[date], *, complete: bool, informed: bool) -> date | None:
    """The last day on which a consumer may withdraw; None while goods are still to come.

    `received` are the days of the deliveries, `complete` whether nothing is left to deliver. The
    day of receipt does not count, and a period that ends on a Saturday, a Sunday or a public
    holiday ends on the next business day (L221-19). Twelve months more for a consumer who was not
    `informed` (L221-20).
    """
    if not complete or not received:
        return None
    day = business_day_from(max(received) + timedelta(days=PERIOD_DAYS))
    return day if informed else business_day_from(_twelve_months_after(day))


def _twelve_months_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def is_within(day: date, last: date | None) -> bool:
    """Whether the right can be exercised on that day, from the day of the order."""
    return last is None or day <= last


def refund_by(stated_on: date) -> date:
    """The last day of the refund: 14 days after the shop was informed (L221-24)."""
    return stated_on + timedelta(days=REFUND_DAYS)


def overdue_since(today: date) -> datetime:
    """The moment before which the statements came whose refund is overdue."""
    return end_of_day(today - timedelta(days=REFUND_DAYS + 1))


def ensure_units(lines: Sequence[LineLeft], units: Mapping[int, int]) -> dict[int, int]:
    """The units that are withdrawn, zeros left out. Raises MoreThanOrdered, UnitsMissing."""
    by_position = {line.position: line for line in lines}
    for position, asked in sorted(units.items()):
        line = by_position.get(position)
        if line is None or not 0 <= asked <= line.left:
            most = line.left if line else 0
            raise MoreThanOrdered(name=line.name if line else str(position), most=most)
    wanted = {position: asked for position, asked in sorted(units.items()) if asked}
    if not wanted:
        raise UnitsMissing
    return wanted


def refund_of(
    lines: Mapping[int, SaleLine],
    including: Money,
    units: Mapping[int, int],
    earlier: Mapping[int, int],
) -> Money:
    """The amount to refund including VAT, for `units` by position after `earlier` ones.

    Each line's amount is shared out over its units, so that withdrawals one after the other add up
    to what was paid. The standard delivery is refunded when no goods of the order remain (L221-24);
    the shop offers no dearer way than the standard one.
    """
    amounts = dict(zip(lines, amounts_including(list(lines.values()), including), strict=True))
    goods = {position: line for position, line in lines.items() if line.product_id is not None}
    parts = [
        _share(amounts[position], line.quantity, earlier.get(position, 0), units.get(position, 0))
        for position, line in goods.items()
    ]
    if all(
        earlier.get(position, 0) + units.get(position, 0) >= line.quantity
        for position, line in goods.items()
    ):
        parts += [amounts[position] for position in lines if position not in goods]
    return total(parts)


def _share(amount: Money, quantity: int, earlier: int, units: int) -> Money:
    return Money(amount.cents * (earlier + units) // quantity - amount.cents * earlier // quantity)
