"""Forms about one's account. The messages say how to correct the answer."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from shop.people.rules import Profile
from shop.signin.common_passwords import common_passwords
from shop.signin.password_rules import weakness
from shop.signin.passwords import LEAST_LENGTH, MOST_LENGTH
from shop.web.kit.fields import (
    LONGEST_EMAIL,
    checked_email,
    email,
    likely_domain,
    phone,
    typed_email,
    words,
)
from shop.web.kit.forms import ShopForm, at_most
from shop.web.organisations.forms import SELF, buys_for_field, organisation_name_field, siret_field
from shop.web.organisations.letterhead_fields import LetterheadForm, letterhead_fields


def name_field() -> StringField:
    return words(_l("First and last name"), missing=_l("Enter your first and last name."))


def function_field() -> StringField:
    return words(
        _l("Job title"),
        most=80,
        hint=_l("For an organisation: buyer, technical manager, bursar…"),
    )


def not_guessable(form: Any, field: Any) -> None:
    """A form lists in `about` the words that are known about the person."""
    found = weakness(field.data or "", common=common_passwords(), about=form.about)
    if found is not None:
        raise StopValidation(_(found.value))


def new_password_field(label: Any) -> PasswordField:
    return PasswordField(
        label,
        [
            InputRequired(_l("Choose a password.")),
            Length(
                LEAST_LENGTH,
                MOST_LENGTH,
                message=_l("Choose a password of at least 12 characters: a few words are enough."),
            ),
            not_guessable,
        ],
        description=_l("At least 12 characters. A few words are easier to remember."),
    )


def _present_password(label: Any) -> PasswordField:
    return PasswordField(label, [InputRequired(_l("Enter your password.")), at_most(MOST_LENGTH)])


class SignInForm(ShopForm):
    email = typed_email(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address.")), at_most(LONGEST_EMAIL)],
    )
    password = _present_password(_l("Password"))


class ProfileForm(ShopForm):
    """What people may change of their account."""

    name = name_field()
    phone = phone(_l("Telephone"))
    function = function_field()
    language = SelectField(
        _l("Language of pages and e-mails"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
    )

    def profile(self) -> Profile:
        typed = (self.name.data or "", self.phone.data or "", self.function.data or "")
        return Profile(*typed, self.language.data)


class RegisterForm(LetterheadForm):
    """A person, then their organisation if they buy for one."""

    name = name_field()
    phone = phone(_l("Telephone"))
    email = email(_l("E-mail address"), rule=likely_domain)
    email_checked = checked_email()
    password = new_password_field(_l("Password"))
    buys_for = buys_for_field(oneself=True)
    siret = siret_field()
    organisation = organisation_name_field()
    header_line1, header_postal_code, header_city, header_checked = letterhead_fields()
    function = function_field()

    @property
    def has_organisation(self) -> bool:
        return self.buys_for.data != SELF

    @property
    def about(self) -> tuple[str, ...]:
        """Words known about the person who types."""
        return (self.name.data or "", self.email.data or "", self.organisation.data or "")


class ActivationForm(ShopForm):
    """In another browser than the one of the registration, people give their password."""

    password = _present_password(_l("Password that you chose when you registered"))


class AddressForm(ShopForm):
    """The address to which an e-mail is requested."""

    email = email(_l("E-mail address"))


class NewPasswordForm(ShopForm):
    """A new password; `about` are the words known about the person."""

    password = new_password_field(_l("New password"))

    def __init__(self, about: tuple[str, ...], **more: Any) -> None:
        self.about = about
        super().__init__(**more)


class ChangePasswordForm(NewPasswordForm):
    """A new password, with the present one."""

    present = _present_password(_l("Current password"))
    password = new_password_field(_l("New password"))


class NewEmailForm(ShopForm):
    """A new address, which has to be confirmed first."""

    email = email(_l("New e-mail address"), rule=likely_domain)
    email_checked = checked_email()
    password = _present_password(_l("Your password"))
