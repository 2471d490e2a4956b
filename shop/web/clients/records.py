"""The parts of a client's record that have pages of their own: notes, and each section whole."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.clients.keys import Client
from shop.clients.notes import notes_about, write_note
from shop.clients.people import get_client_person
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.ops.clock import now
from shop.organisations.organisations import get_organisation
from shop.web.clients import blueprint
from shop.web.clients.forms import NoteForm
from shop.web.clients.record import client_url, record_url, values_of
from shop.web.kit.client_sections import get_section
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading


@blueprint.get("/bureau/clients/<int:organisation_id>/liste/<name>")
@staff_only(SALES, SALES_ADMIN)
def section(organisation_id: int, name: str) -> str:
    """All rows of a section of an organisation's record."""
    return _section(Client(organisation_id), name)


@blueprint.get("/bureau/clients/personnes/<int:user_id>/liste/<name>")
@staff_only(SALES, SALES_ADMIN)
def person_section(user_id: int, name: str) -> str:
    """The same of a person."""
    return _section(Client(user_id=user_id), name)


@blueprint.get("/bureau/clients/<int:organisation_id>/notes")
@staff_only(SALES, SALES_ADMIN)
def notes(organisation_id: int) -> Any:
    """All notes about an organisation, and the form of a new one."""
    return _notes(Client(organisation_id), NoteForm(formdata=None))


@blueprint.get("/bureau/clients/personnes/<int:user_id>/notes")
@staff_only(SALES, SALES_ADMIN)
def person_notes(user_id: int) -> Any:
    """The same about a person."""
    return _notes(Client(user_id=user_id), NoteForm(formdata=None))


@blueprint.post("/bureau/clients/<int:organisation_id>/notes")
@staff_only(SALES, SALES_ADMIN)
@key_required
def write_about(organisation_id: int) -> Any:
    return _write(Client(organisation_id))


@blueprint.post("/bureau/clients/personnes/<int:user_id>/notes")
@staff_only(SALES, SALES_ADMIN)
@key_required
def write_about_person(user_id: int) -> Any:
    return _write(Client(user_id=user_id))


def _write(client: Client) -> Any:
    _name_of(client)
    form, then = NoteForm(), client_url("notes", values_of(client))
    if not form.validate():
        return _notes(client, form, 422)
    try:
        with database(then).transaction() as session:
            write_note(session, client, form.text.data or "", by=actor(), at=now())
    except DomainError as refusal:
        form.say(refusal)
        return _notes(client, form, 422)
    flash(_("The note is kept."), "good")
    return redirect(then, 303)


def _section(client: Client, name: str) -> str:
    found = get_section(name)
    title = _name_of(client)
    rows = found.read(reading(), client, place_asked(), None)
    return render_template(
        "clients/section.html",
        section=found,
        rows=rows,
        query=kept(rows, back=came_from(), name=name) | values_of(client),
        **_around(client, title),
    )


def _notes(client: Client, form: NoteForm, status: int = 200) -> Any:
    title = _name_of(client)
    rows = notes_about(reading(), client, place_asked())
    html = render_template(
        "clients/notes.html",
        form=form,
        rows=rows,
        query=kept(rows, back=came_from()) | values_of(client),
        action=client_url("notes", values_of(client)),
        **_around(client, title),
    )
    return html, status


def _name_of(client: Client) -> str:
    """Raises NotFound."""
    if client.organisation_id is not None:
        return get_organisation(reading(), client.organisation_id).name
    return get_client_person(reading(), client.user_id or 0).name


def _around(client: Client, title: str) -> dict[str, Any]:
    """The way back, and the endpoints of the pages of this client."""
    whole = ".index" if client.organisation_id is not None else ".people"
    back = came_from(url_for(whole))
    return {
        "client_name": title,
        "record_url": record_url(client, came_from()),
        "back": back,
        "endpoint": request.endpoint,
    }
