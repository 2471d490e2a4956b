"""The periods that the accounting exports offer."""

from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from shop.core.days import add_month


class Period(NamedTuple):
    """A period that is offered, with its name."""

    label: str
    since: date
    until: date


def offered(today: date) -> tuple[Period, ...]:
    """This month and the one before, this quarter and the one before."""
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    before = (month - timedelta(days=1)).replace(day=1)
    last = quarter - timedelta(days=1)
    last_quarter = last.replace(month=last.month - 2, day=1)
    return (
        Period(_("This month"), month, _end(month, 1)),
        Period(_("Last month"), before, _end(before, 1)),
        Period(_("This quarter"), quarter, _end(quarter, 3)),
        Period(_("Last quarter"), last_quarter, last),
    )


def _end(first: date, months: int) -> date:
    day = first
    for _month in range(months):
        day = add_month(day)
    return day - timedelta(days=1)
