"""The pages of a forgotten password, of a new one, and of another e-mail address."""

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.people import people
from shop.people.links import DeadLink, Purpose, SpentLink
from shop.people.models import User
from shop.signin import attempts, credentials
from shop.signin.passwords import hash_password
from shop.verification.left_domain import note_new_email
from shop.web.kit.guards import everybody, signed_in
from shop.web.kit.once import SentBefore
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.viewers import Viewer
from shop.web.people.forms import AddressForm, ChangePasswordForm, NewEmailForm, NewPasswordForm
from shop.web.people.registration import links
from shop.web.signin import blueprint
from shop.web.signin.entrance import attempt_on, ensure_may_try, remember_browser
from shop.web.signin.own_password import WrongPassword, ensure_own_password


@blueprint.get("/mot-de-passe-oublie")
@everybody
def forgotten_password() -> str:
    return _forgotten_page(AddressForm())


@blueprint.post("/mot-de-passe-oublie")
@everybody
def ask_new_password() -> Any:
    """One answer, whether the address has an account or not, and however often the form is sent."""
    form = AddressForm()
    if not form.validate():
        return _forgotten_page(form), 422
    email = form.email.data or ""
    attempt = attempt_on(email, kind=attempts.EMAIL)
    ensure_may_try(attempt)
    with suppress(SentBefore), database().transaction() as write:
        attempts.note(write, attempt, at=now())
        credentials.ask_new_password(write, email, links=links(), at=now())
    return render_template("signin/forgotten_written.html", email=email)


@blueprint.get("/nouveau-mot-de-passe/<token>")
@everybody
def new_password(token: str) -> Any:
    try:
        user = links().read(reading(), Purpose.NEW_PASSWORD, token, at=now()).user
    except DeadLink as refusal:
        return _dead_password_link(refusal)
    return _new_password_page(NewPasswordForm(_about(user)), user, token)


@blueprint.post("/nouveau-mot-de-passe/<token>")
@everybody
def set_new_password(token: str) -> Any:
    then = url_for("signin.sign_in")
    try:
        user = links().read(reading(), Purpose.NEW_PASSWORD, token, at=now()).user
        form = NewPasswordForm(_about(user))
        if not form.validate():
            return _new_password_page(form, user, token), 422
        hashed = hash_password(form.password.data or "")
        with database(then).transaction() as write:
            held = links().read(write, Purpose.NEW_PASSWORD, token, at=now(), lock=True).user
            credentials.set_new_password(write, held, password_hash=hashed, at=now())
            attempts.forget(write, attempt_on(held.email))
    except DeadLink as refusal:
        return _dead_password_link(refusal)
    flash(_("Your password has been changed. Sign in with the new one."), "good")
    return redirect(then, 303)


@blueprint.get("/compte/mot-de-passe")
@signed_in
def password() -> str:
    return _password_page(ChangePasswordForm(_about(_person())))


@blueprint.post("/compte/mot-de-passe")
@signed_in
def change_password() -> Any:
    person = _person()
    form = ChangePasswordForm(_about(person))
    if not form.validate():
        return _password_page(form), 422
    try:
        ensure_own_password(form.present.data or "")
    except WrongPassword as refusal:
        form.present.errors = [sentence_of(refusal)]
        return _password_page(form), 422
    hashed = hash_password(form.password.data or "")
    then = url_for("people.overview")
    with database(then).transaction() as write:
        credentials.change_password(
            write,
            people.get_person(write, person.user_id),
            password_hash=hashed,
            this_session=person.session_id,
            by=actor(),
            at=now(),
        )
    flash(_("Your password has been changed; you are signed out everywhere else."), "good")
    return redirect(then, 303)


@blueprint.get("/compte/adresse-electronique")
@signed_in
def email() -> str:
    return _email_page(NewEmailForm())


@blueprint.post("/compte/adresse-electronique")
@signed_in
def ask_new_email() -> Any:
    """One answer, whether the new address has an account or not."""
    form = NewEmailForm()
    if not form.validate():
        return _email_page(form), 422
    try:
        ensure_own_password(form.password.data or "")
    except WrongPassword as refusal:
        form.password.errors = [sentence_of(refusal)]
        return _email_page(form), 422
    wanted = form.email.data or ""
    attempt = attempt_on(wanted, kind=attempts.EMAIL)
    ensure_may_try(attempt)
    then = url_for("people.overview")
    try:
        with database(then).transaction() as write:
            attempts.note(write, attempt, at=now())
            user = people.get_person(write, _person().user_id)
            credentials.ask_new_email(write, user, wanted, links=links(), by=actor(), at=now())
    except credentials.SameAddress as refusal:
        form.email.errors = [sentence_of(refusal)]
        return _email_page(form), 422
    flash(
        _(
            "We have sent an e-mail to %(email)s: open its link within a day, while signed in "
            "here. Until then your address does not change.",
            email=wanted,
        ),
        "info",
    )
    return redirect(then, 303)


@blueprint.get("/compte/adresse-electronique/<token>")
@signed_in
def new_email(token: str) -> Any:
    """A page with one button, as for every link of an e-mail."""
    try:
        opened = links().read(reading(), Purpose.NEW_EMAIL, token, at=now())
        _ensure_own(opened.user)
    except DeadLink as refusal:
        return _dead_email_link(refusal)
    return render_template("signin/new_email.html", email=opened.email, token=token)


@blueprint.post("/compte/adresse-electronique/<token>")
@signed_in
def change_email(token: str) -> Any:
    then = url_for("people.overview")
    try:
        with database(then).transaction() as write:
            opened = links().read(write, Purpose.NEW_EMAIL, token, at=now(), lock=True)
            _ensure_own(opened.user)
            before = opened.user.email
            credentials.change_email(write, opened.user, opened.email, by=actor(), at=now())
            note_new_email(write, opened.user, before, by=actor(), at=now())
        remember_browser(opened.email)
    except DeadLink as refusal:
        return _dead_email_link(refusal)
    flash(_("Your e-mail address is now %(email)s.", email=opened.email), "good")
    return redirect(then, 303)


def _ensure_own(user: User) -> None:
    """The link of another account is not valid in this one. Raises SpentLink."""
    if user.id != _person().user_id:
        raise SpentLink


def _person() -> Viewer:
    person = viewer()
    if person is None:
        raise NotFound
    return person


def _about(person: User | Viewer) -> tuple[str, ...]:
    """Words known about a person, not allowed as their password."""
    organisation = person.organisation_name if isinstance(person, Viewer) else None
    return (person.name, person.email, organisation or "")


def _forgotten_page(form: AddressForm) -> str:
    if request.method != "POST":
        form.email.data = request.args.get("email", "")
    return render_template("signin/forgotten.html", form=form, sentence=None)


def _dead_password_link(refusal: DeadLink) -> Any:
    form = AddressForm(formdata=None)
    page = render_template("signin/forgotten.html", form=form, sentence=sentence_of(refusal))
    return page, refusal.status


def _dead_email_link(refusal: DeadLink) -> Any:
    form = NewEmailForm(formdata=None)
    page = render_template("signin/email.html", form=form, sentence=sentence_of(refusal))
    return page, refusal.status


def _new_password_page(form: NewPasswordForm, user: User, token: str) -> str:
    return render_template("signin/new_password.html", form=form, email=user.email, token=token)


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("signin/password.html", form=form)


def _email_page(form: NewEmailForm) -> str:
    return render_template("signin/email.html", form=form, sentence=None)
