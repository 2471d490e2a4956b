"""The contacts of one's organisation: the list, one of them, its removal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.core.rights import KEEP_CONTACTS, READ
from shop.ops.clock import now
from shop.organisations import contacts
from shop.organisations.models import OrganisationContact
from shop.web.kit.confirming import confirmation
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.organisations import blueprint
from shop.web.organisations.contact_forms import ContactForm


@blueprint.get("/compte/contacts")
@member_with(READ)
def contact_list() -> str:
    """By function; members who only read see no buttons."""
    return render_template(
        "organisations/contacts.html",
        contacts=contacts.contacts_of(reading(), actor().organisation_id or 0),
        functions=contacts.FUNCTIONS,
    )


@blueprint.route("/compte/contacts/nouveau", methods=["GET", "POST"])
@member_with(KEEP_CONTACTS)
def new_contact() -> Any:
    form = ContactForm()
    if request.method != "POST":
        if request.args.get("function") in contacts.FUNCTIONS:
            form.function.data = request.args["function"]
        return _page(form, None)
    if not form.validate():
        return _page(form, None)
    try:
        with database(url_for(".contact_list")).transaction() as session:
            contacts.add_contact(session, form.person(), by=actor(), at=now())
    except contacts.TooManyContacts as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(form, None)
    return _kept()


@blueprint.route("/compte/contacts/<int:contact_id>", methods=["GET", "POST"])
@member_with(KEEP_CONTACTS)
def edit_contact(contact_id: int) -> Any:
    contact = contacts.get_contact(reading(), contact_id, by=actor())
    form = ContactForm(obj=contact)
    if request.method != "POST" or not form.validate():
        return _page(form, contact)
    with database(url_for(".contact_list")).transaction() as session:
        contact = contacts.get_contact(session, contact_id, by=actor())
        contacts.change_contact(session, contact, form.person(), by=actor(), at=now())
    return _kept()


@blueprint.get("/compte/contacts/<int:contact_id>/retrait")
@member_with(KEEP_CONTACTS)
def contact_removal(contact_id: int) -> str:
    """Ask before a contact is removed."""
    return confirmation(
        _("Remove a contact"),
        contacts.get_contact(reading(), contact_id, by=actor()).name,
        _("They are no longer proposed. Documents already issued keep them."),
        act=_("Remove this contact"),
        back=url_for(".contact_list"),
    )


@blueprint.post("/compte/contacts/<int:contact_id>/retrait")
@member_with(KEEP_CONTACTS)
def remove_contact(contact_id: int) -> Any:
    then = url_for(".contact_list")
    with database(then).transaction() as session:
        contact = contacts.get_contact(session, contact_id, by=actor())
        contacts.remove_contact(session, contact, by=actor(), at=now())
    flash(_("The contact has been removed."), "good")
    return redirect(then, 303)


def _page(form: ContactForm, contact: OrganisationContact | None) -> Any:
    html = render_template("organisations/contact.html", form=form, contact=contact)
    return html, 422 if form.errors else 200


def _kept() -> Any:
    flash(_("The contact has been saved."), "good")
    return redirect(url_for(".contact_list"), 303)
