"""The account page, and the person's own details."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.people import people
from shop.web.kit.desk import shelves_of
from shop.web.kit.guards import signed_in
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, reading
from shop.web.kit.viewers import Viewer
from shop.web.people import blueprint
from shop.web.people.forms import ProfileForm
from shop.web.people.overview import account_of


@blueprint.get("/compte")
@signed_in
def overview() -> Any:
    person = viewer()
    if person is None:
        raise NotFound
    return account_page(person)


def account_page(person: Viewer, *, letter_fault: str = "") -> str:
    """The account of a person; `letter_fault` is what is wrong with a letter that they sent."""
    account = account_of(reading(), person)
    shelves = [] if person.is_staff else shelves_of(reading(), person, now())
    return render_template(
        "people/overview.html", account=account, shelves=shelves, letter_fault=letter_fault
    )


@blueprint.get("/compte/coordonnees")
@signed_in
def profile() -> Any:
    return render_template("people/profile.html", form=ProfileForm(obj=viewer()))


@blueprint.post("/compte/coordonnees")
@signed_in
def change_profile() -> Any:
    form = ProfileForm()
    if not form.validate():
        return render_template("people/profile.html", form=form), 422
    by = actor()
    then = url_for("people.overview")
    with database(then).transaction() as write:
        user = people.get_person(write, by.user_id or 0)
        people.change_person(write, user, form.profile(), by=by, at=now())
    session["language"] = form.language.data
    flash(_("Your details have been saved."), "good")
    return redirect(then, 303)
