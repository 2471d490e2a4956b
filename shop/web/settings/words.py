"""The values of settings in words."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from shop.core.series import prefix_of
from shop.core.text import day, money, number, percent
from shop.settings.part_rules import Kind, Part, Setting, Value
from shop.settings.rules import Change
from shop.web.kit.changes import ShownChange
from shop.web.kit.site import current_language


def told(part: Part, changes: Iterable[Change]) -> list[ShownChange]:
    """Changes of a part in words."""
    return [
        ShownChange(
            label_of(part.setting(one.key)),
            shown(part.setting(one.key), one.before),
            shown(part.setting(one.key), one.after),
        )
        for one in changes
    ]


def label_of(setting: Setting) -> str:
    """The words of a setting."""
    return str(_(setting.label, number=setting.number))


def shown(setting: Setting, value: Value) -> str:
    """A value as it is read."""
    if isinstance(value, str):
        return " · ".join(value.splitlines()) or "–"
    if setting.kind is Kind.CHOICE:
        return str(_(setting.choices[value]))
    if setting.kind is Kind.YES_NO:
        return _("yes") if value else _("no")
    if setting.kind is Kind.LETTERS:
        return prefix_of(value)
    if setting.kind is Kind.DAY:
        return day(date.fromordinal(value), current_language()) if value else "–"
    if setting.kind is Kind.PERCENT:
        return percent(value, current_language())
    if setting.kind is Kind.MONEY:
        return money(value, current_language())
    return number(value, current_language())
