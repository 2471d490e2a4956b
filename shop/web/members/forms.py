"""Forms for administrators: the members and establishments of their organisation."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation

from shop.core.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN
from shop.core.parties import Place
from shop.organisations.models import Establishment
from shop.people.rules import Profile
from shop.register.siret import SiretMistake, grouped, read_siret
from shop.web.kit.addresses import checked_town, country_field, postal_code_field
from shop.web.kit.fields import (
    address_line,
    checked_email,
    email,
    likely_domain,
    phone,
    stripped,
    town,
)
from shop.web.kit.forms import ShopForm, at_most
from shop.web.people.forms import function_field, name_field, new_password_field

EVERYWHERE, OWN = "all", "own"


def place_of_work() -> SelectField:
    return SelectField(_l("Establishment where this person works"), coerce=int)


def scope_field() -> RadioField:
    return RadioField(
        _l("Can see the documents of"),
        choices=[
            SelectChoice(EVERYWHERE, _l("the whole organisation")),
            SelectChoice(OWN, _l("this establishment only")),
        ],
        default=EVERYWHERE,
    )


def offer_places(form: Any, places: Iterable[Establishment]) -> None:
    """The establishments to choose from, in a form that asks for one."""
    form.establishment.choices = [
        SelectChoice(place.id, f"{place.name} ({grouped(place.siret)})") for place in places
    ]


def roles_ticked(form: Any) -> list[str]:
    """The roles ticked in a form; without any, the member only reads."""
    ticks = ((MEMBER_ADMIN, form.administers), (BUYER, form.buys), (ACCOUNTANT, form.accountant))
    return [role for role, tick in ticks if tick.data]


class RightsForm(ShopForm):
    """The rights of a member, their establishment, and the documents they see."""

    buys = BooleanField(_l("buyer"))
    accountant = BooleanField(_l("accountant"))
    administers = BooleanField(_l("administrator"))
    establishment = place_of_work()
    scope = scope_field()

    @property
    def everywhere(self) -> bool:
        return self.scope.data == EVERYWHERE


class InviteForm(ShopForm):
    """The invited person, and their rights."""

    email = email(_l("E-mail address of your colleague"), rule=likely_domain)
    email_checked = checked_email()
    buys = BooleanField(_l("buyer"))
    accountant = BooleanField(_l("accountant"))
    administers = BooleanField(_l("administrator"))
    establishment = place_of_work()
    scope = scope_field()

    @property
    def everywhere(self) -> bool:
        return self.scope.data == EVERYWHERE


class RecommendForm(ShopForm):
    """What an administrator knows of a person whom the office has to approve."""

    NEVER_PRINTED = frozenset({"note"})

    note = TextAreaField(
        _l("What you know about this person"),
        [Length(max=300, message=_l("At most 300 characters."))],
        description=_l("Job title, since when, who can confirm it: our office reads it."),
        filters=[stripped],
    )


def a_siret(_form: Any, field: Any) -> None:
    """Fourteen digits in any usual form."""
    try:
        field.data = read_siret(field.data or "")
    except SiretMistake as mistake:
        raise StopValidation(_(mistake.sentence, **mistake.facts)) from mistake


class EstablishmentForm(ShopForm):
    """An establishment of the organisation, with the address at the head of its quotes."""

    siret = StringField(
        _l("SIRET number of the establishment"),
        [at_most(40), a_siret],
        description=_l("14 digits, of which the first nine are those of your organisation."),
        filters=[stripped],
    )
    name = address_line(_l("Name"), missing=_l("Enter the name of the establishment."))
    line1 = address_line(_l("Address"), missing=_l("Enter the street and number."))
    line2 = address_line(_l("Building, service"))
    country = country_field()
    postal_code = postal_code_field(_l("Postal code"))
    city = town(missing=_l("Enter the town."))
    checked = checked_town()

    def header(self) -> Place:
        return Place(
            self.name.data or "",
            self.line1.data or "",
            self.postal_code.data or "",
            self.city.data or "",
            self.line2.data or "",
            self.country.data,
        )


class NewcomerForm(ShopForm):
    """The account of an invited person; its address is the one of the e-mail."""

    name = name_field()
    phone = phone(_l("Telephone"))
    function = function_field()
    password = new_password_field(_l("Password"))

    def __init__(self, invited: str, **more: Any) -> None:
        self.invited = invited
        super().__init__(**more)

    def profile(self, language: str) -> Profile:
        typed = (self.name.data or "", self.phone.data or "", self.function.data or "")
        return Profile(*typed, language)

    @property
    def about(self) -> tuple[str, ...]:
        """Words known about the person who types."""
        return (self.name.data or "", self.invited)
