"""Where the file for the paying service goes."""

from flask_babel import lazy_gettext as _l

from shop.ground.fields import email
from shop.ground.forms import ShopForm


class SendForm(ShopForm):
    """No address: the shop hands the file over itself (post, Chorus Pro)."""

    to = email(_l("E-mail of the paying service"), required=False)
