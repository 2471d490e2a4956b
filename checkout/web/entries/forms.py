"""The period of an accounting export."""

from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from checkout.entries.rules import PeriodTurned, ensure_period
from shop.core.days import add_month
from shop.web.kit.forms import ShopForm, required
from shop.web.kit.site import sentence_of


class PeriodForm(ShopForm):
    """From one day to another, both included. It asks for a page or a file and changes nothing."""

    class Meta(ShopForm.Meta):
        csrf = False

    since = DateField(_l("From"), [required(_l("Enter a date such as 31/12/2026."))])
    until = DateField(_l("To"), [required(_l("Enter a date such as 31/12/2026."))])

    def is_sound(self) -> bool:
        """Whether both days are given, in their order; the sentence stands beside the field."""
        if not self.validate() or self.since.data is None or self.until.data is None:
            return False
        try:
            ensure_period(self.since.data, self.until.data)
        except PeriodTurned as refusal:
            self.until.errors = [sentence_of(refusal)]
            return False
        return True


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
