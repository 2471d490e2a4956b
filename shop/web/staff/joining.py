"""The page behind the link of an invitation: the person chooses their password."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.ops.clock import now
from shop.people.links import DeadLink, Purpose
from shop.people.models import User
from shop.signin import signing
from shop.signin.passwords import hash_password
from shop.staff.rules import names_of
from shop.staff.staff import join_staff
from shop.web.kit.guards import everybody
from shop.web.kit.invitation_over import invitation_over
from shop.web.kit.once import key_required
from shop.web.kit.site import database, reading
from shop.web.people.registration import links
from shop.web.signin.entrance import open_session
from shop.web.staff import blueprint
from shop.web.staff.forms import JoinForm


@blueprint.get("/equipe/invitation/<token>")
@everybody
def joining(token: str) -> Any:
    """Who invites, and the password: mail servers open links too, but send no form."""
    try:
        user = links().read(reading(), Purpose.JOIN_STAFF, token, at=now()).user
    except DeadLink as refusal:
        return invitation_over(refusal)
    return _page(user, _form(user), token)


@blueprint.post("/equipe/invitation/<token>")
@everybody
@key_required
def join(token: str) -> Any:
    """Open the account and sign in; the second factor is set up next."""
    then = url_for("signin.second_factor")
    try:
        user = links().read(reading(), Purpose.JOIN_STAFF, token, at=now()).user
        form = _form(user)
        if not form.validate_on_submit():
            return _page(user, form, token, 422)
        hashed = hash_password(form.password.data or "")
        with database(then).transaction() as session:
            held = links().read(session, Purpose.JOIN_STAFF, token, at=now(), lock=True).user
            join_staff(session, held, password_hash=hashed, at=now())
            signing.sign_in(session, held.id, at=now())
            open_session(session, held.id)
    except DeadLink as refusal:
        return invitation_over(refusal)
    flash(_("Your account is open. Set up the second factor next."), "good")
    return redirect(then, 303)


def _form(user: User) -> JoinForm:
    return JoinForm((user.name, user.email))


def _page(user: User, form: JoinForm, token: str, status: int = 200) -> Any:
    roles = names_of(user.staff_roles)
    html = render_template("staff/join.html", user=user, form=form, token=token, roles=roles)
    return html, status
