"""What people type about themselves. Messages are ours: they say how to mend the answer."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from shop.accounts.passwords import LEAST_LENGTH, MOST_LENGTH
from shop.ground.fields import email, phone, stripped, words
from shop.ground.forms import ShopForm, at_most
from shop.organisations.forms import (
    SELF,
    buys_for_field,
    organisation_name_field,
    siret_field,
)


def _name() -> StringField:
    return words(_l("First and last name"), missing=_l("Give your first and last name."))


def _function() -> StringField:
    return words(
        _l("Function"),
        most=80,
        hint=_l("For an organisation: buyer, technical manager, bursar…"),
    )


class SignInForm(ShopForm):
    email = StringField(
        _l("E-mail address"),
        [DataRequired(_l("Give your e-mail address.")), at_most(320)],
        filters=[stripped],
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Give your password.")), at_most(MOST_LENGTH)]
    )


class ProfileForm(ShopForm):
    """What a person may change of his account by himself."""

    name = _name()
    phone = phone(_l("Telephone"))
    function = _function()
    language = SelectField(
        _l("Language of pages and letters"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
    )


class RegisterForm(ShopForm):
    """A person, then his organisation if he buys for one."""

    name = _name()
    phone = phone(_l("Telephone"))
    email = email(_l("E-mail address"))
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(
                LEAST_LENGTH,
                MOST_LENGTH,
                message=_l("Choose a password of at least 12 characters: a few words will do."),
            ),
        ],
        description=_l("At least 12 characters. A few words are easier to remember."),
    )
    buys_for = buys_for_field(oneself=True)
    siret = siret_field()
    organisation = organisation_name_field()
    function = _function()

    @property
    def has_organisation(self) -> bool:
        return self.buys_for.data != SELF
