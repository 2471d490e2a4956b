"""Signing in and out, and the account page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import logout_user

from shop.accounts import people
from shop.accounts.awaited_code import expects_code
from shop.accounts.entrance import check_password, home_of, let_in
from shop.accounts.forms import ProfileForm, SignInForm
from shop.accounts.guards import everybody, signed_in
from shop.accounts.overview import account_of
from shop.accounts.registration_pages import write_again
from shop.accounts.sessions import actor, viewer
from shop.ground.clock import now
from shop.ground.errors import NotFound
from shop.ground.web import database, language, local_target, reading, sentence_of

room = Blueprint("accounts", __name__)


@room.get("/sign-in")
@everybody
def sign_in() -> Any:
    if viewer():
        return redirect(local_target(request.args.get("next"), url_for("accounts.overview")), 303)
    return _sign_in_page(SignInForm())


@room.post("/sign-in")
@everybody
def enter() -> Any:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        user_id = check_password(form.email.data or "", form.password.data or "")
    except people.WrongCredentials as refusal:
        write_again(refusal)
        form.form_errors.append(sentence_of(refusal))
        return _sign_in_page(form), 422
    if expects_code(user_id, at=now()):
        return redirect(url_for("second_step.ask", next=request.args.get("next")), 303)
    let_in(user_id)
    return redirect(local_target(request.args.get("next"), home_of()), 303)


def _sign_in_page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form, next=request.args.get("next"))


@room.post("/sign-out")
@everybody
def sign_out() -> Any:
    person = viewer()
    if person:
        with database().transaction() as write:
            people.sign_out(write, person.session_id, by=actor(), at=now())
        chosen = language()
        logout_user()
        session.clear()
        session["language"] = chosen
        flash(_("You are signed out."), "info")
    return redirect(url_for("catalogue.home"), 303)


@room.get("/account")
@signed_in
def overview() -> Any:
    person = viewer()
    if person is None:
        raise NotFound
    return render_template("accounts/overview.html", account=account_of(reading(), person))


@room.get("/account/profile")
@signed_in
def profile() -> Any:
    return render_template("accounts/profile.html", form=ProfileForm(obj=viewer()))


@room.post("/account/profile")
@signed_in
def change_profile() -> Any:
    form = ProfileForm()
    if not form.validate():
        return render_template("accounts/profile.html", form=form), 422
    by = actor()
    with database().transaction() as write:
        user = people.get_person(write, by.user_id or 0)
        people.change_person(
            write,
            user,
            name=form.name.data or "",
            phone=form.phone.data or "",
            function=form.function.data or "",
            language=form.language.data,
            by=by,
            at=now(),
        )
    session["language"] = form.language.data
    flash(_("Your details are changed."), "good")
    return redirect(url_for("accounts.overview"), 303)
