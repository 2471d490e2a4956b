"""Forms for changes of one's security."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired

from shop.signin.passwords import MOST_LENGTH
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most


def code_field(label: Any, hint: Any = "") -> StringField:
    """Six digits from a telephone, or a recovery code, with or without spaces."""
    return StringField(
        label,
        [DataRequired(_l("Enter the code.")), at_most(60)],
        description=hint,
        filters=[stripped],
    )


def own_password_field() -> PasswordField:
    return PasswordField(
        _l("Your password"), [InputRequired(_l("Enter your password.")), at_most(MOST_LENGTH)]
    )


def code_or_recovery_code() -> StringField:
    return code_field(
        _l("Code"),
        _l("The six digits that your telephone shows now, or one of your recovery codes."),
    )


class CodeForm(ShopForm):
    """The second step of a sign-in."""

    code = code_or_recovery_code()


class SetUpForm(ShopForm):
    """Turns a second factor on, with a first code of the telephone."""

    code = code_field(_l("Code"), _l("The six digits that your telephone shows now."))
    password = own_password_field()


class SecondFactorForm(ShopForm):
    """Turns the second factor off, or makes new recovery codes."""

    password = own_password_field()
    code = code_or_recovery_code()
