"""The page behind the link of `comptoir open`: the account of the first administrator."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.opening.first_administrator import ensure_good, register_first_administrator
from shop.ops.clock import now
from shop.people.people import AddressTaken
from shop.people.rules import Profile
from shop.signin import signing
from shop.signin.passwords import hash_password
from shop.web.kit.guards import everybody
from shop.web.kit.once import key_required
from shop.web.kit.site import database, reading, sentence_of, settings
from shop.web.opening import blueprint
from shop.web.opening.forms import FirstAdministratorForm
from shop.web.signin.entrance import open_session


@blueprint.get("/ouverture/<token>")
@everybody
def first(token: str) -> Any:
    """Who administers the shop."""
    ensure_good(reading(), settings().secret_key, token, at=now())
    return _page(FirstAdministratorForm(), token)


@blueprint.post("/ouverture/<token>")
@everybody
@key_required
def register_first(token: str) -> Any:
    """Open the account and sign in; the second factor is set up next."""
    ensure_good(reading(), settings().secret_key, token, at=now())
    form, then = FirstAdministratorForm(), url_for(".index")
    if not form.validate_on_submit():
        return _page(form, token), 422
    hashed = hash_password(form.password.data or "")
    try:
        with database(then).transaction() as session:
            user = register_first_administrator(
                session,
                email=form.email.data or "",
                password_hash=hashed,
                profile=Profile(form.name.data or ""),
                at=now(),
            )
            signing.sign_in(session, user.id, at=now())
            open_session(session, user.id)
    except AddressTaken as refusal:
        form.email.errors = [sentence_of(refusal)]
        return _page(form, token), 422
    flash(_("Your account is open. Set up the second factor, then go on with the list."), "good")
    return redirect(then, 303)


def _page(form: FirstAdministratorForm, token: str) -> str:
    return render_template("opening/first.html", form=form, token=token)
