"""The age of what is due, reminders, interest and holds: pure rules.

What the accountant may change are settings of the shop (`ReceivableRules`), in force from a day on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from checkout.invoices.rules import PUBLIC
from shop.core.errors import N_, DomainError
from shop.core.money import Money, round_half_up
from shop.einvoicing.terms import recovery_in


class Age(StrEnum):
    """By the days after the last day to pay; NOT_DUE also while the payment period does not run: an
    invoice that was not sent, or whose period the body interrupts.
    """

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


#: The last day of each age, in days after the last day to pay; the oldest has none.
LAST_DAYS = {Age.NOT_DUE: 0, Age.TO_30: 30, Age.TO_60: 60, Age.TO_90: 90}


def age_of(payable_by: date | None, *, today: date) -> Age:
    """The age of an invoice with something due."""
    if payable_by is None:
        return Age.NOT_DUE
    late = (today - payable_by).days
    return next((age for age, last in LAST_DAYS.items() if late <= last), Age.OVER_90)


class HoldMode(StrEnum):
    """What an overdue client's hold does to their next orders and deliveries, in the order of the
    choices of the setting.
    """

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


class ReminderReasonMissing(DomainError):
    sentence = N_("Give the reason: it stays in the journal.")
    status = 422


class ClientOnHold(DomainError):
    sentence = N_(
        "%(client)s owes %(amount)s that is overdue for more than %(days)s days: the accounting "
        "office must lift the hold first."
    )


@dataclass(frozen=True, slots=True)
class Level:
    """A reminder: sent so many days after the last day to pay. The texts are paragraphs added in
    the language of the e-mail; none adds nothing.
    """

    days: int
    french: str = ""
    english: str = ""


@dataclass(frozen=True, slots=True)
class ReceivableRules:
    """The settings of a day. `rates` are the main refinancing rates of the European Central
    Bank in hundredths of a point, by the first day of the half-year; the office enters them. A
    client is on hold who owes more than `hold_amount` for more than `hold_days`.
    """

    levels: tuple[Level, ...] = (Level(7), Level(21), Level(45))
    rates: Mapping[date, int] = field(
        default_factory=lambda: {date(2025, 1, 1): 315, date(2025, 7, 1): 215}
    )
    hold_mode: HoldMode = HoldMode.WARN
    hold_days: int = 30
    hold_amount: Money = Money(0)  # noqa: RUF009 - frozen: one zero serves all


def half_year(day: date) -> date:
    """The first day of the half-year of a day."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def rate_on(rates: Mapping[date, int], day: date) -> int | None:
    """The rate of the half-year of a day, else that of the latest half-year before it."""
    known = [first for first in rates if first <= half_year(day)]
    return rates[max(known)] if known else None


@dataclass(frozen=True, slots=True)
class LateInterest:
    """What the law adds to a late invoice; nothing for a consumer. `rate` is the yearly rate of
    the last day counted, in hundredths of a point.
    """

    amount: Money = Money(0)  # noqa: RUF009 - frozen: one zero serves all
    indemnity: Money = Money(0)  # noqa: RUF009 - frozen: one zero serves all
    rate: int = 0


def late_interest(
    content: Mapping[str, Any],
    payable_by: date | None,
    left: Callable[[date], Money],
    rates: Mapping[date, int],
    *,
    until: date,
) -> LateInterest:
    """The interest of an invoice from the day after its last day to pay to a day, both counted, on
    what was `left` of it each day, including VAT, over 365 days; rounded once.

    A public body pays the rate of the half-year in which interest began (CCP R2192-31, R2192-32);
    a trader that of each half-year (C. com. L441-10 II). A consumer pays none. The points and the
    compensation are those of the frozen `content` of the invoice.
    """
    recovery = recovery_in(content)
    if recovery is None or payable_by is None or until <= payable_by:
        return LateInterest()
    is_public = content.get("audience", PUBLIC) == PUBLIC
    began, hundredths, rate = payable_by + timedelta(days=1), 0, 0
    for place in range((until - payable_by).days):
        day = began + timedelta(days=place)
        base = rate_on(rates, began if is_public else day)
        if base is None:
            continue
        rate = base + recovery.points
        hundredths += left(day).cents * rate
    amount = Money(round_half_up(hundredths, 365 * 10_000))
    return LateInterest(amount, Money(recovery.indemnity), rate)


#: Days between two reminders of an invoice at the least, whatever the levels say.
LEAST_BETWEEN = timedelta(days=3)


def next_level(
    levels: Sequence[Level], sent: int, payable_by: date | None, sent_on: date | None = None
) -> tuple[int, date] | None:
    """The next reminder of an invoice: its level from 1, and the day on which it is due, which is
    some days after the last one, `sent_on`, at the least; None when all were sent, or while the
    payment period does not run.
    """
    if payable_by is None or sent >= len(levels):
        return None
    due_on = payable_by + timedelta(days=levels[sent].days)
    return sent + 1, max(due_on, sent_on + LEAST_BETWEEN) if sent_on else due_on
