"""The values of settings in words."""

from collections.abc import Iterable

from flask_babel import gettext as _

from shop.core.text import money, number, percent
from shop.settings.rules import Change, Kind, Part, Setting
from shop.web.kit.changes import ShownChange
from shop.web.kit.site import current_language


def told(part: Part, changes: Iterable[Change]) -> list[ShownChange]:
    """Changes of a part in words."""
    return [
        ShownChange(
            _(part.setting(one.key).label),
            shown(part.setting(one.key), one.before),
            shown(part.setting(one.key), one.after),
        )
        for one in changes
    ]


def shown(setting: Setting, value: int) -> str:
    """A value as it is read."""
    if setting.kind is Kind.YES_NO:
        return _("yes") if value else _("no")
    if setting.kind is Kind.PERCENT:
        return percent(value, current_language())
    if setting.kind is Kind.MONEY:
        return money(value, current_language())
    return number(value, current_language())
