"""Signing in with a passkey: instead of address and password, or after them instead of a code."""

from typing import Any

from flask import redirect, render_template, request

from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.signin import signing
from shop.signin.passkeys import open_with, passkeys_of
from shop.signin.webauthn_gateway import PasskeyRefused, to_answer
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.site import database, local_target, reading, sentence_of
from shop.web.people.forms import SignInForm
from shop.web.signin import blueprint
from shop.web.signin.awaited_code import Expected, expected
from shop.web.signin.entrance import home_of, open_session
from shop.web.signin.passkey_challenges import (
    ChallengeGone,
    counted_answer,
    put_challenge,
    site,
    take_challenge,
)
from shop.web.signin.passkey_forms import AnswerForm
from shop.web.signin.second_step import code_page, to_password
from shop.web.signin.security_forms import CodeForm

_ALONE = "sign_in"


@blueprint.post("/connexion/cle/defi")
@everybody
@repeatable("only a challenge is made")
def passkey_challenge() -> Any:
    """The challenge for any passkey of the device: the person is not known yet."""
    return to_answer(site(), put_challenge(_ALONE))


@blueprint.post("/connexion/cle")
@everybody
@repeatable("a challenge is answered once")
def enter_with_passkey() -> Any:
    try:
        _let_in(_ALONE)
    except (ChallengeGone, PasskeyRefused) as refusal:
        form = SignInForm(formdata=None)
        form.form_errors.append(sentence_of(refusal))
        page = render_template("signin/sign_in.html", form=form, next=request.args.get("next"))
        return page, 422
    return _inside()


@blueprint.post("/connexion/code/cle/defi")
@everybody
@repeatable("only a challenge is made")
def second_step_challenge() -> Any:
    """The challenge for the passkeys of the person who has given their password."""
    here, person = site(), expected(at=now())
    if person is None:
        raise NotFound
    known = [passkey.credential_id for passkey in passkeys_of(reading(), person.user_id)]
    return to_answer(here, put_challenge(_after(person)), known=known)


@blueprint.post("/connexion/code/cle")
@everybody
@repeatable("a challenge is answered once")
def pass_second_step_with_passkey() -> Any:
    site()
    person = expected(at=now())
    if person is None:
        return to_password()
    try:
        _let_in(_after(person), person)
    except (ChallengeGone, PasskeyRefused) as refusal:
        form = CodeForm(formdata=None)
        form.form_errors.append(sentence_of(refusal))
        return code_page(form, person), 422
    return _inside()


def _let_in(purpose: str, person: Expected | None = None) -> None:
    """A passkey replaces both factors: the session opens at once.

    Answers 429 after too many attempts. Raises NotFound, ChallengeGone, PasskeyRefused.
    """
    here, form = site(), AnswerForm()
    asked = take_challenge(purpose)
    if not form.validate():
        raise PasskeyRefused
    answer = form.answer.data or ""
    with counted_answer(answer), database().transaction() as write:
        user = open_with(write, answer, asked, site=here, at=now())
        if person is not None and person.user_id != user.id:
            raise PasskeyRefused
        signing.sign_in(write, user.id, at=now())
        open_session(write, user.id)


def _after(person: Expected) -> str:
    return f"after the password of {person.user_id}"


def _inside() -> Any:
    return redirect(local_target(request.args.get("next"), home_of()), 303)
