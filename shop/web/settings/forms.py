"""A field for each setting of a part, and the day from which they are in force."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from shop.core.money import Money
from shop.core.series import prefix_of, value_of
from shop.settings.part_rules import Kind, Part, Setting, Value
from shop.settings.rules import SettingRefused
from shop.web.kit.fields import TOO_LONG, lines
from shop.web.kit.forms import MoneyField, PercentField, ShopForm, at_most, required
from shop.web.kit.site import sentence_of
from shop.web.settings.words import shown


class SettingsForm(ShopForm):
    """The fields of the settings are added by `settings_form`. `seen` is the latest change that was
    read; `shown`, which the button of the preview sends, is what it showed.
    """

    part: Part
    since: DateField
    seen = HiddenField()
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    @property
    def read(self) -> int:
        """The id of the change that was read, 0 for none; forged, one that never was."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= 18 else -1

    @property
    def values(self) -> dict[str, Value]:
        """What was entered."""
        return {one.key: _value(one, self[one.key].data) for one in self.part.settings}

    def refuse(self, *refusals: SettingRefused) -> None:
        """Say beside each field what it takes."""
        for refusal in refusals:
            setting = self.part.setting(str(refusal.facts["key"]))
            outside = type(refusal) is SettingRefused
            self[setting.key].errors = [_limits(setting) if outside else sentence_of(refusal)]


def settings_form(part: Part, values: Mapping[str, Value], since: date, seen: int) -> SettingsForm:
    """The form with the values in force."""
    made: dict[str, Any] = {one.key: _field(one, values[one.key]) for one in part.settings}
    made["since"] = DateField(
        _l("In force from"), [required(_l("Enter a date such as 31/12/2026."))]
    )
    made["part"] = part
    form: SettingsForm = type("PartForm", (SettingsForm,), made)()
    if not form.is_submitted():
        form.since.data, form.seen.data = since, str(seen)
    return form


def _field(one: Setting, value: Value) -> Any:
    return _text_field(one, value) if isinstance(value, str) else _number_field(one, value)


def _text_field(one: Setting, text: str) -> Any:
    label, hint = _l(one.label, number=one.number), _l(one.hint) if one.hint else ""
    return TextAreaField(
        label, [at_most(one.most)], default=text, description=hint, filters=[lines]
    )


def _number_field(one: Setting, value: int) -> Any:
    label, hint = _l(one.label, number=one.number), _l(one.hint) if one.hint else ""
    if one.kind is Kind.YES_NO:
        return BooleanField(label, default=bool(value), description=hint)
    if one.kind is Kind.DAY:
        known = date.fromordinal(value) if value else None
        return DateField(label, [Optional()], default=known, description=hint)
    if one.kind is Kind.CHOICE:
        choices = [SelectChoice(place, _l(words)) for place, words in enumerate(one.choices)]
        return RadioField(label, choices=choices, coerce=int, default=value, description=hint)
    missing = InputRequired(_l("Fill in this field."))
    if one.kind is Kind.LETTERS:
        letters = Regexp("^[A-Z]{2}$", message=_l("Enter two letters from A to Z."))
        return StringField(
            label,
            [missing, at_most(2), letters],
            default=prefix_of(value),
            description=hint,
            filters=[_capitals],
        )
    if one.kind is Kind.MONEY:
        return MoneyField(label, [missing], default=Money(value), description=hint)
    if one.kind is Kind.PERCENT:
        return PercentField(label, [missing], default=value, description=hint)
    bounds = NumberRange(one.least, one.most, _limits(one))
    return IntegerField(label, [missing, bounds], default=value, description=hint)


def _limits(one: Setting) -> str:
    return str(_(SettingRefused.sentence, least=shown(one, one.least), most=shown(one, one.most)))


def _capitals(typed: str | None) -> str | None:
    return typed.strip().upper() if typed else typed


def _value(one: Setting, data: Any) -> Value:
    if one.is_text:
        return data or ""
    if isinstance(data, date):
        return data.toordinal()
    if isinstance(data, str):
        return value_of(data)
    return data.cents if isinstance(data, Money) else int(data or 0)
