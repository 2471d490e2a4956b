"""The security of an account: its browsers, its passkeys, and the second factor."""

from typing import Any

import segno
from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.signin.browsers import browser_words
from shop.signin.passkeys import passkeys_of
from shop.signin.rules import grouped_key, key_address
from shop.signin.second_factor import (
    WrongCode,
    codes_left,
    lock_person,
    new_key,
    renew_recovery_codes,
    turn_off,
    turn_on,
)
from shop.signin.sessions import close_other_sessions, close_user_session, open_sessions
from shop.web.kit.guards import signed_in
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.viewers import Viewer
from shop.web.signin import blueprint
from shop.web.signin.own_password import WrongPassword, counted_code, ensure_own_password
from shop.web.signin.security_forms import SecondFactorForm, SetUpForm

#: The key that is shown to a telephone: stored in the session until it is confirmed.
_SHOWN_KEY = "second_factor_key"


@blueprint.get("/compte/securite")
@signed_in
def security() -> Any:
    person = _person()
    browsers = [
        {"row": row, "words": browser_words(row.browser), "this": row.id == person.session_id}
        for row in open_sessions(reading(), person.user_id, at=now())
    ]
    left = codes_left(reading(), person.user_id) if person.has_second_factor else 0
    return render_template(
        "signin/security.html",
        browsers=browsers,
        codes_left=left,
        passkeys=passkeys_of(reading(), person.user_id),
    )


@blueprint.post("/compte/securite/sessions/<int:session_id>/fermeture")
@signed_in
def close_session(session_id: int) -> Any:
    then = url_for("signin.security")
    with database(then).transaction() as write:
        close_user_session(write, session_id, by=actor(), at=now())
    flash(_("The other browser has been signed out."), "good")
    return redirect(then, 303)


@blueprint.post("/compte/securite/sessions/fermeture")
@signed_in
def close_others() -> Any:
    then = url_for("signin.security")
    with database(then).transaction() as write:
        close_other_sessions(write, but=_person().session_id, by=actor(), at=now())
    flash(_("You have been signed out everywhere else."), "good")
    return redirect(then, 303)


@blueprint.get("/compte/securite/codes")
@signed_in
def second_factor() -> Any:
    if _person().has_second_factor:
        return _settings_page(SecondFactorForm())
    return _set_up_page(SetUpForm())


@blueprint.post("/compte/securite/codes")
@signed_in
def set_up_second_factor() -> Any:
    form = SetUpForm()
    if not form.validate():
        return _set_up_page(form), 422
    try:
        ensure_own_password(form.password.data or "")
        with database().transaction() as write:
            made = turn_on(
                write,
                lock_person(write, _person().user_id),
                key=_shown_key(),
                code=form.code.data or "",
                by=actor(),
                at=now(),
            )
    except (WrongPassword, WrongCode) as refusal:
        _show(form, refusal)
        return _set_up_page(form), 422
    session.pop(_SHOWN_KEY, None)
    return _codes_page(made)


@blueprint.post("/compte/securite/codes/secours")
@signed_in
def renew_codes() -> Any:
    form, email = SecondFactorForm(), _person().email
    if not form.validate():
        return _settings_page(form), 422
    try:
        ensure_own_password(form.password.data or "")
        with counted_code(email), database().transaction() as write:
            user = lock_person(write, _person().user_id)
            typed = form.code.data or ""
            made = renew_recovery_codes(write, user, typed=typed, by=actor(), at=now())
    except (WrongPassword, WrongCode) as refusal:
        _show(form, refusal)
        return _settings_page(form), 422
    return _codes_page(made)


@blueprint.post("/compte/securite/codes/retrait")
@signed_in
def end_second_factor() -> Any:
    form, email = SecondFactorForm(), _person().email
    if not form.validate():
        return _settings_page(form), 422
    then = url_for("signin.security")
    try:
        ensure_own_password(form.password.data or "")
        with counted_code(email), database(then).transaction() as write:
            user = lock_person(write, _person().user_id)
            turn_off(write, user, typed=form.code.data or "", by=actor(), at=now())
    except (WrongPassword, WrongCode) as refusal:
        _show(form, refusal)
        return _settings_page(form), 422
    flash(_("The second factor is off: you now sign in with your password alone."), "good")
    return redirect(then, 303)


def _person() -> Viewer:
    person = viewer()
    if person is None:
        raise NotFound
    return person


def _shown_key() -> str:
    """The key on the page: the same until it is confirmed, so that a mistyped code needs no new
    scan.
    """
    if not isinstance(session.get(_SHOWN_KEY), str):
        session[_SHOWN_KEY] = new_key()
    return str(session[_SHOWN_KEY])


def _show(form: SetUpForm | SecondFactorForm, refusal: WrongPassword | WrongCode) -> None:
    field = form.code if isinstance(refusal, WrongCode) else form.password
    field.errors = [sentence_of(refusal)]


def _set_up_page(form: SetUpForm) -> str:
    key = _shown_key()
    drawing = segno.make(key_address(key, _person().email), error="m")
    return render_template(
        "signin/second_factor_set_up.html",
        form=form,
        key=grouped_key(key),
        drawing=drawing.svg_data_uri(scale=5, border=3, dark="#000", light="#fff"),
    )


def _settings_page(form: SecondFactorForm) -> str:
    left = codes_left(reading(), _person().user_id)
    return render_template("signin/second_factor.html", form=form, codes_left=left)


def _codes_page(made: list[str]) -> str:
    """Shown in this answer only, and not stored: after a reload the page says that the second
    factor is on.
    """
    return render_template("signin/recovery_codes.html", codes=made)
