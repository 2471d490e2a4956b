"""The values of settings in words."""

from flask_babel import gettext as _

from shop.core.text import money, number
from shop.settings.rules import Kind, Setting
from shop.web.kit.site import current_language


def shown(setting: Setting, value: int) -> str:
    """A value as it is read."""
    if setting.kind is Kind.YES_NO:
        return _("yes") if value else _("no")
    if setting.kind is Kind.MONEY:
        return money(value, current_language())
    return number(value, current_language())
