"""The passkeys of one's account: after the password the device creates one; they are removed one by
one.
"""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.signin.browsers import browser_words
from shop.signin.passkeys import (
    EnoughPasskeys,
    PasskeyKnown,
    add_passkey,
    own_passkey,
    passkeys_of,
    remove_passkey,
)
from shop.signin.second_factor import lock_person
from shop.signin.webauthn_gateway import AnswerRefused, made, to_make
from shop.web.kit.guards import signed_in
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.signin import blueprint
from shop.web.signin.own_password import WrongPassword, ensure_own_password
from shop.web.signin.passkey_challenges import (
    ChallengeGone,
    offered,
    put_challenge,
    site,
    take_challenge,
)
from shop.web.signin.passkey_forms import AnswerForm, NewPasskeyForm, RemovePasskeyForm

blueprint.add_app_template_global(offered, "passkeys_offered")

#: The name of the passkey whose owner has just given their password, in the signed session.
_NAMED = "passkey_name"


@blueprint.get("/compte/securite/cles/nouvelle")
@signed_in
def new_passkey() -> Any:
    site()
    suggested = browser_words(request.user_agent.string)
    return render_template("signin/passkey_new.html", form=NewPasskeyForm(name=suggested))


@blueprint.post("/compte/securite/cles/nouvelle")
@signed_in
@repeatable("only a challenge is made")
def name_passkey() -> Any:
    site()
    form = NewPasskeyForm()
    if not form.validate():
        return render_template("signin/passkey_new.html", form=form), 422
    try:
        ensure_own_password(form.password.data or "")
    except WrongPassword as refusal:
        form.password.errors = [sentence_of(refusal)]
        return render_template("signin/passkey_new.html", form=form), 422
    put_challenge(_purpose())
    session[_NAMED] = form.name.data
    return redirect(url_for("signin.make_passkey"), 303)


@blueprint.get("/compte/securite/cles/appareil")
@signed_in
def make_passkey() -> Any:
    site()
    if _NAMED not in session:
        return redirect(url_for("signin.new_passkey"), 303)
    return render_template("signin/passkey_make.html", name=session[_NAMED])


@blueprint.post("/compte/securite/cles/appareil/defi")
@signed_in
@repeatable("only a challenge is made")
def new_passkey_challenge() -> Any:
    """The request for the device; the password is valid as long as its challenge."""
    here, by = site(), actor()
    try:
        take_challenge(_purpose())
    except ChallengeGone as gone:
        raise NotFound from gone
    known = [passkey.credential_id for passkey in passkeys_of(reading(), by.user_id or 0)]
    return to_make(
        here,
        put_challenge(_purpose()),
        user_id=by.user_id or 0,
        email=by.email or "",
        name=by.name,
        known=known,
    )


@blueprint.post("/compte/securite/cles/appareil")
@signed_in
@repeatable("a challenge is answered once")
def register_passkey() -> Any:
    here, form, by = site(), AnswerForm(), actor()
    name = session.pop(_NAMED, None)
    try:
        asked = take_challenge(_purpose())
        if name is None or not form.validate():
            raise AnswerRefused
        key = made(here, asked.value, form.answer.data or "")
        with database().transaction() as write:
            user = lock_person(write, by.user_id or 0)
            add_passkey(write, user, key, name=name, by=by, at=now())
    except (AnswerRefused, ChallengeGone, EnoughPasskeys, PasskeyKnown) as refusal:
        again = NewPasskeyForm(formdata=None, name=name)
        again.form_errors.append(sentence_of(refusal))
        return render_template("signin/passkey_new.html", form=again), 422
    flash(_("Passkey added. You can sign in with this device."), "good")
    return redirect(url_for("signin.security"), 303)


@blueprint.get("/compte/securite/cles/<int:passkey_id>/retrait")
@signed_in
def passkey_removal(passkey_id: int) -> Any:
    return _removal_page(passkey_id, RemovePasskeyForm())


@blueprint.post("/compte/securite/cles/<int:passkey_id>/retrait")
@signed_in
def withdraw_passkey(passkey_id: int) -> Any:
    form = RemovePasskeyForm()
    own_passkey(reading(), passkey_id, actor())
    if not form.validate():
        return _removal_page(passkey_id, form), 422
    try:
        ensure_own_password(form.password.data or "")
    except WrongPassword as refusal:
        form.password.errors = [sentence_of(refusal)]
        return _removal_page(passkey_id, form), 422
    then = url_for("signin.security")
    with database(then).transaction() as write:
        remove_passkey(write, own_passkey(write, passkey_id, actor()), by=actor(), at=now())
    flash(_("Passkey removed. It can no longer be used to sign in."), "good")
    return redirect(then, 303)


def _purpose() -> str:
    return f"make:{actor().user_id}"


def _removal_page(passkey_id: int, form: RemovePasskeyForm) -> str:
    passkey = own_passkey(reading(), passkey_id, actor())
    return render_template("signin/passkey_removal.html", form=form, passkey=passkey)
