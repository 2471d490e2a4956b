"""The second step of a sign-in: a code or a passkey, after the password."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.ops.clock import now
from shop.people import people
from shop.signin import signing
from shop.signin.second_factor import WrongCode, lock_person, pass_second_factor
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import viewer
from shop.web.kit.site import database, local_target, sentence_of
from shop.web.signin import blueprint
from shop.web.signin.awaited_code import Expected, expect_nobody, expected
from shop.web.signin.entrance import home_of, open_session
from shop.web.signin.own_password import counted_code
from shop.web.signin.security_forms import CodeForm


@blueprint.get("/connexion/code")
@everybody
def second_step() -> Any:
    if viewer():
        return redirect(local_target(request.args.get("next"), home_of()), 303)
    person = expected(at=now())
    return to_password() if person is None else code_page(CodeForm(), person)


@blueprint.post("/connexion/code")
@everybody
@repeatable("a code is accepted once")
def pass_second_step() -> Any:
    person = expected(at=now())
    if person is None:
        return to_password()
    form = CodeForm()
    if not form.validate():
        return code_page(form, person), 422
    try:
        _let_in(person, form.code.data or "")
    except WrongCode as refusal:
        form.code.errors = [sentence_of(refusal)]
        return code_page(form, person), 422
    return redirect(local_target(request.args.get("next"), home_of()), 303)


def _let_in(person: Expected, typed: str) -> None:
    """Answers 429 after too many attempts. Raises WrongCode."""
    with counted_code(person.email), database().transaction() as write:
        user = lock_person(write, person.user_id)
        pass_second_factor(write, user, typed=typed, by=people.actor_of(user), at=now())
        signing.sign_in(write, user.id, at=now())
        open_session(write, user.id)


def to_password() -> Any:
    """Nobody is expected, or not any more."""
    expect_nobody()
    flash(_("Enter your password again: the code must be entered within ten minutes."), "info")
    return redirect(start_page(), 303)


def start_page() -> str:
    """The page with the password form where this sign-in began."""
    sign_in = url_for("signin.sign_in", next=request.args.get("next"))
    return local_target(request.args.get("start"), sign_in)


def code_page(form: CodeForm, person: Expected) -> str:
    """The forms that this person may use: a code, a passkey, or either."""
    return render_template(
        "signin/second_step.html",
        form=form,
        person=person,
        next=request.args.get("next"),
        start=request.args.get("start"),
        start_page=start_page(),
    )
