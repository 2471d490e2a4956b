"""The buyer's side of his organisation: registering it, its address book, asking again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.accounts.guards import signed_in
from shop.accounts.sessions import Viewer, actor, viewer
from shop.dossiers.parties import Contact, PayingService, Place
from shop.ground.clock import now
from shop.ground.errors import NotFound
from shop.ground.web import database, local_target, reading
from shop.organisations import addresses, organisations, registration, verification
from shop.organisations.addresses import DELIVERY, PAYING_SERVICE
from shop.organisations.forms import (
    COMPANY,
    DeliveryForm,
    HeaderForm,
    OrganisationForm,
    PayingServiceForm,
)
from shop.organisations.models import Address
from shop.organisations.siret import grouped

room = Blueprint("organisations", __name__, url_prefix="/account")

Form = DeliveryForm | PayingServiceForm


@room.get("/organisation")
@signed_in
def register() -> Any:
    return render_template("organisations/register.html", form=OrganisationForm())


@room.post("/organisation")
@signed_in
def add_organisation() -> Any:
    form = OrganisationForm()
    if not form.validate():
        return render_template("organisations/register.html", form=form), 422
    with database().transaction() as session:
        registration.register_organisation(
            session,
            siret=form.siret.data or "",
            name=form.organisation.data or "",
            declared_private=form.buys_for.data == COMPANY,
            by=actor(),
            at=now(),
        )
    flash(_("Your organisation is registered."), "good")
    return redirect(url_for("accounts.overview"), 303)


@room.post("/organisation/verification")
@signed_in
def ask_again() -> Any:
    by = actor()
    if by.organisation_id is None:
        raise NotFound
    with database().transaction() as session:
        organisation = organisations.get_organisation(session, by.organisation_id, lock=True)
        verification.ask_again(session, organisation, by=by, at=now())
    flash(_("We look at it again and write to you."), "good")
    return redirect(url_for("accounts.overview"), 303)


@room.get("/addresses")
@signed_in
def address_book() -> str:
    return render_template(
        "organisations/addresses.html", choices=addresses.address_choices(reading(), _person())
    )


@room.route("/addresses/header", methods=["GET", "POST"])
@signed_in
def header() -> Any:
    """The address at the head of quotes and invoices."""
    person = _person()
    kept = addresses.address_choices(reading(), person).header
    form = HeaderForm(obj=kept)
    if request.method != "POST":
        return render_template("organisations/header.html", form=form)
    if not form.validate():
        return render_template("organisations/header.html", form=form), 422
    with database().transaction() as session:
        addresses.set_header(
            session,
            form.place(person.organisation_name or person.name),
            by=actor(),
            at=now(),
        )
    return _kept()


@room.route("/addresses/<any(delivery, paying_service):kind>/new", methods=["GET", "POST"])
@signed_in
def new_address(kind: str) -> Any:
    form = _form(kind)
    if request.method != "POST" or not form.validate():
        return _address_page(kind, form, None)
    with database().transaction() as session:
        if isinstance(form, DeliveryForm):
            addresses.add_place(session, form.place(), contact=form.contact(), by=actor(), at=now())
        else:
            addresses.add_paying_service(session, form.service(), by=actor(), at=now())
    return _kept()


@room.route("/addresses/<int:address_id>", methods=["GET", "POST"])
@signed_in
def edit_address(address_id: int) -> Any:
    address = addresses.get_address(reading(), address_id, by=actor())
    form = _form(address.kind, address)
    if request.method != "POST" or not form.validate():
        return _address_page(address.kind, form, address)
    with database().transaction() as session:
        address = addresses.get_address(session, address_id, by=actor())
        content, contact = _content(form)
        addresses.change_address(session, address, content, contact=contact, by=actor(), at=now())
    return _kept()


@room.post("/addresses/<int:address_id>/removed")
@signed_in
def remove_address(address_id: int) -> Any:
    with database().transaction() as session:
        address = addresses.get_address(session, address_id, by=actor())
        addresses.remove_address(session, address, by=actor(), at=now())
    flash(_("The address is removed. Papers already issued keep it."), "good")
    return redirect(url_for("organisations.address_book"), 303)


def _person() -> Viewer:
    person = viewer()
    if person is None:
        raise NotFound
    return person


def _content(form: Form) -> tuple[Place | PayingService, Contact | None]:
    if isinstance(form, DeliveryForm):
        return form.place(), form.contact()
    return form.service(), None


def _form(kind: str, address: Address | None = None) -> Form:
    """The form of a kind of address, filled with what is kept of it."""
    kept: dict[str, Any] = dict(address.content) if address else {}
    if kind == DELIVERY:
        contact = address.contact if address else {}
        kept |= {"contact_name": contact.get("name"), "contact_phone": contact.get("phone")}
        return DeliveryForm(data=kept)
    if kind == PAYING_SERVICE:
        return PayingServiceForm(data=kept)
    raise NotFound


def _address_page(kind: str, form: Form, address: Address | None) -> Any:
    page = render_template(
        "organisations/address.html",
        kind=kind,
        form=form,
        address=address,
        next=request.args.get("next"),
    )
    return page, 422 if form.errors else 200


def _kept() -> Any:
    flash(_("The address is kept."), "good")
    back = url_for("organisations.address_book")
    return redirect(local_target(request.args.get("next"), back), 303)


@room.app_template_filter("grouped")
def _grouped(number: str) -> str:
    """« 216 100 404 00017 »."""
    return grouped(number)
