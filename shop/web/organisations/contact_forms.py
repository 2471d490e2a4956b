"""A contact of an organisation."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from shop.organisations.contacts import FUNCTIONS, SIGNATORY, Person
from shop.web.kit.fields import email, phone, stripped, words
from shop.web.kit.forms import ShopForm, at_most


def _functions() -> list[SelectChoice]:
    return [SelectChoice(key, _(name)) for key, name in FUNCTIONS.items()]


def _capacity_of_a_signatory(form: Any, field: Any) -> None:
    """A signatory signs in some quality: a purchase order names it."""
    if form.function.data == SIGNATORY and not field.data:
        raise StopValidation(_("Enter the capacity in which this person signs."))


def _reachable(form: Any, field: Any) -> None:
    """A signatory is not called; all the others are."""
    if form.function.data != SIGNATORY and not (field.data or form.email.data):
        raise StopValidation(_("Enter a telephone number or an e-mail address."))


class ContactForm(ShopForm):
    """A contact: name, function, and how to reach them."""

    function = SelectField(_l("Role"), choices=_functions)
    name = words(_l("First and last name"), missing=_l("Enter the name of this person."))
    capacity = StringField(
        _l("Capacity"),
        [_capacity_of_a_signatory, at_most(120)],
        description=_l(
            "Of a signatory: mayor, head of purchasing, as it appears under the signature."
        ),
        filters=[stripped],
    )
    phone = phone(_l("Telephone"), optional=True, rule=_reachable)
    email = email(_l("E-mail address"), required=False)

    def person(self) -> Person:
        return Person(
            self.function.data,
            self.name.data or "",
            self.capacity.data or "",
            self.phone.data or "",
            self.email.data or "",
        )
