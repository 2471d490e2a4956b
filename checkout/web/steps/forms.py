"""The forms of steps 2 to 4. They check the format and return values of the domain."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from shop.core.parties import Contact, Parties, PayingService, Place
from shop.core.sales import PICK_UP
from shop.places.rules import PlaceNotServed
from shop.web.kit.addresses import (
    FRENCH_CODE,
    checked_town,
    country_field,
    french_postal_code_field,
    postal_code_field,
)
from shop.web.kit.fields import (
    address_line,
    checked_email,
    email,
    likely_domain,
    phone,
    service_code,
    town,
    words,
)
from shop.web.kit.forms import ShopForm
from shop.web.kit.site import sentence_of
from shop.web.kit.tariff import tariff_today

SAME, OTHER = "same", "other"


def only_if(asked: Callable[[Any], bool], missing: Any = None) -> Callable[[Any, Any], None]:
    """A rule for a field that is asked under a condition: what is typed there otherwise does not
    count, and is required with the sentence `missing` where it is asked.
    """

    def check(form: Any, field: Any) -> None:
        if not asked(form) or not (field.data or missing):
            field.errors = []
            raise StopValidation
        if not field.data:
            raise StopValidation(missing)

    return check


def elsewhere(form: Any) -> bool:
    """Goods are delivered to a place that is not in the address book."""
    return bool(form.delivery.data == OTHER)


def named_below(form: Any) -> bool:
    """The contact person is not a saved one."""
    return not form.contact.data


def by_a_public_body(form: Any) -> bool:
    """The buyer may be a public body, which has a paying service."""
    return bool(form.for_public_body)


def by_a_person(form: Any) -> bool:
    """The buyer is nobody's member: the invoice bears their name."""
    return not form.for_organisation


class GuestForm(ShopForm):
    """Step 2 without an account."""

    email = email(
        _l("E-mail address"),
        missing=_l("Enter your e-mail address: the confirmation is sent there."),
        hint=_l("The confirmation and the invoice are sent there."),
        rule=likely_domain,
    )
    email_checked = checked_email()


class AddressesForm(ShopForm):
    """Step 3, in the order of its page. `delivery` chooses the header itself, an entry of the
    address book, another address, or the collection at the shop, which needs none.
    """

    #: A saved contact by its key; empty for the person named below it.
    contact = SelectField(_l("Contact person of this purchase"), default="", choices=[])
    contact_name = words(
        _l("First and last name"),
        rule=only_if(named_below, _l("Enter the name of a contact person.")),
    )
    contact_phone = phone(
        _l("Telephone"),
        optional=True,
        rule=only_if(
            named_below,
            _l(
                "Enter the contact person's telephone number: a delivery cannot be arranged "
                "without it."
            ),
        ),
        hint=_l("The carrier calls this number before delivering"),
    )
    contact_email = email(
        _l("E-mail address of the contact person"),
        required=False,
        hint=_l("It is printed with their name on the quote and on the delivery note."),
    )

    header_name = address_line(
        _l("Name on the invoice, if it is another one"), rule=only_if(by_a_person)
    )
    header_line1 = address_line(_l("Address"), missing=_l("Enter the street and number."))
    header_line2 = address_line(_l("Building, service"))
    header_country = country_field()
    header_postal_code = postal_code_field(_l("Postal code"))
    header_city = town(missing=_l("Enter the town."))
    header_checked = checked_town()

    delivery = RadioField(_l("Where should we deliver?"), default=SAME)
    place_name = address_line(
        _l("Place name"), rule=only_if(elsewhere, _l("Enter the name of the place of delivery."))
    )
    place_line1 = address_line(
        _l("Address"), rule=only_if(elsewhere, _l("Enter the street and number."))
    )
    place_line2 = address_line(_l("Building, entrance"), rule=only_if(elsewhere))
    place_country = country_field()
    place_postal_code = postal_code_field(_l("Postal code"), rule=only_if(elsewhere, FRENCH_CODE))
    place_city = town(rule=only_if(elsewhere, _l("Enter the town.")))
    place_checked = checked_town()
    place_floor = words(_l("Floor"), most=60, rule=only_if(elsewhere))
    place_hours = words(_l("Opening hours"), most=120, rule=only_if(elsewhere))
    place_call = BooleanField(_l("The carrier calls before delivering"))
    instructions = words(_l("Instructions for the carrier"), most=300)

    service_name = address_line(
        _l("Service"),
        rule=only_if(
            by_a_public_body, _l("Enter the name of the service that receives the invoice.")
        ),
    )
    service_code = service_code(_l("Service code"), hint=_l("As in the Chorus Pro directory."))
    service_email = email(_l("E-mail address of the service"), required=False)
    service_line1 = address_line(_l("Postal address of the service"))
    service_postal_code = french_postal_code_field(_l("Postal code"))
    service_city = town()

    title = words(
        _l("Subject"),
        most=200,
        hint=_l("For your own reference; it is shown at the top of your file."),
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
            (PICK_UP, _l("Nowhere: I collect the goods from the shop")),
        ]

    def offer_contacts(self, saved: dict[str, Contact]) -> None:
        """The choices of the contact person: the one named in the form, and those saved."""
        self._saved = saved
        self.contact.choices = [
            ("", _l("The person named below")),
            *((key, ", ".join(one.lines)) for key, one in saved.items()),
        ]

    @property
    def is_pick_up(self) -> bool:
        """The goods are collected: no place of delivery is needed."""
        return bool(self.delivery.data == PICK_UP)

    def validate_delivery(self, _field: RadioField) -> None:
        """The shop delivers there; an address that is not complete is told first."""
        place = self._delivery(self._header(""), self._kept)
        if place.line1 and place.postal_code and place.city and not self.is_pick_up:
            self.check_served(place)

    def check_served(self, place: Place) -> None:
        """Say where the shop does not deliver. Raises ValidationError."""
        try:
            tariff_today().ensure_served(place)
        except PlaceNotServed as refusal:
            self.not_served = True
            raise ValidationError(sentence_of(refusal)) from refusal

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
        typed = self.contact_name.data, self.contact_phone.data, self.contact_email.data
        return self._saved.get(self.contact.data) or Contact(*(one or "" for one in typed))

    def _header(self, name: str) -> Place:
        return Place(
            name=name or self.header_name.data or self._contact().name,
            line1=self.header_line1.data or "",
            line2=self.header_line2.data or "",
            postal_code=self.header_postal_code.data or "",
            city=self.header_city.data or "",
            country=self.header_country.data,
        )

    def _delivery(self, header: Place, kept: dict[str, Place]) -> Place:
        chosen = kept.get(self.delivery.data)
        if self.delivery.data == OTHER:
            chosen = Place(
                name=self.place_name.data or "",
                line1=self.place_line1.data or "",
                line2=self.place_line2.data or "",
                postal_code=self.place_postal_code.data or "",
                city=self.place_city.data or "",
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
        typed = self.service_name.data or "", self.service_code.data or ""
        known = (one for one in services if (one.name, one.service_code) == typed)
        rule = next((one.engagement_rule for one in known), "unknown")
        return PayingService(
            name=self.service_name.data or "",
            service_code=self.service_code.data or "",
            email=self.service_email.data or "",
            line1=self.service_line1.data or "",
            postal_code=self.service_postal_code.data or "",
            city=self.service_city.data or "",
            engagement_rule=rule,
        )


class ShippingForm(ShopForm):
    """Step 4: the methods for this cart are its choices."""

    shipping = RadioField(
        _l("How should we deliver?"), [InputRequired(_l("Choose a delivery method."))]
    )
