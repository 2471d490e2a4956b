"""Prices of products, pure: from which day one applies, and the lowest before a reduction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money
from shop.core.text import one_line

#: How far ahead a price may be planned, and the highest one.
FARTHEST, HIGHEST = timedelta(days=731), Money(99_999_999)
#: The days before a reduction whose lowest price is announced with it (article L112-1-1 of the Code
#: de la consommation).
BEFORE_REDUCTION = timedelta(days=30)
LONGEST_REASON = 300


class PriceState(StrEnum):
    """A price waits for its day, applies or has applied, or was cancelled before its day."""

    PLANNED = "planned"
    APPLIED = "applied"
    CANCELLED = "cancelled"


class WrongPrice(DomainError):
    sentence = N_("Enter a price from €0.01 to €999,999.99.")
    status = 422


class PriceSame(DomainError):
    sentence = N_("The product has this price on that day already: %(price)s.")
    status = 422


class PriceDayInPast(DomainError):
    sentence = N_("A price applies from today at the earliest.")
    status = 422


class PriceDayTooFar(DomainError):
    sentence = N_("Enter a day within the next two years.")
    status = 422


class PriceReasonMissing(DomainError):
    sentence = N_("Give the reason: it is kept with the price.")
    status = 422


class DayPlanned(DomainError):
    sentence = N_("A price is planned for that day already: %(price)s. Cancel it first.")
    status = 422


class PlanOver(Changed):
    sentence = N_("This price is not planned any more.")


@dataclass(frozen=True, slots=True)
class AskedPrice:
    """A price including VAT that is asked for, from a day on, and why."""

    price: Money
    starts_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price that applied from a day, instead of the `former` one."""

    starts_on: date
    price: Money
    former: Money


def ensure_price(asked: AskedPrice, *, today: date) -> None:
    """Raises WrongPrice, PriceDayInPast, PriceDayTooFar, PriceReasonMissing."""
    if not Money() < asked.price <= HIGHEST:
        raise WrongPrice
    if asked.starts_on < today:
        raise PriceDayInPast
    if asked.starts_on > today + FARTHEST:
        raise PriceDayTooFar
    if not one_line(asked.reason):
        raise PriceReasonMissing


def price_on(day: date, present: Money, planned: Iterable[tuple[date, Money]]) -> Money:
    """The price of a day to come: the present one, or the latest that is planned before it."""
    before = [(start, price) for start, price in planned if start <= day]
    return max(before, key=lambda one: one[0])[1] if before else present


def ensure_other(
    asked: AskedPrice, present: Money, planned: Collection[tuple[date, Money]]
) -> None:
    """The price of a product that has this one now, and those planned. Raises DayPlanned,
    PriceSame.
    """
    taken = next((price for day, price in planned if day == asked.starts_on), None)
    if taken is not None:
        raise DayPlanned(price=taken)
    if price_on(asked.starts_on, present, planned) == asked.price:
        raise PriceSame(price=asked.price)


def lowest_before(changes: Iterable[PriceChange], reduced_on: date) -> Money | None:
    """The lowest price of the thirty days before the reduction of that day; None when no price was
    reduced then. `changes`: those that were applied, in their order.

    Of reductions that follow each other on one day, the price before the first of them counts.
    """
    begins = reduced_on - BEFORE_REDUCTION
    asked: list[Money] = []
    reduced = False
    for change in changes:
        if not begins < change.starts_on <= reduced_on:
            continue
        if not asked:
            asked.append(change.former)  # the price when the thirty days began
        if change.starts_on < reduced_on:
            asked.append(change.price)
        reduced = reduced or (change.starts_on == reduced_on and change.price < change.former)
    return min(asked) if reduced else None


def latest_reduction(changes: Iterable[PriceChange]) -> date | None:
    """The day of the latest change, if it lowered the price; None when it raised it, and for a
    price that never changed.
    """
    rows = list(changes)
    return rows[-1].starts_on if rows and rows[-1].price < rows[-1].former else None
