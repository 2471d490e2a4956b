"""Forms about an organisation, its addresses and its terms."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation

from shop.core.parties import Contact, PayingService, Place
from shop.einvoicing.channel_rules import Demand
from shop.organisations.rules import EngagementRule, Grouping
from shop.people.models import User
from shop.register.siret import SiretMistake, read_siret
from shop.web.kit.addresses import (
    checked_town,
    country_field,
    french_postal_code_field,
    postal_code_field,
)
from shop.web.kit.fields import (
    TELEPHONE,
    TOO_LONG,
    address_line,
    email,
    phone,
    service_code,
    stripped,
    town,
    words,
)
from shop.web.kit.forms import ShopForm
from shop.web.organisations.letterhead_fields import LetterheadForm, letterhead_fields

BODY, COMPANY, SELF = "public", "private", "self"


def siret_number(form: Any, field: Any) -> None:
    """Fourteen digits in any usual form, for an organisation."""
    if form.buys_for.data not in (BODY, COMPANY):
        return
    try:
        field.data = read_siret(field.data or "")
    except SiretMistake as mistake:
        raise StopValidation(_(mistake.sentence, **mistake.facts)) from mistake


def organisation_name(form: Any, field: Any) -> None:
    """Required for an organisation."""
    if form.buys_for.data in (BODY, COMPANY) and not field.data:
        raise StopValidation(_("Enter the name of your organisation."))


def whom_one_buys_for(form: Any, field: Any) -> None:
    """Required where nothing is chosen, and of a person who names an organisation but buys for
    themselves: what they typed is not dropped.
    """
    names_one = form.siret.data or form.organisation.data or form.header_line1.data
    if not field.data or (field.data == SELF and names_one):
        field.errors = []
        raise StopValidation(_("Choose whom you buy for."))


def buys_for_field(*, oneself: bool) -> RadioField:
    choices = [
        SelectChoice(BODY, _l("a public body")),
        SelectChoice(COMPANY, _l("a company or an association")),
    ]
    if oneself:
        choices.append(SelectChoice(SELF, _l("yourself")))
    return RadioField(
        _l("You buy for"),
        [whom_one_buys_for],
        choices=choices,
        default=None if oneself else BODY,
    )


def siret_field() -> StringField:
    return StringField(
        _l("SIRET number of your establishment"),
        [siret_number],
        description=_l("14 digits, with or without spaces. It is on your letterhead."),
        filters=[stripped],
    )


def organisation_name_field() -> StringField:
    return StringField(
        _l("Name of the organisation"),
        [organisation_name, Length(max=200, message=TOO_LONG)],
        description=_l("As it must appear at the head of your quotes and invoices."),
        filters=[stripped],
    )


class OrganisationForm(LetterheadForm):
    """An organisation that a person with an account buys for."""

    buys_for = buys_for_field(oneself=False)
    siret = siret_field()
    organisation = organisation_name_field()
    header_line1, header_postal_code, header_city, header_checked = letterhead_fields()


class HeaderForm(ShopForm):
    """The address at the head of quotes and invoices."""

    line1 = address_line(_l("Address"), missing=_l("Enter the street and number."))
    line2 = address_line(_l("Building, service"))
    country = country_field()
    postal_code = postal_code_field(_l("Postal code"))
    city = town(missing=_l("Enter the town."))
    checked = checked_town()

    def place(self, name: str) -> Place:
        return Place(
            name,
            self.line1.data or "",
            self.postal_code.data or "",
            self.city.data or "",
            self.line2.data or "",
            self.country.data,
        )


def phone_of_contact(form: Any, field: Any) -> None:
    """Required as soon as a person is named: the carrier calls before delivery."""
    if form.contact_name.data and not field.data:
        raise StopValidation(TELEPHONE)


def service_code_rule_field(label: Any) -> SelectField:
    """Whether invoices need a service code, as the directory of Chorus Pro says."""
    return SelectField(
        label,
        choices=[
            SelectChoice(Demand.UNKNOWN, _l("not known yet")),
            SelectChoice(Demand.REQUIRED, _l("required")),
            SelectChoice(Demand.EITHER, _l("it or a commitment number is required")),
            SelectChoice(Demand.OPTIONAL, _l("not required")),
        ],
        default=Demand.UNKNOWN,
        description=_l("As in the Chorus Pro directory."),
    )


def engagement_rule_field(label: Any) -> SelectField:
    """Whether a commitment number is required."""
    return SelectField(
        label,
        choices=[
            SelectChoice(EngagementRule.UNKNOWN, _l("not known yet")),
            SelectChoice(EngagementRule.REQUIRED, _l("required")),
            SelectChoice(EngagementRule.OPTIONAL, _l("not required")),
        ],
        default=EngagementRule.UNKNOWN,
    )


class DeliveryForm(ShopForm):
    """A place of delivery, with the contact person for the carrier."""

    name = address_line(_l("Place name"), missing=_l("Enter the name of the place."))
    line1 = address_line(_l("Address"), missing=_l("Enter the street and number."))
    line2 = address_line(_l("Building, entrance"))
    country = country_field()
    postal_code = postal_code_field(_l("Postal code"))
    city = town(missing=_l("Enter the town."))
    checked = checked_town()
    floor = words(_l("Floor"), most=60, hint=_l("And whether there is a lift."))
    opening_hours = words(
        _l("Opening hours"), most=120, hint=_l("When someone is there to receive deliveries.")
    )
    call_before = BooleanField(_l("The carrier calls before delivering"))
    instructions = words(
        _l("Information for the carrier"), most=300, hint=_l("Gate, loading bay, tail lift needed…")
    )
    contact_name = words(_l("Contact person on site"))
    contact_phone = phone(_l("Their telephone number"), optional=True, rule=phone_of_contact)
    contact_email = email(_l("Their e-mail address"), required=False)

    def place(self) -> Place:
        return Place(
            self.name.data or "",
            self.line1.data or "",
            self.postal_code.data or "",
            self.city.data or "",
            self.line2.data or "",
            self.country.data,
            instructions=self.instructions.data or "",
            floor=self.floor.data or "",
            opening_hours=self.opening_hours.data or "",
            call_before=self.call_before.data,
        )

    def contact(self) -> Contact | None:
        if not self.contact_name.data:
            return None
        called = (self.contact_name.data, self.contact_phone.data or "")
        return Contact(*called, self.contact_email.data or "")


class PayingServiceForm(ShopForm):
    """The service that receives the invoice."""

    name = address_line(_l("Service"), missing=_l("Enter the name of the paying service."))
    service_code = service_code(
        _l("Service code"), hint=_l("Listed in the Chorus Pro directory, if there is one.")
    )
    email = email(_l("E-mail address"), required=False)
    engagement_rule = engagement_rule_field(_l("Commitment number on purchase orders"))
    line1 = address_line(_l("Address"))
    line2 = address_line(_l("Building, floor"))
    postal_code = french_postal_code_field(_l("Postal code"))
    city = town()

    def service(self) -> PayingService:
        return PayingService(
            self.name.data or "",
            self.service_code.data or "",
            self.email.data or "",
            self.line1.data or "",
            self.line2.data or "",
            self.postal_code.data or "",
            self.city.data or "",
            self.engagement_rule.data,
        )


class TermsForm(ShopForm):
    """The terms agreed with a verified body."""

    engagement_rule = engagement_rule_field(_l("Commitment number on purchase orders"))
    service_code_rule = service_code_rule_field(_l("Service code on invoices"))
    payment_delay_days = IntegerField(
        _l("Payment period, in days"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(1, 366, message=_l("Enter a number of days.")),
        ],
        description=_l("The law sets a maximum for each category of public body."),
    )
    invoice_grouping = SelectField(
        _l("When invoices are issued"),
        choices=[
            SelectChoice(Grouping.DELIVERY, _l("for each delivery, once it is made")),
            SelectChoice(Grouping.MONTH, _l("by month, for all deliveries of an order")),
        ],
        default=Grouping.DELIVERY,
        description=_l("An invoice bears one commitment: orders are never joined."),
    )
    account_manager = SelectField(_l("Account manager"))

    def offer_managers(self, people: Iterable[User]) -> None:
        self.account_manager.choices = [SelectChoice("", _("none"))] + [
            SelectChoice(str(person.id), person.name) for person in people
        ]

    @property
    def rule(self) -> EngagementRule:
        return EngagementRule(self.engagement_rule.data)

    @property
    def code_rule(self) -> Demand:
        return Demand(self.service_code_rule.data)

    @property
    def grouping(self) -> Grouping:
        return Grouping(self.invoice_grouping.data)

    @property
    def manager_id(self) -> int | None:
        return int(self.account_manager.data) if self.account_manager.data else None
