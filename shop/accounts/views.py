"""Signing in and out, registering, and the account page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import logout_user
from sqlalchemy.orm import Session

from shop.accounts import people
from shop.accounts.entrance import check_password, home_of, let_in, open_session
from shop.accounts.forms import ProfileForm, RegisterForm, SignInForm
from shop.accounts.guards import everybody, signed_in
from shop.accounts.overview import account_of
from shop.accounts.passwords import hash_password
from shop.accounts.pending import expects_code
from shop.accounts.sessions import actor, viewer
from shop.ground.clock import now
from shop.ground.errors import NotFound
from shop.ground.web import database, language, local_target, reading, sentence_of
from shop.organisations.forms import BODY, COMPANY
from shop.organisations.registration import register_organisation

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


@room.get("/register")
@everybody
def register() -> Any:
    if viewer():
        return redirect(url_for("accounts.overview"), 303)
    form = RegisterForm()
    if request.args.get("for") in (BODY, COMPANY):
        form.buys_for.data = request.args["for"]
    return _register_page(form)


@room.post("/register")
@everybody
def open_account() -> Any:
    form = RegisterForm()
    if not form.validate():
        return _register_page(form), 422
    hashed = hash_password(form.password.data or "")
    try:
        with database().transaction() as write:
            user_id = _register(write, form, hashed)
            open_session(write, user_id)
    except people.AddressTaken as refusal:
        return _enter_own_account(form, refusal)
    flash(_("Your account is open."), "good")
    return redirect(local_target(request.args.get("next"), url_for("accounts.overview")), 303)


def _enter_own_account(form: RegisterForm, refusal: people.AddressTaken) -> Any:
    """The address has an account. Who gives its password, by a second click on the button or
    because he forgot that he had registered, is in; anybody else is told to sign in."""
    try:
        let_in(check_password(form.email.data or "", form.password.data or ""))
    except people.WrongCredentials:
        form.email.errors = [*form.email.errors, sentence_of(refusal)]
        return _register_page(form), 422
    if viewer():
        flash(_("You had an account: you are signed in."), "good")
    return redirect(local_target(request.args.get("next"), home_of()), 303)


def _register(write: Session, form: RegisterForm, hashed: str) -> int:
    user = people.register_person(
        write,
        email=form.email.data or "",
        password_hash=hashed,
        name=form.name.data or "",
        phone=form.phone.data or "",
        function=form.function.data or "",
        language=language(),
        at=now(),
    )
    if form.has_organisation:
        register_organisation(
            write,
            siret=form.siret.data or "",
            name=form.organisation.data or "",
            declared_private=form.buys_for.data == COMPANY,
            by=people.actor_of(user),
            at=now(),
        )
    return user.id


def _register_page(form: RegisterForm) -> str:
    return render_template("accounts/register.html", form=form, next=request.args.get("next"))


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
