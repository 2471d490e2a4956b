"""Why the doors are closed."""

from flask_babel import lazy_gettext as _l

from shop.web.kit.fields import words
from shop.web.kit.forms import ShopForm


class ClosingForm(ShopForm):
    reason = words(_l("Reason"), missing=_l("Give the reason: the journal keeps it."), most=500)
