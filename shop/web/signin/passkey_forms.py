"""What is asked of who adds a passkey or signs in with one."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most
from shop.web.signin.security_forms import own_password_field

#: A device's answer has some thousand characters; this leaves room for those with long keys.
_MOST_ANSWER = 20_000


class AnswerForm(ShopForm):
    """A device's answer, as JSON: a script fills it in."""

    answer = HiddenField(validators=[DataRequired(), at_most(_MOST_ANSWER)])


class NewPasskeyForm(ShopForm):
    """Before a device makes a passkey."""

    name = StringField(
        _l("Name of the passkey"),
        [DataRequired(_l("Give it a name.")), at_most(60)],
        description=_l("The device that it is on, so that you know it again in the list."),
        filters=[stripped],
    )
    password = own_password_field()


class RemovePasskeyForm(ShopForm):
    """A passkey is removed: its owner asks it."""

    password = own_password_field()
