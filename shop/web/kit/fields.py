"""Fields that several forms share, with sentences that say how to correct the answer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Email, Length, Optional, StopValidation

from shop.core.text import one_line

#: Maximum length of a telephone number in the database.
LONGEST_TELEPHONE = 40
TELEPHONE = _l("Enter a telephone number on which we can call you, such as 02 33 00 00 00.")


def stripped(value: str | None) -> str | None:
    """The typed text as one line without spaces around it: a name cannot add paragraphs to the
    shop's e-mails.
    """
    return one_line(value) if value else value


def lines(value: str | None) -> str | None:
    """The typed text where several lines are allowed, without invisible characters."""
    return "\n".join(map(one_line, value.splitlines())).strip() if value else value


def telephone(_form: Any, field: Any) -> None:
    """At least eight digits, whatever is between them."""
    if not 8 <= sum(sign.isdigit() for sign in field.data or "") <= 15:
        raise StopValidation(TELEPHONE)


def short_telephone() -> Length:
    """At most as long as a number with its country and extension."""
    return Length(max=LONGEST_TELEPHONE, message=TELEPHONE)


def words(label: Any, *, missing: Any = None, most: int = 120, hint: Any = "") -> StringField:
    """A line of text; required when `missing` says what to give."""
    validators = [
        DataRequired(missing) if missing else Optional(),
        Length(max=most, message=_l("This answer is too long. Shorten it.")),
    ]
    return StringField(label, validators, description=hint, filters=[stripped])


def phone(label: Any, *, hint: Any = "") -> StringField:
    """A telephone number that is answered."""
    validators = [DataRequired(TELEPHONE), short_telephone(), telephone]
    return StringField(label, validators, description=hint, filters=[stripped])


def plain_domain(_form: Any, field: Any) -> None:
    """E-mails are sent to ASCII domains only; the owner of another one knows its form with « xn--
    ».
    """
    if not (field.data or "").isascii():
        raise StopValidation(_l("Enter the domain in ASCII, in the form that begins with xn--."))


def email(label: Any, *, required: bool = True) -> StringField:
    """An e-mail address that any mail server accepts: its local part in ASCII letters."""
    validators = [
        DataRequired(_l("Enter your e-mail address.")) if required else Optional(),
        Length(max=320, message=_l("This answer is too long. Shorten it.")),
        Email(
            _l("This is not an e-mail address. Enter an address such as name@organisation.fr."),
            allow_smtputf8=False,
        ),
        plain_domain,
    ]
    return StringField(label, validators, filters=[stripped])
