"""Where the file for the paying service goes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from shop.ground.fields import email


class SendForm(FlaskForm):
    """No address: the shop hands the file over itself (post, Chorus Pro)."""

    to = email(_l("E-mail of the paying service"), required=False)
