"""The kinds of fields that forms share: each has one rule, one input type and one length, with a
sentence that says how to correct the answer. What one form keeps, every form accepts.
"""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, StringField, TelField
from wtforms.validators import DataRequired, Email, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput

from shop.core.email_domains import suggestion
from shop.core.text import one_line

#: Maximum length of a telephone number in the database.
LONGEST_TELEPHONE = 40
#: Maximum length of a line of an address or of the name of a place, and of a town.
LONGEST_LINE, LONGEST_TOWN = 200, 120
LONGEST_EMAIL, LONGEST_SERVICE_CODE = 320, 100
TOO_LONG = _l("This answer is too long. Shorten it.")
TELEPHONE = _l("Enter a telephone number on which we can call you, such as 02 33 00 00 00.")


def stripped(value: str | None) -> str | None:
    """The typed text as one line without spaces around it: a name cannot add paragraphs to the
    shop's e-mails.
    """
    return one_line(value) if value else value


def lines(value: str | None) -> str | None:
    """The typed text where several lines are allowed, without invisible characters."""
    return "\n".join(map(one_line, value.splitlines())).strip() if value else value


def phone_pairs(value: str | None) -> str | None:
    """Ten French digits in pairs with no-break spaces; other numbers as they were typed."""
    typed = stripped(value)
    digits = re.sub(r"[ .\-/]", "", typed or "")
    if re.fullmatch(r"0\d{9}", digits):
        return "\u00a0".join(digits[place : place + 2] for place in range(0, 10, 2))
    return typed


def telephone(_form: Any, field: Any) -> None:
    """At least eight digits, whatever is between them."""
    if not 8 <= sum(sign.isdigit() for sign in field.data or "") <= 15:
        raise StopValidation(TELEPHONE)


def short_telephone() -> Length:
    """At most as long as a number with its country and extension."""
    return Length(max=LONGEST_TELEPHONE, message=TELEPHONE)


def words(
    label: Any, *, missing: Any = None, most: int = 120, hint: Any = "", rule: Any = None
) -> StringField:
    """A line of text; required when `missing` says what to give. `rule` is checked first, also of
    an empty answer.
    """
    validators = [*_rules(rule), _given(missing), Length(max=most, message=TOO_LONG)]
    return StringField(label, validators, description=hint, filters=[stripped])


def address_line(
    label: Any, *, missing: Any = None, hint: Any = "", rule: Any = None
) -> StringField:
    """The street and number, the building, or the name of a place."""
    return words(label, missing=missing, most=LONGEST_LINE, hint=hint, rule=rule)


def town(*, missing: Any = None, rule: Any = None) -> StringField:
    """The town of an address."""
    return words(_l("Town"), missing=missing, most=LONGEST_TOWN, rule=rule)


def service_code(label: Any, *, hint: Any = "") -> StringField:
    """The code of a paying service in the State's portal."""
    return words(label, most=LONGEST_SERVICE_CODE, hint=hint)


def phone(
    label: Any,
    *,
    missing: Any = TELEPHONE,
    hint: Any = "",
    rule: Any = None,
    optional: bool = False,
) -> TelField:
    """A telephone number that is answered, with its country and extension: « 02 33 00 00 00 poste
    4512 ». `missing` says why it is required.
    """
    given = _given(None if optional else missing)
    validators = [*_rules(rule), given, short_telephone(), telephone]
    return TelField(
        label,
        validators,
        description=hint,
        filters=[phone_pairs],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )


class Checked(Field):
    """The tick that keeps an answer which is probably a mistake.

    It belongs to that answer: another one is asked about again. What is sent is compared with it,
    and never stored.
    """

    widget = CheckboxInput()
    #: The answer in question; empty while nothing is.
    asked = ""

    def _value(self) -> str:
        return self.asked

    @property
    def checked(self) -> bool:
        return bool(self.asked) and self.data == self.asked


def checked_email() -> Checked:
    """The tick that keeps an address whose domain looks mistyped. The form has it as
    `email_checked` beside `email`, which has the rule `likely_domain`.
    """
    return Checked(_l("The e-mail address is right"))


def likely_domain(form: Any, field: Any) -> None:
    """Ask about a domain that looks mistyped, once for each address."""
    meant = suggestion(field.data or "")
    if meant is None:
        return
    form.email_checked.asked = field.data
    if not form.email_checked.checked:
        raise StopValidation(
            _l("Did you mean %(address)s? Correct your address, or tick below.", address=meant)
        )


def plain_domain(_form: Any, field: Any) -> None:
    """E-mails are sent to ASCII domains only; the owner of another one knows its form with « xn--
    ».
    """
    if not (field.data or "").isascii():
        raise StopValidation(_l("Enter the domain in ASCII, in the form that begins with xn--."))


def email(
    label: Any, *, required: bool = True, missing: Any = None, hint: Any = "", rule: Any = None
) -> EmailField:
    """An e-mail address that any mail server accepts: its local part in ASCII letters. `missing`
    says why it is required, `rule` is checked last.
    """
    validators = [
        _given((missing or _l("Enter your e-mail address.")) if required else None),
        Length(max=LONGEST_EMAIL, message=TOO_LONG),
        Email(
            _l("This is not an e-mail address. Enter an address such as name@organisation.fr."),
            allow_smtputf8=False,
        ),
        plain_domain,
        *_rules(rule),
    ]
    return typed_email(label, validators, hint=hint)


def typed_email(label: Any, validators: list[Any], *, hint: Any = "") -> EmailField:
    """The control of an e-mail address, with other rules: one that is compared, not stored."""
    return EmailField(
        label,
        validators,
        description=hint,
        filters=[stripped],
        render_kw={"inputmode": "email", "spellcheck": "false", "autocomplete": "email"},
    )


def _rules(rule: Any) -> list[Any]:
    return [rule] if rule else []


def _given(missing: Any) -> Any:
    return DataRequired(missing) if missing else Optional()
