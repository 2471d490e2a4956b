"""Step 3 and the address book: the initial data of the form, and the places it may choose."""

from collections.abc import Iterator

from sqlalchemy.orm import Session
from wtforms.validators import ValidationError

from checkout.drafts.drafts import CheckoutState
from checkout.web.steps.forms import OTHER, SAME, AddressesForm
from shop.core.parties import Contact, Parties, PayingService, Place
from shop.core.sales import PICK_UP
from shop.organisations.addresses import AddressChoices, address_choices
from shop.organisations.contacts import callable_contacts_of
from shop.register.rules import Nature
from shop.web.kit.viewers import Viewer


def places_of(
    form: AddressesForm, state: CheckoutState, session: Session, person: Viewer | None
) -> dict[str, Place]:
    """Offer the places of the address book in the form; returns them by choice.

    Another person's place is not a choice, so it cannot be forged.
    """
    form.for_organisation = person is not None and person.organisation_id is not None
    nature = person.nature if person is not None else None
    form.for_public_body = nature is not None and nature is not Nature.PRIVATE
    book = _book(session, person)
    kept = {f"book-{choice.id}": choice.place for choice in book.delivery} if book else {}
    form.offer_places(kept)
    form.offer_contacts(_saved_contacts(session, person, book))
    form.known_towns = frozenset(_known_towns(state.parties, book))
    return kept


def _saved_contacts(
    session: Session, person: Viewer | None, book: AddressChoices | None
) -> dict[str, Contact]:
    """The contacts that the organisation saved, and those of its places of delivery, each once."""
    found: dict[str, Contact] = {}
    if person is not None and person.organisation_id is not None:
        for one in callable_contacts_of(session, person.organisation_id):
            found[f"contact-{one.id}"] = Contact(one.name, one.phone, one.email)
    for choice in book.delivery if book else ():
        if choice.contact is not None and choice.contact.phone:
            found[f"place-{choice.id}"] = choice.contact
    first = {contact: key for key, contact in reversed(found.items())}
    return {key: contact for key, contact in found.items() if first[contact] == key}


def _known_towns(parties: Parties | None, book: AddressChoices | None) -> Iterator[str]:
    """The postal codes with their towns of this checkout, and of the address book's header."""
    known = [parties.header, parties.delivery] if parties else []
    if book is not None and book.header is not None:
        known.append(book.header)
    return (f"{place.postal_code} {place.city}" for place in known)


def fill_in(
    form: AddressesForm, state: CheckoutState, session: Session, person: Viewer | None
) -> None:
    """The data entered before, else the proposal of the address book. The name on the invoice is
    empty where it is the contact's.
    """
    _fill_in(form, state, session, person)
    if form.header_name.data == form.contact_name.data:
        form.header_name.data = ""


def _fill_in(
    form: AddressesForm, state: CheckoutState, session: Session, person: Viewer | None
) -> None:
    kept = places_of(form, state, session, person)
    if state.parties is not None:
        _from_parties(form, state.parties, kept)
        form.title.data = state.draft.title if state.draft else ""
        if state.draft is not None and state.draft.shipping == PICK_UP:
            form.delivery.data = PICK_UP
        else:
            _warn(form, state.parties.delivery)
        return
    book = _book(session, person)
    if book is None:
        form.contact_email.data = state.email
        return
    _put_header(form, book.header)
    _put_service(form, book.paying_service)
    _put_contact(form, book.contact)
    if kept:
        form.delivery.data = next(iter(kept))
        first = book.delivery[0]
        form.instructions.data = first.place.instructions
        if first.contact is not None:
            _put_contact(form, first.contact)


def _warn(form: AddressesForm, place: Place) -> None:
    """A place of an older checkout that the shop does not deliver to is told at once."""
    try:
        form.check_served(place)
    except ValidationError as fault:
        form.delivery.errors = [str(fault)]


def services_of(session: Session, person: Viewer | None) -> list[PayingService]:
    """The paying services of the buyer's address book."""
    book = _book(session, person)
    return [choice.service for choice in book.paying_services] if book else []


def _book(session: Session, person: Viewer | None) -> AddressChoices | None:
    return None if person is None else address_choices(session, person)


def _from_parties(form: AddressesForm, parties: Parties, kept: dict[str, Place]) -> None:
    _put_header(form, parties.header)
    _put_service(form, parties.paying_service)
    _put_contact(form, parties.contact)
    place = parties.delivery
    form.instructions.data = place.instructions
    if place.lines == parties.header.lines and place.name == parties.header.name:
        form.delivery.data = SAME
        return
    for key, known in kept.items():
        if (known.name, known.lines) == (place.name, place.lines):
            form.delivery.data = key
            return
    form.delivery.data = OTHER
    form.place_name.data, form.place_line1.data = place.name, place.line1
    form.place_line2.data, form.place_city.data = place.line2, place.city
    form.place_postal_code.data, form.place_floor.data = place.postal_code, place.floor
    form.place_country.data = place.country
    form.place_hours.data, form.place_call.data = place.opening_hours, place.call_before


def _put_header(form: AddressesForm, header: Place | None) -> None:
    if header is None:
        return
    form.header_name.data, form.header_line1.data = header.name, header.line1
    form.header_line2.data, form.header_city.data = header.line2, header.city
    form.header_postal_code.data, form.header_country.data = header.postal_code, header.country


def _put_service(form: AddressesForm, service: PayingService | None) -> None:
    if service is None:
        return
    form.service_name.data, form.service_code.data = service.name, service.service_code
    form.service_email.data, form.service_line1.data = service.email, service.line1
    form.service_postal_code.data, form.service_city.data = service.postal_code, service.city


def _put_contact(form: AddressesForm, contact: Contact) -> None:
    form.contact_name.data, form.contact_phone.data = contact.name, contact.phone
    form.contact_email.data = contact.email
