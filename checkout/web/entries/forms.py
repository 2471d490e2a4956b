"""The account numbers, and the day from which they are in force."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import Length

from checkout.entries.chart_rules import (
    BY_RATE,
    KINDS,
    LABELS,
    LONGEST,
    RATES,
    Chart,
    chart_from,
    keys,
    own_key,
    tidied,
)
from shop.core.text import percent
from shop.web.kit.fields import TOO_LONG, stripped
from shop.web.kit.forms import ShopForm, required
from shop.web.kit.site import language

_SHORT = Length(max=2 * LONGEST, message=TOO_LONG)


class AccountsForm(ShopForm):
    """A field for each account and the day, added by `accounts_form`. `shown`, which the button of
    the preview sends, is what it showed.
    """

    since: DateField
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    @property
    def chart(self) -> Chart:
        """The numbers as they were entered; an empty one of a rate follows its kind."""
        typed = {key: tidied(self[name_of(key)].data or "") for key in keys()}
        return chart_from({key: number for key, number in typed.items() if number})

    def field_of(self, key: str) -> StringField:
        """The field of an account, by its kind or by kind and rate."""
        found: StringField = self[name_of(key)]
        return found


def name_of(key: str) -> str:
    """The name of the field of an account."""
    return key.replace(":", "_")


def accounts_form(chart: Chart, since: date) -> AccountsForm:
    """The form with the numbers in force."""
    numbers, made = chart.numbers(), dict[str, Any]()
    for kind in (*(one for one in KINDS if one not in BY_RATE), *BY_RATE):  # as the page has them
        label = _l("Beginning, before the rate") if kind in BY_RATE else _l(LABELS[kind])
        made[kind] = StringField(
            label,
            [required(_l("Enter the number of the account.")), _SHORT],
            default=numbers[kind],
            filters=[stripped],
        )
        for rate in RATES if kind in BY_RATE else ():
            key = own_key(kind, rate)
            label = _l("Account at %(rate)s", rate=percent(rate, language()))
            own = numbers.get(key, "")
            made[name_of(key)] = StringField(label, [_SHORT], default=own, filters=[stripped])
    made["since"] = DateField(
        _l("In force from"), [required(_l("Enter a date such as 31/12/2026."))]
    )
    form: AccountsForm = type("AccountNumbersForm", (AccountsForm,), made)()
    if not form.is_submitted():
        form.since.data = since
    return form
