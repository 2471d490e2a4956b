"""The age of what is due, pure."""

from datetime import date
from enum import StrEnum


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
