"""Signing in and out."""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import logout_user

from shop.ops.clock import now
from shop.signin import signing
from shop.web.kit.ended import leave
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, language, local_target
from shop.web.people.forms import SignInForm
from shop.web.signin import blueprint
from shop.web.signin.password_step import try_to_sign_in


@blueprint.get("/connexion")
@everybody
def sign_in() -> Any:
    if viewer():
        return redirect(local_target(request.args.get("next"), url_for("people.overview")), 303)
    return _sign_in_page(SignInForm())


@blueprint.post("/connexion")
@everybody
@repeatable("a second sign-in opens the same browser")
def enter() -> Any:
    form, then = SignInForm(), request.args.get("next")
    where = try_to_sign_in(form, then)
    return (_sign_in_page(form), 422) if where is None else redirect(where, 303)


def _sign_in_page(form: SignInForm) -> str:
    return render_template("signin/sign_in.html", form=form, next=request.args.get("next"))


@blueprint.post("/deconnexion")
@everybody
@repeatable("nobody signs out twice")
def sign_out() -> Any:
    person = viewer()
    if person:
        with database().transaction() as write:
            signing.sign_out(write, person.session_id, by=actor(), at=now())
        chosen = language()
        logout_user()
        session.clear()
        session["language"] = chosen
        leave(person.secret)
        flash(_("You are signed out."), "info")
    return redirect(url_for("catalogue.home"), 303)
