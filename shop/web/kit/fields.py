"""Answers that several forms ask for, with sentences that say how to mend them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Email, Length, Optional, StopValidation

from shop.core.text import one_line

#: Signs that the database keeps of a telephone number.
LONGEST_TELEPHONE = 40
TELEPHONE = _l("Give a telephone number we can call, like 02 33 00 00 00.")


def stripped(value: str | None) -> str | None:
    """What was typed, as one line without spaces around it: nobody writes paragraphs into the
    shop's letters by his name."""
    return one_line(value) if value else value


def lines(value: str | None) -> str | None:
    """What was typed where several lines may be, without signs that nobody sees."""
    return "\n".join(map(one_line, value.splitlines())).strip() if value else value


def telephone(_form: Any, field: Any) -> None:
    """At least eight digits, whatever stands between them."""
    if not 8 <= sum(sign.isdigit() for sign in field.data or "") <= 15:
        raise StopValidation(TELEPHONE)


def short_telephone() -> Length:
    """As long as a number with its country and extension, and no longer."""
    return Length(max=LONGEST_TELEPHONE, message=TELEPHONE)


def postal_code(_form: Any, field: Any) -> None:
    """Five digits, as in France and its overseas territories."""
    code = "".join((field.data or "").split())
    if len(code) != 5 or not (code.isascii() and code.isdigit()):
        raise StopValidation(_l("A French postal code has five digits."))
    field.data = code


def postal_code_field(label: Any) -> StringField:
    """A compulsory French postal code."""
    validators = [DataRequired(_l("A French postal code has five digits.")), postal_code]
    return StringField(label, validators, filters=[stripped])


def words(label: Any, *, missing: Any = None, most: int = 120, hint: Any = "") -> StringField:
    """A line of text; compulsory when `missing` says what to give."""
    validators = [
        DataRequired(missing) if missing else Optional(),
        Length(max=most, message=_l("This answer is too long.")),
    ]
    return StringField(label, validators, description=hint, filters=[stripped])


def phone(label: Any, *, hint: Any = "") -> StringField:
    """A telephone number that somebody answers."""
    validators = [DataRequired(TELEPHONE), short_telephone(), telephone]
    return StringField(label, validators, description=hint, filters=[stripped])


def plain_domain(_form: Any, field: Any) -> None:
    """Letters leave for domains in ASCII only; its owner knows the form with « xn-- »."""
    if not (field.data or "").isascii():
        raise StopValidation(
            _l("Type the domain in plain letters, in its form that begins with xn--.")
        )


def email(label: Any, *, required: bool = True) -> StringField:
    """An e-mail address that any mail server can write to: its name in plain letters."""
    validators = [
        DataRequired(_l("Give your e-mail address.")) if required else Optional(),
        Length(max=320, message=_l("This answer is too long.")),
        Email(
            _l("This is not an e-mail address: it looks like name@organisation.fr."),
            allow_smtputf8=False,
        ),
        plain_domain,
    ]
    return StringField(label, validators, filters=[stripped])
