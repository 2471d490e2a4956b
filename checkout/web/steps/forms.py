"""The forms of steps 2 to 4. They check the format and return values of the domain."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from checkout.web.steps.fields import (
    a_french_code,
    a_phone,
    a_postal_code,
    an_email,
    phone_pairs,
    stripped_words,
    text,
)
from shop.core.parties import Contact, Parties, PayingService, Place
from shop.places.rules import PlaceNotServed, ensure_served
from shop.web.kit.addresses import CheckedTown, country_field
from shop.web.kit.forms import ShopForm
from shop.web.kit.site import sentence_of

SAME, OTHER = "same", "other"


def place_code(form: "AddressesForm", field: StringField) -> None:
    """As `a_postal_code`, where goods are delivered to another place."""
    if form.delivery.data == OTHER:
        a_postal_code(form, field)


class GuestForm(ShopForm):
    """Step 2 without an account."""

    email = StringField(
        _l("E-mail"),
        [
            InputRequired(_l("Enter your e-mail address: the confirmation is sent there.")),
            Length(max=320),
            an_email,
        ],
        filters=[stripped_words],
    )


class AddressesForm(ShopForm):
    """Step 3. `delivery` chooses the header itself, an entry of the address book, or another
    address.
    """

    title = text(
        _l("Subject"),
        200,
        Optional(),
        description=_l("For your own reference; it is shown at the top of your file."),
    )
    header_name = text(_l("Name"), 200)
    header_line1 = text(_l("Address"), 200, InputRequired(_l("Enter the street and number.")))
    header_line2 = text(_l("Building, service"), 200, Optional())
    header_country = country_field()
    header_postal_code = text(
        _l("Postal code"), 10, InputRequired(_l("Enter the postal code.")), a_postal_code
    )
    header_city = text(_l("Town"), 120, InputRequired(_l("Enter the town.")))
    header_checked = CheckedTown()

    delivery = RadioField(_l("Where should we deliver?"), default=SAME)
    place_name = text(_l("Place name"), 200)
    place_line1 = text(_l("Address"), 200)
    place_line2 = text(_l("Building, entrance"), 200, Optional())
    place_country = country_field()
    place_postal_code = text(_l("Postal code"), 10, place_code)
    place_city = text(_l("Town"), 120)
    place_checked = CheckedTown()
    place_floor = text(_l("Floor"), 60, Optional())
    place_hours = text(_l("Opening hours"), 120, Optional())
    place_call = BooleanField(_l("The carrier calls before delivering"))
    instructions = TextAreaField(
        _l("Instructions for the carrier"), [Length(max=300)], filters=[stripped_words]
    )

    service_name = text(_l("Service"), 200)
    service_code = text(_l("Service code"), 100, description=_l("As in the Chorus Pro directory."))
    service_email = text(_l("E-mail address of the service"), 320, an_email)
    service_line1 = text(_l("Postal address of the service"), 200, Optional())
    service_postal_code = text(_l("Postal code"), 5, a_french_code)
    service_city = text(_l("Town"), 120, Optional())

    #: A saved contact by its key; empty for the person named below it.
    contact = SelectField(_l("Contact person of this purchase"), default="", choices=[])
    contact_name = text(_l("First and last name"), 120, render_kw={"data-contact": ""})
    contact_phone = StringField(
        _l("Telephone"),
        [a_phone],
        filters=[phone_pairs],
        description=_l("The carrier calls this number before delivering"),
    )
    contact_email = text(
        _l("E-mail address of the contact person"),
        320,
        an_email,
        description=_l("It is printed with their name on the quote and on the delivery note."),
    )

    #: An organisation's name is not typed here; a possible public body pays from an invoice.
    for_organisation = False
    for_public_body = False
    #: Postal codes with their towns that were kept before: nobody is asked about them again.
    known_towns: frozenset[str] = frozenset()
    #: Whether the place of delivery is one that the shop does not deliver to.
    not_served = False

    def offer_places(self, kept: dict[str, Place]) -> None:
        """The choices of delivery: the header itself, the address book, another address."""
        self._kept = kept
        book = [(key, f"{place.name}, {', '.join(place.lines)}") for key, place in kept.items()]
        self.delivery.choices = [
            (SAME, _l("At the address above")),
            *book,
            (OTHER, _l("At another place")),
        ]

    def offer_contacts(self, saved: dict[str, Contact]) -> None:
        """The choices of the contact person: the one named in the form, and those saved."""
        self._saved = saved
        self.contact.choices = [
            ("", _l("The person named below")),
            *((key, ", ".join(one.lines)) for key, one in saved.items()),
        ]

    def validate_contact_name(self, field: StringField) -> None:
        if not self.contact.data and not field.data:
            raise ValidationError(_l("Enter the name of a contact person."))

    def validate_contact_phone(self, field: StringField) -> None:
        if not self.contact.data and not field.data:
            raise ValidationError(
                _l(
                    "Enter the contact person's telephone number: a delivery cannot be arranged "
                    "without it."
                )
            )

    def validate_delivery(self, _field: RadioField) -> None:
        """The shop delivers there; an address that is not complete is told first."""
        place = self._delivery(self._header(""), self._kept)
        if place.line1 and place.postal_code and place.city:
            self.check_served(place)

    def check_served(self, place: Place) -> None:
        """Say where the shop does not deliver. Raises ValidationError."""
        try:
            ensure_served(place)
        except PlaceNotServed as refusal:
            self.not_served = True
            raise ValidationError(sentence_of(refusal)) from refusal

    def validate_header_name(self, field: StringField) -> None:
        if not self.for_organisation and not field.data:
            raise ValidationError(_l("Enter the name to which the invoice is made out."))

    def validate_service_name(self, field: StringField) -> None:
        if self.for_public_body and not field.data:
            raise ValidationError(_l("Enter the name of the service that receives the invoice."))

    def validate_place_name(self, field: StringField) -> None:
        self._needed(field, _l("Enter the name of the place of delivery."))

    def validate_place_line1(self, field: StringField) -> None:
        self._needed(field, _l("Enter the street and number."))

    def validate_place_postal_code(self, field: StringField) -> None:
        self._needed(field, _l("Enter the postal code."))

    def validate_place_city(self, field: StringField) -> None:
        self._needed(field, _l("Enter the town."))

    def _needed(self, field: StringField, sentence: Any) -> None:
        if self.delivery.data == OTHER and not field.data:
            raise ValidationError(sentence)

    def parties(
        self,
        *,
        header_name: str,
        kept: dict[str, Place],
        services: Sequence[PayingService] = (),
    ) -> Parties:
        """The parties of step 3. `kept` are the places of the address book by choice, `services`
        its paying services: one that is chosen again keeps its commitment number rule.
        """
        header = self._header(header_name)
        return Parties(
            header=header,
            delivery=self._delivery(header, kept),
            contact=self._contact(),
            paying_service=self._paying_service(services),
        )

    def _contact(self) -> Contact:
        typed = (self.contact_name.data, self.contact_phone.data, self.contact_email.data or "")
        return self._saved.get(self.contact.data) or Contact(*typed)

    def _header(self, name: str) -> Place:
        return Place(
            name=name or self.header_name.data or "",
            line1=self.header_line1.data,
            line2=self.header_line2.data,
            postal_code=self.header_postal_code.data,
            city=self.header_city.data,
            country=self.header_country.data,
        )

    def _delivery(self, header: Place, kept: dict[str, Place]) -> Place:
        chosen = kept.get(self.delivery.data)
        if self.delivery.data == OTHER:
            chosen = Place(
                name=self.place_name.data,
                line1=self.place_line1.data,
                line2=self.place_line2.data,
                postal_code=self.place_postal_code.data,
                city=self.place_city.data,
                country=self.place_country.data,
                floor=self.place_floor.data or "",
                opening_hours=self.place_hours.data or "",
                call_before=self.place_call.data,
            )
        place = chosen or header
        return replace(place, instructions=self.instructions.data or place.instructions)

    def _paying_service(self, services: Sequence[PayingService]) -> PayingService | None:
        if not self.for_public_body:
            return None
        typed = self.service_name.data, self.service_code.data
        known = (one for one in services if (one.name, one.service_code) == typed)
        rule = next((one.engagement_rule for one in known), "unknown")
        return PayingService(
            name=self.service_name.data,
            service_code=self.service_code.data,
            email=self.service_email.data,
            line1=self.service_line1.data,
            postal_code=self.service_postal_code.data,
            city=self.service_city.data,
            engagement_rule=rule,
        )


class ShippingForm(ShopForm):
    """Step 4: the methods for this cart are its choices."""

    shipping = RadioField(
        _l("How should we deliver?"), [InputRequired(_l("Choose a delivery method."))]
    )
