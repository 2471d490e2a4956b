"""The address book's pages: the head of quotes, places of delivery, paying services."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.core.errors import NotFound
from shop.core.rights import KEEP_ADDRESSES, KEEP_PAYING_SERVICES, READ
from shop.ops.clock import now
from shop.organisations import addresses
from shop.organisations.addresses import DELIVERY, PAYING_SERVICE
from shop.organisations.models import Address
from shop.web.kit.confirming import confirmation
from shop.web.kit.destinations import forget_destination
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, local_target, reading
from shop.web.kit.viewers import Viewer
from shop.web.organisations import blueprint
from shop.web.organisations.forms import DeliveryForm, HeaderForm, PayingServiceForm

KIND = {DeliveryForm: DELIVERY, PayingServiceForm: PAYING_SERVICE}


@blueprint.get("/compte/adresses")
@member_with(READ, alone=True)
def address_book() -> str:
    """All entries; members who only read see no buttons."""
    return render_template(
        "organisations/addresses.html", choices=addresses.address_choices(reading(), _person())
    )


@blueprint.route("/compte/adresses/en-tete", methods=["GET", "POST"])
@member_with(KEEP_ADDRESSES, alone=True)
def edit_header() -> Any:
    """The address at the head of quotes and invoices."""
    person = _person()
    kept = addresses.address_choices(reading(), person).header
    form = HeaderForm(obj=kept)
    if request.method != "POST":
        return render_template("organisations/header.html", form=form)
    if not form.validate():
        return render_template("organisations/header.html", form=form), 422
    with database(_then()).transaction() as session:
        addresses.set_header(
            session,
            form.place(person.organisation_name or person.name),
            by=actor(),
            at=now(),
        )
    return _kept()


@blueprint.route("/compte/adresses/livraison/nouvelle", methods=["GET", "POST"])
@member_with(KEEP_ADDRESSES, alone=True)
def new_place() -> Any:
    form = DeliveryForm()
    if request.method != "POST" or not form.validate():
        return _page(form, None)
    with database(_then()).transaction() as session:
        addresses.add_place(session, form.place(), contact=form.contact(), by=actor(), at=now())
    return _kept()


@blueprint.route("/compte/adresses/livraison/<int:address_id>", methods=["GET", "POST"])
@member_with(KEEP_ADDRESSES, alone=True)
def edit_place(address_id: int) -> Any:
    address = addresses.get_address(reading(), address_id, DELIVERY, by=actor())
    called = {f"contact_{key}": address.contact.get(key) for key in ("name", "phone", "email")}
    form = DeliveryForm(data=address.content | called)
    if request.method != "POST" or not form.validate():
        return _page(form, address)
    with database(_then()).transaction() as session:
        address = addresses.get_address(session, address_id, DELIVERY, by=actor())
        addresses.change_address(
            session, address, form.place(), contact=form.contact(), by=actor(), at=now()
        )
    return _kept()


@blueprint.route("/compte/adresses/service-de-paiement/nouveau", methods=["GET", "POST"])
@member_with(KEEP_PAYING_SERVICES)
def new_service() -> Any:
    form = PayingServiceForm()
    if request.method != "POST" or not form.validate():
        return _page(form, None)
    with database(_then()).transaction() as session:
        addresses.add_paying_service(session, form.service(), by=actor(), at=now())
    return _kept()


@blueprint.route("/compte/adresses/service-de-paiement/<int:address_id>", methods=["GET", "POST"])
@member_with(KEEP_PAYING_SERVICES)
def edit_service(address_id: int) -> Any:
    address = addresses.get_address(reading(), address_id, PAYING_SERVICE, by=actor())
    form = PayingServiceForm(data=dict(address.content))
    if request.method != "POST" or not form.validate():
        return _page(form, address)
    with database(_then()).transaction() as session:
        address = addresses.get_address(session, address_id, PAYING_SERVICE, by=actor())
        addresses.change_address(session, address, form.service(), by=actor(), at=now())
    return _kept()


@blueprint.get("/compte/adresses/livraison/<int:address_id>/retrait")
@member_with(KEEP_ADDRESSES, alone=True)
def place_removal(address_id: int) -> str:
    return _removal(_("Remove a delivery address"), address_id, DELIVERY)


@blueprint.post("/compte/adresses/livraison/<int:address_id>/retrait")
@member_with(KEEP_ADDRESSES, alone=True)
def remove_place(address_id: int) -> Any:
    return _remove(address_id, DELIVERY)


@blueprint.get("/compte/adresses/service-de-paiement/<int:address_id>/retrait")
@member_with(KEEP_PAYING_SERVICES)
def service_removal(address_id: int) -> str:
    return _removal(_("Remove a paying service"), address_id, PAYING_SERVICE)


@blueprint.post("/compte/adresses/service-de-paiement/<int:address_id>/retrait")
@member_with(KEEP_PAYING_SERVICES)
def remove_service(address_id: int) -> Any:
    return _remove(address_id, PAYING_SERVICE)


def _removal(title: str, address_id: int, kind: str) -> str:
    """Ask before an entry of the address book is removed."""
    address = addresses.get_address(reading(), address_id, kind, by=actor())
    return confirmation(
        title,
        address.content["name"],
        _("It is no longer proposed at checkout. Documents already issued keep it."),
        act=_("Remove this address"),
        back=url_for(".address_book"),
    )


def _remove(address_id: int, kind: str) -> Any:
    with database(url_for(".address_book")).transaction() as session:
        address = addresses.get_address(session, address_id, kind, by=actor())
        addresses.remove_address(session, address, by=actor(), at=now())
    forget_destination()
    flash(_("The address has been removed. Documents already issued keep it."), "good")
    return redirect(url_for(".address_book"), 303)


def _person() -> Viewer:
    person = viewer()
    if person is None:
        raise NotFound
    return person


def _page(form: DeliveryForm | PayingServiceForm, address: Address | None) -> Any:
    page = render_template(
        "organisations/address.html",
        kind=KIND[type(form)],
        form=form,
        address=address,
        next=request.args.get("next"),
    )
    return page, 422 if form.errors else 200


def _kept() -> Any:
    forget_destination()
    flash(_("The address has been saved."), "good")
    return redirect(_then(), 303)


def _then() -> str:
    """The page that asked for the address, or the address book."""
    return local_target(request.args.get("next"), url_for(".address_book"))
