"""Where the file for the paying service goes; which period is exported."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField

from shop.web.kit.fields import email
from shop.web.kit.forms import ShopForm, required


class SendForm(ShopForm):
    """No address: the shop hands the file over itself (post, Chorus Pro)."""

    to = email(_l("E-mail of the paying service"), required=False)


class PeriodForm(ShopForm):
    """From one day to another, both included. It asks for a file and changes nothing: no token."""

    class Meta(ShopForm.Meta):
        csrf = False

    since = DateField(_l("From"), [required(_l("Type a day, like 31/12/2026."))])
    until = DateField(_l("To"), [required(_l("Type a day, like 31/12/2026."))])
