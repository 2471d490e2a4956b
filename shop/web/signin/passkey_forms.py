"""Forms for adding a passkey and for signing in with one."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most
from shop.web.signin.security_forms import own_password_field

#: A device's answer has some thousand characters; this allows long keys.
_MOST_ANSWER = 20_000


class AnswerForm(ShopForm):
    """A device's answer, as JSON: a script fills it in."""

    answer = HiddenField(validators=[DataRequired(), at_most(_MOST_ANSWER)])


class NewPasskeyForm(ShopForm):
    """The form before a device creates a passkey."""

    NEVER_PRINTED = frozenset({"name"})

    name = StringField(
        _l("Name of the passkey"),
        [DataRequired(_l("Enter a name for the passkey.")), at_most(60)],
        description=_l("The device that holds it, so that you recognise it in the list."),
        filters=[stripped],
    )
    password = own_password_field()


class RemovePasskeyForm(ShopForm):
    """Removal of a passkey by its owner."""

    password = own_password_field()
