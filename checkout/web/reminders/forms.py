"""The switch of reminders, and the office's settings about receivables."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from checkout.receivables.rules import HoldMode, Level, ReceivableRules
from shop.core.money import Money
from shop.web.kit.fields import lines, stripped
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required

INVOICE, CLIENT = "invoice", "client"
#: Levels that the form offers; one without days is not sent.
MOST_LEVELS = 4
_RATE = re.compile(r"(\d{4})-(0?1|0?7)(?:-0?1)?\s*[:;\s]\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*%?")
_DAYS = _l("Enter a number of days from 1 to 365.")


class SwitchForm(ShopForm):
    """Reminders off or on, for the invoice or for its client."""

    scope = RadioField(
        _l("For what?"),
        choices=[
            SelectChoice(INVOICE, _l("this invoice")),
            SelectChoice(CLIENT, _l("every invoice of this client")),
        ],
        default=INVOICE,
    )
    switch = RadioField(
        _l("Reminders"),
        choices=[
            SelectChoice("off", _l("switch off")),
            SelectChoice("on", _l("switch on again")),
        ],
        default="off",
    )
    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )


class SettingsForm(ShopForm):
    """The settings; a field for each level, added by `settings_form`."""

    rates = TextAreaField(
        _l("Main refinancing rates of the European Central Bank"),
        [at_most(2_000)],
        description=_l(
            "One half-year a line: 2026-01 2,15. The rate of its first day, in percent."
        ),
        filters=[lines],
    )
    hold_mode = RadioField(
        _l("A client who owes too much for too long"),
        choices=[
            SelectChoice(HoldMode.OFF.value, _l("is not pointed out")),
            SelectChoice(HoldMode.WARN.value, _l("is pointed out where their orders are handled")),
            SelectChoice(HoldMode.BLOCK.value, _l("gets nothing more until the hold is lifted")),
        ],
    )
    hold_days = IntegerField(_l("Days overdue"), [NumberRange(1, 365, message=_DAYS)])
    hold_amount = MoneyField(_l("More than this amount"), [Optional()])

    def validate_rates(self, field: Any) -> None:
        """Each line is a half-year with its rate."""
        for line in (field.data or "").splitlines():
            if line.strip() and not _RATE.fullmatch(line.strip()):
                raise ValidationError(_("Correct this line: %(line)s.", line=line))

    @property
    def rules(self) -> ReceivableRules:
        """The settings as they were entered."""
        places = range(1, MOST_LEVELS + 1)
        levels = tuple(
            Level(
                self[f"days_{place}"].data,
                self[f"french_{place}"].data or "",
                self[f"english_{place}"].data or "",
            )
            for place in places
            if self[f"days_{place}"].data
        )
        return ReceivableRules(
            levels,
            dict(map(_rate, filter(None, map(str.strip, (self.rates.data or "").splitlines())))),
            HoldMode(self.hold_mode.data),
            self.hold_days.data,
            self.hold_amount.data or Money(),
        )


def settings_form(rules: ReceivableRules) -> SettingsForm:
    """The form with the settings in force."""
    fields: dict[str, Any] = {}
    for place in range(1, MOST_LEVELS + 1):
        known = rules.levels[place - 1] if place <= len(rules.levels) else Level(0)
        fields[f"days_{place}"] = IntegerField(
            _l("Days after the last day to pay"),
            [Optional(), NumberRange(1, 365, message=_DAYS)],
            default=known.days or None,
        )
        for name, label in (("french", _l("Text in French")), ("english", _l("Text in English"))):
            fields[f"{name}_{place}"] = TextAreaField(
                label, [at_most(1_000)], default=getattr(known, name), filters=[lines]
            )
    made: SettingsForm = type("ReceivableSettingsForm", (SettingsForm,), fields)()
    if not made.is_submitted():
        made.rates.data = "\n".join(
            f"{day:%Y-%m} {rate // 100},{rate % 100:02d}"
            for day, rate in sorted(rules.rates.items())
        )
        made.hold_mode.data, made.hold_days.data = rules.hold_mode.value, rules.hold_days
        made.hold_amount.data = rules.hold_amount
    return made


def _rate(line: str) -> tuple[date, int]:
    found = _RATE.fullmatch(line)
    assert found is not None, line
    year, month, whole, part = found.groups()
    return date(int(year), int(month), 1), int(whole) * 100 + int((part or "").ljust(2, "0"))


class LiftForm(ShopForm):
    """Why the hold of a client is lifted."""

    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )
