"""Fields of the steps: text on one line, telephone numbers in pairs, postal codes."""

import re
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, ValidationError

from shop.web.kit.addresses import postal_code, town_of_code
from shop.web.kit.fields import short_telephone, telephone
from shop.web.kit.forms import ShopForm


def stripped_words(value: str | None) -> str:
    return " ".join((value or "").split())


def phone_pairs(value: str | None) -> str:
    """Ten French digits in pairs with no-break spaces; other numbers as they were typed."""
    typed = stripped_words(value)
    digits = re.sub(r"[ .\-/]", "", typed)
    if re.fullmatch(r"0\d{9}", digits):
        return "\u00a0".join(digits[place : place + 2] for place in range(0, 10, 2))
    return typed


def text(label: Any, most: int, *needed: Any, **more: Any) -> StringField:
    return StringField(label, [*needed, Length(max=most)], filters=[stripped_words], **more)


def an_email(_form: ShopForm, field: StringField) -> None:
    """An e-mail address with a valid format."""
    if field.data:
        try:
            validate_email(
                field.data,
                check_deliverability=False,
                allow_smtputf8=False,
                test_environment=True,
            )
        except EmailNotValidError as error:
            raise ValidationError(
                _l("Enter an e-mail address such as name@town.example.")
            ) from error


def a_postal_code(form: ShopForm, field: StringField) -> None:
    """A postal code of the country beside it, and the question about its town."""
    if field.data:
        postal_code(form, field)
        town_of_code(form, field)


def a_french_code(form: ShopForm, field: StringField) -> None:
    """The postal code of a paying service: a public body's is in France."""
    if field.data:
        postal_code(form, field)


def a_phone(_form: ShopForm, field: StringField) -> None:
    """What the other forms accept: a number of the address book passes here too."""
    if field.data:
        short_telephone()(_form, field)
        telephone(_form, field)
